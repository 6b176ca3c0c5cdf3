import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Address, Customer, Note, Session } from '../../../server/src/contract.ts';
import { api, type ListState, type PageOf, pageQuery, quoted } from './client.ts';

/** What the list shows. An empty order is that of the API: the newest first, or the best match. */
export interface CustomerListState extends ListState {
  readonly search: string;
}

/** What can be looked for: the API refuses a text without a letter or a digit. */
export const isSearchable = (text: string) => /[\p{L}\p{N}]/u.test(text);

const listUrl = (state: CustomerListState) =>
  `/v2/customers?${pageQuery(state, isSearchable(state.search) ? { search: state.search.trim() } : {})}`;

export const customersQuery = (state: CustomerListState) =>
  queryOptions({
    queryKey: ['customers', 'list', state],
    queryFn: () => api.get<PageOf<Customer>>(listUrl(state)),
    placeholderData: keepPreviousData,
  });

export const customerQuery = (id: string) =>
  queryOptions({
    queryKey: ['customers', id],
    queryFn: async () => (await api.get<{ data: Customer }>(`/v2/customers/${id}`)).data,
  });

export const addressesQuery = (id: string) =>
  queryOptions({
    queryKey: ['customers', id, 'addresses'],
    queryFn: async () => (await api.get<{ data: readonly Address[] }>(`/v2/customers/${id}/addresses`)).data,
  });

export const sessionsQuery = (id: string) =>
  queryOptions({
    queryKey: ['customers', id, 'sessions'],
    queryFn: () => api.get<PageOf<Session>>(`/v2/customers/${id}/sessions?page[limit]=25`),
  });

export const notesPerPage = 5;

export const notesQuery = (id: string, page: number) =>
  queryOptions({
    queryKey: ['customers', id, 'notes', page],
    queryFn: () =>
      api.get<PageOf<Note>>(`/v2/customers/${id}/notes?${pageQuery({ sort: '', page, size: notesPerPage })}`),
    placeholderData: keepPreviousData,
  });

/** Whom an e-mail belongs to. */
export async function findByEmail(email: string): Promise<Customer | undefined> {
  const filter = encodeURIComponent(`eq(email,${quoted(email)})`);
  return (await api.get<PageOf<Customer>>(`/v2/customers?filter=${filter}`)).data[0];
}
