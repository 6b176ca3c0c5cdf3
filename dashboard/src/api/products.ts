import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Product, Stock, StockTransaction } from '../../../server/src/contract.ts';
import { api, holding, isMissing, type ListState, type PageOf, pageQuery } from './client.ts';

/** What products can be searched by: the API looks at one of them at a time. */
export const productSearches = ['name', 'sku'] as const;
/** Whether shoppers see a product. */
export const productStates = ['live', 'draft'] as const;

/** What the list shows. A search and a state that are empty narrow nothing down. */
export interface ProductListState extends ListState {
  readonly search: string;
  readonly by: (typeof productSearches)[number];
  readonly status: string;
}

function listUrl(state: ProductListState): string {
  const text = state.search.trim();
  const filter = [
    ...(text === '' ? [] : [holding(state.by, text)]),
    ...(state.status === '' ? [] : [`eq(status,${state.status})`]),
  ];
  return `/v2/products?${pageQuery(state, filter.length > 0 ? { filter: filter.join(':') } : {})}`;
}

export const productsQuery = (state: ProductListState) =>
  queryOptions({
    queryKey: ['products', 'list', state],
    queryFn: () => api.get<PageOf<Product>>(listUrl(state)),
    placeholderData: keepPreviousData,
  });

export const productQuery = (id: string) =>
  queryOptions({
    queryKey: ['products', id],
    queryFn: async () => (await api.get<{ data: Product }>(`/v2/products/${id}`)).data,
  });

/** The stock of a product; null when it was deleted. */
export const stockQuery = (id: string) =>
  queryOptions({
    queryKey: ['products', id, 'stock'],
    queryFn: async () => {
      try {
        return (await api.get<{ data: Stock }>(`/v2/inventories/${id}`)).data;
      } catch (error) {
        if (isMissing(error)) return null;
        throw error;
      }
    },
  });

export const movementsPerPage = 5;

/** What has come into the stock of a product and gone out of it, newest first. */
export const movementsQuery = (id: string, page: number) => {
  const query = pageQuery({ sort: '-created_at', page, size: movementsPerPage });
  return queryOptions({
    queryKey: ['products', id, 'stock', 'movements', page],
    queryFn: () => api.get<PageOf<StockTransaction>>(`/v2/inventories/${id}/transactions?${query}`),
    placeholderData: keepPreviousData,
  });
};
