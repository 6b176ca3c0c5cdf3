import type { Scenario } from '../scenario.ts';

export const getCustomer: Scenario = {
  name: 'get customer',
  limit: 1.6,
  requests: shop => shop.shoppers.map(({ id, headers }) => ({ method: 'GET', path: `/v2/customers/${id}`, headers })),
};
