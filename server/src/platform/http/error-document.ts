import type { FastifyError } from 'fastify';
import { databaseError } from '../db/pool.ts';
import { ApiError, commonErrors, type ErrorEntry } from '../errors.ts';

/** Headers that every answer carries, also those written to a bare socket. */
export const commonHeaders = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'X-Request-Id, Retry-After, Idempotent-Replayed, ETag',
  'x-content-type-options': 'nosniff',
} as const;

/** The longest text in an error, in characters: what the client sent is quoted, but not sent back at any length. */
export const maxErrorTextLength = 400;

const shorten = <T>(value: T) =>
  typeof value === 'string' && value.length > maxErrorTextLength
    ? `${value.slice(0, maxErrorTextLength - 1).toWellFormed()}…`
    : value;

function shortened({ detail, source, meta, ...entry }: ErrorEntry): ErrorEntry {
  return {
    ...entry,
    detail: shorten(detail),
    ...(source !== undefined && { source: shorten(source) }),
    ...(meta !== undefined && {
      meta: Object.fromEntries(Object.entries(meta).map(([name, value]) => [name, shorten(value)])),
    }),
  };
}

/** The contract's error document (reference: README.md, "Errors"); `request_id` only where a bug is to be reported. */
export function errorDocument(
  error: ApiError,
  requestId: string,
): { errors: (ErrorEntry & { request_id?: string })[] } {
  return {
    errors: error.entries.map(entry => ({
      ...shortened(entry),
      ...(entry.status >= 500 && { request_id: requestId }),
    })),
  };
}

/** What could not be done, for a document that shows what was. */
export const errorsBeside = (errors: readonly ErrorEntry[]): { errors?: ErrorEntry[] } =>
  errors.length === 0 ? {} : { errors: errors.map(shortened) };

/** Fastify's own refusals, by code, as answers of the contract. */
const frameworkErrors: Readonly<Record<string, () => ApiError>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: commonErrors.payloadTooLarge,
  FST_ERR_BAD_URL: commonErrors.malformedUrl,
  FST_ERR_MAX_PARAM_LENGTH: commonErrors.notFound,
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: commonErrors.malformedRequest,
  FST_ERR_CTP_INVALID_MEDIA_TYPE: commonErrors.malformedRequest,
  FST_ERR_ROUTE_METHOD_NOT_SUPPORTED: commonErrors.methodNotAllowed,
};

/** Any thrown thing as an answer; undefined for a bug. */
export function toApiError(error: unknown): ApiError | undefined {
  if (error instanceof ApiError) return error;
  const known = frameworkErrors[(error as Partial<FastifyError> | undefined)?.code ?? ''];
  if (known !== undefined) return known();
  const { statusCode } = (error ?? {}) as Partial<FastifyError>;
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) return commonErrors.malformedRequest();
  return databaseError(error);
}

/** What a log may hold of an error: never the message of a database error, which can quote the row. */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { error: typeof error };
  const { code, constraint, table, severity } = error as Partial<
    Record<'code' | 'constraint' | 'table' | 'severity', string>
  >;
  const frames = error.stack?.split('\n').filter(line => line.startsWith('    at ')) ?? [];
  return severity === undefined
    ? { error: error.name, message: error.message, code, stack: frames }
    : { error: error.name, code, constraint, table, stack: frames };
}
