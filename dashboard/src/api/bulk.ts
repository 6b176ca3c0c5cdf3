import { queryOptions } from '@tanstack/react-query';
import type { BulkAnswer, Customer, CustomerTag, ErrorEntry } from '../../../server/src/contract.ts';
import { ApiFailure, api, type PageOf, quoted } from './client.ts';

/** What is done with many customers. */
export type BulkAction =
  | { readonly kind: 'delete' }
  | { readonly kind: 'tags'; readonly add_tags: readonly string[]; readonly remove_tags: readonly string[] };

/** With whom it is still to be done: these, or what is left of those that a filter finds. */
export type BulkTargets = { readonly ids: readonly string[] } | { readonly filter: string; readonly cursor?: string };

/** A customer with whom it could not be done, and why. */
export interface BulkFailure {
  readonly id: string;
  readonly reason: string;
}

interface BulkStep {
  readonly done: number;
  readonly failures: readonly BulkFailure[];
  /** Undefined when nobody is left. */
  readonly rest: BulkTargets | undefined;
}

/** So many the API takes at a time. */
const atATime = 100;

const failuresOf = (errors: readonly ErrorEntry[] = []): BulkFailure[] =>
  errors.map(({ detail, meta }) => ({ id: String(meta?.customer_id), reason: detail }));

/** Whether an error tells of single customers, and not of the request. */
const isOfCustomers = (error: unknown): error is ApiFailure =>
  error instanceof ApiFailure && error.entries.length > 0 && error.entries.every(({ meta }) => meta?.customer_id);

async function post({ kind, ...tags }: BulkAction, targets: object): Promise<BulkAnswer> {
  return (await api.post(`/v2/customers/bulk/${kind}`, { ...targets, ...tags })) as unknown as BulkAnswer;
}

/** Does it with the next customers. */
export async function nextBulkStep(action: BulkAction, targets: BulkTargets): Promise<BulkStep> {
  if ('filter' in targets) {
    const { data, errors, meta } = await post(action, targets);
    const rest = meta.cursor === null ? undefined : { filter: targets.filter, cursor: meta.cursor };
    return { done: data.length, failures: failuresOf(errors), rest };
  }
  const left = targets.ids.slice(atATime);
  const rest = left.length === 0 ? undefined : { ids: left };
  try {
    const { data, errors } = await post(action, { customer_ids: targets.ids.slice(0, atATime) });
    return { done: data.length, failures: failuresOf(errors), rest };
  } catch (error) {
    if (!isOfCustomers(error)) throw error;
    return { done: 0, failures: failuresOf(error.entries), rest };
  }
}

/** So many customers at most a filter names by their ids. */
export const mostExported = 100;

/** The filter that finds these customers. */
export const filterOfIds = (ids: readonly string[]): string => `in(id,${ids.join()})`;

/** The names of customers, by their ids, as far as they are still there. At most 100. */
export const customerNamesQuery = (ids: readonly string[]) =>
  queryOptions({
    queryKey: ['customers', 'names', ids],
    queryFn: async () => {
      if (ids.length === 0) return new Map<string, string>();
      const found = await api.get<PageOf<Customer>>(`/v2/customers?page[limit]=100&filter=${filterOfIds(ids)}`);
      return new Map(found.data.map(({ id, name }) => [id, name]));
    },
  });

/** The tags of the store that begin so, the first of them; at most 100. */
export const customerTagsQuery = (beginning: string, most = 20) =>
  queryOptions({
    queryKey: ['customers', 'tags', beginning, most],
    queryFn: async () => {
      const filter = encodeURIComponent(`like(name,${quoted(beginning).slice(0, -1)}*")`);
      const found = await api.get<PageOf<CustomerTag>>(`/v2/customers/tags?page[limit]=${most}&filter=${filter}`);
      return found.data.map(({ name }) => name);
    },
    staleTime: 30_000,
  });
