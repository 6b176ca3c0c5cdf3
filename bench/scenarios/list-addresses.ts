import type { Scenario } from '../scenario.ts';

export const listAddresses: Scenario = {
  name: 'list addresses',
  limit: 1.6,
  requests: shop =>
    shop.shoppers.map(({ id, headers }) => ({ method: 'GET', path: `/v2/customers/${id}/addresses`, headers })),
};
