import type { Scenario } from '../scenario.ts';
import { aCustomer } from '../shop.ts';

export const createCustomer: Scenario = {
  name: 'create customer',
  requests: shop => [
    {
      method: 'POST',
      path: '/v2/customers',
      headers: shop.admin,
      body: () => JSON.stringify({ data: aCustomer() }),
    },
  ],
};
