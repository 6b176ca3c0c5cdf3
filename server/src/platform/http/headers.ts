import type { FastifyRequest } from 'fastify';

/** The value of a request header; undefined when it is missing or empty. */
export function headerValue(
  request: FastifyRequest,
  name: 'x-moltin-currency' | 'x-moltin-language',
): string | undefined {
  const value = [request.headers[name]].flat()[0]?.trim();
  return value === '' ? undefined : value;
}
