import type { Scenario } from '../scenario.ts';

/** The first page of a shopper's orders: ten of two items, included. Beside the same query through the bare driver. */
export const orderHistory: Scenario = {
  name: 'order history',
  limit: 2,
  requests: shop =>
    shop.regulars.map(({ headers }) => ({ method: 'GET', path: '/v2/orders?include=items&page[limit]=10', headers })),
  floor: shop => shop.regulars.map(({ id }) => ({ method: 'GET', path: `/histories/${id}` })),
};
