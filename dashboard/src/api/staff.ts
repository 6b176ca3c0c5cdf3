import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import type { StaffMe, StoreOfStaff } from '../../../server/src/contract.ts';
import { api, selectedStore } from './client.ts';

/** Who is signed in, and the stores that they may work on. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async () => {
    const [me, stores] = await Promise.all([
      api.get<{ data: StaffMe }>('/staff/me'),
      api.get<{ data: readonly StoreOfStaff[] }>('/staff/stores'),
    ]);
    const chosen = stores.data.find(store => store.id === selectedStore.get()) ?? stores.data[0];
    if (chosen !== undefined) selectedStore.set(chosen.id);
    return { me: me.data, stores: stores.data, store: chosen };
  },
  staleTime: 60_000,
});

/** The session, and whether its role may use a route. */
export function useSession() {
  const { data } = useSuspenseQuery(sessionQuery);
  return { ...data, can: (route: string) => data.me.permissions.includes(route) };
}
