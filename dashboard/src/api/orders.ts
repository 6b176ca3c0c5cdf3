import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Currency, Customer, Order, OrderItem, Transaction } from '../../../server/src/contract.ts';
import { api, holding, type ListState, type PageOf, pageQuery } from './client.ts';

/** What people call an order: its number, or the end of its id. */
export const orderName = ({ id, order_number: number }: Pick<Order, 'id' | 'order_number'>) =>
  number ?? `…${id.slice(-8)}`;

/** What orders can be narrowed down by. */
export const orderFilters = ['status', 'payment', 'shipping'] as const;
type OrderFilter = (typeof orderFilters)[number];

/** The states of each, as an order goes through them. */
export const orderStates: Readonly<Record<OrderFilter, readonly string[]>> = {
  status: ['incomplete', 'processing', 'complete', 'cancelled'],
  payment: ['unpaid', 'partially_authorized', 'partially_paid', 'authorized', 'paid', 'refunded'],
  shipping: ['unfulfilled', 'fulfilled'],
};

/** What the list shows. A filter that is empty is none. */
export type OrderListState = ListState & Readonly<Record<OrderFilter | 'search', string>>;

const wholeId = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** What a text looks for: an id, an e-mail or a number where it can be one, or else a name. */
function clauseOf(text: string): string {
  if (wholeId.test(text)) return `eq(id,${text})`;
  const attribute = text.includes('@') ? 'email' : /\d/.test(text) ? 'order_number' : 'name';
  return holding(attribute, text);
}

function listUrl(state: OrderListState): string {
  const chosen = orderFilters.filter(name => state[name] !== '').map(name => `eq(${name},${state[name]})`);
  const filter = state.search === '' ? chosen : [...chosen, clauseOf(state.search)];
  return `/v2/orders?${pageQuery(state, filter.length > 0 ? { filter: filter.join(':') } : {})}`;
}

export const ordersQuery = (state: OrderListState) =>
  queryOptions({
    queryKey: ['orders', 'list', state],
    queryFn: () => api.get<PageOf<Order>>(listUrl(state)),
    placeholderData: keepPreviousData,
  });

export const ordersPerPage = 10;

export const customerOrdersQuery = (customerId: string, page: number) => {
  const query = pageQuery({ sort: '', page, size: ordersPerPage }, { filter: `eq(customer_id,${customerId})` });
  return queryOptions({
    queryKey: ['orders', 'of', customerId, page],
    queryFn: () => api.get<PageOf<Order>>(`/v2/orders?${query}`),
    placeholderData: keepPreviousData,
  });
};

/** An order of a customer with a number that holds this text. */
export const foundOrderQuery = (customerId: string, text: string) =>
  queryOptions({
    queryKey: ['orders', 'of', customerId, 'found', text],
    queryFn: async () => {
      const filter = `eq(customer_id,${customerId}):like(order_number,*${text}*)`;
      const found = await api.get<PageOf<Order>>(`/v2/orders?${pageQuery({ sort: '', page: 1, size: 1 }, { filter })}`);
      return found.data[0] ?? null;
    },
  });

/** An order with its items, and with its customer when the record is still there. */
export interface WholeOrder {
  readonly order: Order;
  readonly items: readonly OrderItem[];
  readonly customer: Customer | undefined;
}

interface OrderAnswer {
  readonly data: Order;
  readonly included?: { readonly items?: readonly OrderItem[]; readonly customers?: readonly Customer[] };
}

export const orderQuery = (id: string) =>
  queryOptions({
    queryKey: ['orders', id],
    queryFn: async (): Promise<WholeOrder> => {
      const { data, included } = await api.get<OrderAnswer>(`/v2/orders/${id}?include=items,customers`);
      return { order: data, items: included?.items ?? [], customer: included?.customers?.[0] };
    },
  });

export const transactionsQuery = (orderId: string) =>
  queryOptions({
    queryKey: ['orders', orderId, 'transactions'],
    queryFn: async () => (await api.get<{ data: readonly Transaction[] }>(`/v2/orders/${orderId}/transactions`)).data,
  });

/** The currencies of the store. */
export const currenciesQuery = queryOptions({
  queryKey: ['currencies'],
  queryFn: async () => (await api.get<PageOf<Currency>>('/v2/currencies?page[limit]=100')).data,
  staleTime: 60_000,
});
