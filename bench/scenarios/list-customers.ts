import type { Scenario } from '../scenario.ts';

/** A page of the newest customers, as a back office shows it. */
export const listCustomers = (limit: number): Scenario => ({
  name: `list ${limit} customers`,
  requests: shop => [{ method: 'GET', path: `/v2/customers?page[limit]=${limit}`, headers: shop.admin }],
});
