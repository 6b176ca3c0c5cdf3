import { queryOptions } from '@tanstack/react-query';
import type { SavedView, ViewState } from '../../../server/src/contract.ts';
import { api } from './client.ts';

const url = '/staff/views';

/** The views of customers that somebody has kept, or that others share, by their names. */
export const savedViewsQuery = (storeId: string) =>
  queryOptions({
    queryKey: ['views', storeId],
    queryFn: async () => {
      const { data } = await api.get<{ data: readonly SavedView[] }>(url);
      return data.toSorted((one, other) => one.name.localeCompare(other.name));
    },
    staleTime: 60_000,
  });

interface ViewChanges {
  readonly name?: string;
  readonly state?: ViewState;
  readonly is_shared?: boolean;
}

export const createView = async (view: Required<ViewChanges>) =>
  (await api.post<SavedView>(url, { type: 'saved_view', page: 'customers', ...view })).data;

export const updateView = async (id: string, changes: ViewChanges) =>
  (await api.put<SavedView>(`${url}/${id}`, { type: 'saved_view', ...changes })).data;

export const deleteView = (id: string) => api.delete(`${url}/${id}`);
