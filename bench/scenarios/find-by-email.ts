import type { Scenario } from '../scenario.ts';

export const findByEmail: Scenario = {
  name: 'find customer by email',
  limit: 1.6,
  requests: shop =>
    shop.shoppers.map(({ email }) => ({
      method: 'GET',
      path: `/v2/customers?filter=eq(email,${email})`,
      headers: shop.admin,
    })),
};
