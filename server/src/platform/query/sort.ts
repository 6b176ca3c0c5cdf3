import { ApiError } from '../errors.ts';
import { type RawQuery, refuseRepeated } from './query-string.ts';

export interface SortOrder<T extends string> {
  readonly field: T;
  readonly descending: boolean;
}

/**
 * The order that a query asks for: `field`, or `-field` for descending; without one, the fallback. Early SDKs put the
 * field in parentheses. Throws 400 for a field that is not allowed (reference: README.md, "Sorting").
 */
export function parseSort<T extends string>(
  query: RawQuery,
  allowed: readonly T[],
  fallback: SortOrder<T>,
): SortOrder<T> {
  refuseRepeated(query);
  const { sort } = query;
  if (sort === undefined || sort === '') return fallback;
  // One pair of parentheses, around the field or around the whole.
  const [, outerMinus, inner] = /^(-?)\((.*)\)$/.exec(sort) ?? [];
  const text = inner === undefined ? sort : `${outerMinus}${inner}`;
  const descending = text.startsWith('-');
  const name = descending ? text.slice(1) : text;
  const field = allowed.find(candidate => candidate === name);
  if (field === undefined) throw unknownField(allowed);
  return { field, descending };
}

function unknownField(allowed: readonly string[]): ApiError {
  const detail = `The sort must be one of ${allowed.join(', ')}, with a leading - for descending order.`;
  return new ApiError([{ status: 400, title: 'Bad Request', detail, source: 'sort' }]);
}
