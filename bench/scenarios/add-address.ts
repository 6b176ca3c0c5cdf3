import type { Scenario } from '../scenario.ts';
import { anAddress } from '../shop.ts';

export const addAddress: Scenario = {
  name: 'add address',
  requests: shop =>
    shop.shoppers.map(({ id, headers }) => ({
      method: 'POST',
      path: `/v2/customers/${id}/addresses`,
      headers,
      body: JSON.stringify({ data: anAddress() }),
    })),
};
