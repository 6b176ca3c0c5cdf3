import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Address, Customer, Field, Order, Session } from '../../../server/src/contract.ts';
import { api, type PageOf, quoted } from './client.ts';

/** What the list shows: it lives in the URL. */
export interface CustomerListState {
  readonly search: string;
  /** Empty: the order of the API, which is the newest first, or the best match. */
  readonly sort: string;
  readonly page: number;
  readonly size: number;
}

/** What can be looked for: the API refuses a text without a letter or a digit. */
export const isSearchable = (text: string) => /[\p{L}\p{N}]/u.test(text);

function listUrl({ search, sort, page, size }: CustomerListState): string {
  const query = new URLSearchParams({
    'page[limit]': String(size),
    'page[offset]': String((page - 1) * size),
    ...(isSearchable(search) && { search: search.trim() }),
    ...(sort !== '' && { sort }),
  });
  return `/v2/customers?${query}`;
}

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

export const ordersPerPage = 10;

export const ordersQuery = (id: string, page: number) =>
  queryOptions({
    queryKey: ['customers', id, 'orders', page],
    queryFn: () =>
      api.get<PageOf<Order>>(
        `/v2/orders?filter=eq(customer_id,${id})&page[limit]=${ordersPerPage}&page[offset]=${(page - 1) * ordersPerPage}`,
      ),
    placeholderData: keepPreviousData,
  });

/** The fields that the store has given customers, in their order; none when it has not. */
export const customerFieldsQuery = queryOptions({
  queryKey: ['fields', 'customers'],
  queryFn: async () => {
    const found = await api
      .get<{ data: readonly Field[] }>('/v2/flows/customers/fields')
      .catch(error => (error.status === 404 ? { data: [] } : Promise.reject(error)));
    return found.data
      .filter(field => field.enabled && field.field_type !== 'relationship')
      .toSorted((one, other) => (one.order ?? 0) - (other.order ?? 0));
  },
  staleTime: 60_000,
});

/** Whom an e-mail belongs to. */
export async function findByEmail(email: string): Promise<Customer | undefined> {
  const filter = encodeURIComponent(`eq(email,${quoted(email)})`);
  return (await api.get<PageOf<Customer>>(`/v2/customers?filter=${filter}`)).data[0];
}
