import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { LogEntry } from '../../../server/src/contract.ts';
import { api, type ListState, type PageOf, pageQuery } from './client.ts';

export const logsPerPage = 10;

/** What was done to a customer, their addresses and sessions, newest first. */
export const customerLogsQuery = (id: string, page: number) =>
  queryOptions({
    queryKey: ['customers', id, 'logs', page],
    queryFn: () =>
      api.get<PageOf<LogEntry>>(`/v2/customers/${id}/logs?${pageQuery({ sort: '', page, size: logsPerPage })}`),
    placeholderData: keepPreviousData,
  });

/** What was done in the store, newest first. An empty filter is none. */
export const storeLogsQuery = ({ filter, ...list }: ListState & { readonly filter: string }) =>
  queryOptions({
    queryKey: ['logs', filter, list],
    queryFn: () => api.get<PageOf<LogEntry>>(`/v2/logs?${pageQuery(list, filter === '' ? {} : { filter })}`),
    placeholderData: keepPreviousData,
  });

/** The members of `initiator` that say who, as the API spells them. */
interface Initiator {
  readonly 'staff-id'?: string;
  readonly 'staff-name'?: string;
  readonly 'access-token-name'?: string;
  readonly 'application-key-id'?: string;
  readonly 'customer-id'?: string;
  readonly 'client-address'?: string;
  readonly 'command-line'?: true;
}

/** Who has done something: `id` is what the log is narrowed down by. */
export interface Doer {
  readonly kind: 'staff' | 'customer' | 'key' | 'command line' | 'system';
  readonly id: string | undefined;
  readonly name: string | undefined;
  /** The address of the client. */
  readonly from: string | undefined;
}

export function doerOf({ initiator }: LogEntry): Doer {
  const by: Initiator = initiator;
  const from = by['client-address'];
  if (by['staff-id'] !== undefined) return { kind: 'staff', id: by['staff-id'], name: by['staff-name'], from };
  if (by['customer-id'] !== undefined) return { kind: 'customer', id: by['customer-id'], name: undefined, from };
  const key = by['application-key-id'];
  if (key !== undefined) return { kind: 'key', id: key, name: by['access-token-name'], from };
  return { kind: by['command-line'] ? 'command line' : 'system', id: undefined, name: undefined, from };
}
