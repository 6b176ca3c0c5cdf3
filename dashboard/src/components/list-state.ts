import type { UseQueryResult } from '@tanstack/react-query';
import { useEffect } from 'react';
import { ApiFailure, type ListState, type PageOf, pageSizes } from '../api/client.ts';

interface ListStateOptions<State extends ListState> {
  /** What stays out of the address. */
  readonly usual: State;
  readonly state: State;
  readonly query: UseQueryResult<PageOf<unknown>>;
  readonly go: (search: Partial<State>, replace: boolean) => void;
}

/** How a list whose state is the address changes. A change of anything but the page leads to the first one. */
export function useListState<State extends ListState>({ usual, state, query, go }: ListStateOptions<State>) {
  const total = query.data?.meta.results.total ?? 0;
  const pages = Math.max(1, Math.ceil(total / state.size));
  const isCurrent = query.isSuccess && !query.isPlaceholderData;
  const change = (changes: Partial<State>, replace = false) => {
    const next = { ...state, page: 1, ...changes };
    const told = Object.entries(next).filter(([name, value]) => value !== usual[name as keyof State]);
    go(Object.fromEntries(told) as Partial<State>, replace);
  };

  // A page beyond the last one, after a deletion or by an old link, is the last one.
  const isBeyond = isCurrent && state.page > pages;
  useEffect(() => {
    if (isBeyond) change({ page: pages } as Partial<State>, true);
  });
  // So is an order by what is no longer there, such as a field of an old link or view: the usual one.
  const isUnsortable = query.error instanceof ApiFailure && query.error.entries.some(({ source }) => source === 'sort');
  useEffect(() => {
    if (isUnsortable && state.sort !== usual.sort) change({ sort: usual.sort } as Partial<State>, true);
  });
  const set = (changes: Partial<ListState>) => change(changes as Partial<State>);
  return {
    total,
    isEmpty: isCurrent && total === 0,
    change,
    /** What the table of the list is told. */
    table: {
      ...{ total, page: state.page, size: state.size, sizes: pageSizes },
      isStale: query.isPlaceholderData,
      onSort: (sort: string) => set({ sort }),
      onPage: (page: number) => set({ page }),
      onSize: (size: number) => set({ size }),
    },
  };
}
