import { keepPreviousData, type QueryClient, queryOptions } from '@tanstack/react-query';
import type { Address, Customer, ListedCustomer, Note, Session } from '../../../server/src/contract.ts';
import { api, isMissing, isOutdated, type ListState, type PageOf, pageQuery, quoted } from './client.ts';

/** What the list shows. An empty order is that of the API: the newest first, or the best match. */
export interface CustomerListState extends ListState {
  readonly search: string;
  /** As the API reads it. */
  readonly filter: string;
}

/** What can be looked for: the API refuses a text without a letter or a digit. */
export const isSearchable = (text: string) => /[\p{L}\p{N}]/u.test(text);

/** The list of a state asks for no more than this: what else the page keeps of it is none of the API's. */
function listUrl({ search, filter, sort, page, size }: CustomerListState): string {
  const asked = {
    ...(isSearchable(search) && { search: search.trim() }),
    ...(filter !== '' && { filter }),
  };
  return `/v2/customers?${pageQuery({ sort, page, size }, asked)}`;
}

/** The filter of a list with its search as one more clause. */
export const wholeFilter = ({ search, filter }: Pick<CustomerListState, 'search' | 'filter'>) =>
  [filter, isSearchable(search) && `like(search,${quoted(search.trim())})`].filter(Boolean).join(':');

export const customersQuery = (state: CustomerListState) =>
  queryOptions({
    queryKey: ['customers', 'list', listUrl(state)],
    queryFn: () => api.get<PageOf<ListedCustomer>>(listUrl(state)),
    placeholderData: keepPreviousData,
  });

export const customerQuery = (id: string) =>
  queryOptions({
    queryKey: ['customers', id],
    queryFn: () => api.getTagged<Customer>(`/v2/customers/${id}`),
  });

/** For a change that was refused because another came first: the page shows that one, and the change can be made of it. */
export const rereadIfChanged = (queries: QueryClient, id: string) => async (error: unknown) => {
  if (isOutdated(error) || isMissing(error))
    await queries.invalidateQueries({ queryKey: customerQuery(id).queryKey, exact: true });
  throw error;
};

export const addressesQuery = (id: string) =>
  queryOptions({
    queryKey: ['customers', id, 'addresses'],
    queryFn: async () => (await api.get<{ data: readonly Address[] }>(`/v2/customers/${id}/addresses`)).data,
  });

export const addressQuery = (customerId: string, id: string) =>
  queryOptions({
    queryKey: ['customers', customerId, 'addresses', id],
    queryFn: () => api.getTagged<Address>(`/v2/customers/${customerId}/addresses/${id}`),
    // A form begins with what is there now.
    gcTime: 0,
  });

export const sessionsPerPage = 10;

export const sessionsQuery = (id: string, page: number) =>
  queryOptions({
    queryKey: ['customers', id, 'sessions', page],
    queryFn: () =>
      api.get<PageOf<Session>>(`/v2/customers/${id}/sessions?${pageQuery({ sort: '', page, size: sessionsPerPage })}`),
    placeholderData: keepPreviousData,
  });

export const notesPerPage = 5;

export const notesQuery = (id: string, page: number) =>
  queryOptions({
    queryKey: ['customers', id, 'notes', page],
    queryFn: () =>
      api.get<PageOf<Note>>(`/v2/customers/${id}/notes?${pageQuery({ sort: '', page, size: notesPerPage })}`),
    placeholderData: keepPreviousData,
  });

/** A note as it is now, to be changed in this state alone. */
export const noteQuery = (customerId: string, noteId: string) =>
  queryOptions({
    queryKey: ['customers', customerId, 'notes', 'one', noteId],
    queryFn: () => api.getTagged<Note>(`/v2/customers/${customerId}/notes/${noteId}`),
    // What was read before may be the state that another has left.
    gcTime: 0,
  });

/** Reads parts of a customer anew that a change has touched, with the timeline that tells of it. */
export const refreshCustomer = (queries: QueryClient, id: string, ...parts: ('addresses' | 'notes' | 'sessions')[]) =>
  Promise.all([...parts, 'logs'].map(part => queries.invalidateQueries({ queryKey: ['customers', id, part] })));

/** Whom an e-mail belongs to. */
export async function findByEmail(email: string): Promise<Customer | undefined> {
  const filter = encodeURIComponent(`eq(email,${quoted(email)})`);
  return (await api.get<PageOf<Customer>>(`/v2/customers?filter=${filter}`)).data[0];
}
