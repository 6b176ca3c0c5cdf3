import type { FastifyReply, FastifyRequest } from 'fastify';

/** The value of a request header; undefined when it is missing or empty. */
export function headerValue(
  request: FastifyRequest,
  name: 'x-moltin-currency' | 'x-moltin-language',
): string | undefined {
  const value = [request.headers[name]].flat()[0]?.trim();
  return value === '' ? undefined : value;
}

/** A hook `onRequest` for routes whose answers, refusals included, must be kept nowhere (design.md §10.14). */
export function noStore(_request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  reply.header('cache-control', 'no-store');
  done();
}
