import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiError, type ErrorEntry } from '../errors.ts';
import { maxFaults } from './validation-errors.ts';

/** What `data` of a body holds, before it is known to obey a schema. */
export type UncheckedData = Readonly<Record<string, unknown>>;

/** A rule that no schema holds: of the store's settings, of the path, or of custom fields. Throws 422 when it is broken. */
export type Rule = () => void | Promise<void>;

const isFailedValidation = (error: unknown): error is ApiError => error instanceof ApiError && error.status === 422;

function dataOf(body: unknown): UncheckedData | undefined {
  const data = (body as { data?: unknown } | null | undefined)?.data;
  return typeof data === 'object' && data !== null && !Array.isArray(data) ? (data as UncheckedData) : undefined;
}

async function faultsOf(rule: Rule): Promise<readonly ErrorEntry[]> {
  try {
    await rule();
    return [];
  } catch (error) {
    if (isFailedValidation(error)) return error.entries;
    throw error;
  }
}

/**
 * For a route whose body has rules beyond its schema: a body that breaks any of them is answered with the faults of all, one entry
 * for each member (reference: README.md, "Errors").
 */
export function tellAllFaults<Request extends FastifyRequest>(
  rulesOf: (request: Request, data: UncheckedData) => Rule[],
) {
  return {
    errorHandler: async (error: unknown, request: FastifyRequest, _reply: FastifyReply): Promise<never> => {
      const data = dataOf(request.body);
      if (!isFailedValidation(error) || data === undefined) throw error;
      const [first, ...others] = error.entries;
      const told = new Set(error.entries.map(({ source }) => source));
      for (const rule of rulesOf(request as Request, data)) {
        const more = (await faultsOf(rule)).filter(({ source }) => !told.has(source));
        for (const { source } of more) told.add(source);
        others.push(...more);
      }
      throw new ApiError([first, ...others.slice(0, maxFaults - 1)], error.headers);
    },
  };
}
