import pLimit from 'p-limit';
import { tooBusy } from '../../platform/errors.ts';
import type { FilterClause } from '../../platform/query/filter.ts';

/** So many are worked on at once, and so many wait: the other connections to the database are for everybody else. */
const atOnce = 2;
const maxWaiting = 16;

const limit = pLimit(atOnce);

/**
 * Whether a filter compares a pattern with texts of any length: that takes as long as both multiplied, and the texts may be
 * those of whoever asks.
 */
export const isCostly = (filter: readonly FilterClause[], isOwn: (attribute: string) => boolean): boolean =>
  filter.some(({ operator, attribute }) => operator === 'like' && !isOwn(attribute));

/** Finds what a costly filter of a public token asks for, few at once. Throws 503 when too many wait. */
export function inTurn<T>(find: () => Promise<T>): Promise<T> {
  if (limit.pendingCount >= maxWaiting) return Promise.reject(tooBusy('such filters'));
  return limit(find);
}
