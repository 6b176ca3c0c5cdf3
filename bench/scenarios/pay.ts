import pLimit from 'p-limit';
import type { Scenario } from '../scenario.ts';
import { aCheckout, aReference } from '../shop.ts';

const orders = 1000;

/** A part of what is owed, of so many orders that none is paid often. */
export const pay: Scenario = {
  name: 'pay',
  requests: async shop => {
    const path = `/v2/carts/${aReference()}`;
    const item = { type: 'custom_item', name: 'Piano', quantity: 1, price: { amount: 1_000_000 } };
    await shop.post(shop.storefront, `${path}/items`, item);
    const limit = pLimit(16);
    return Promise.all(
      Array.from({ length: orders }, () =>
        limit(async () => {
          const { id } = await shop.post<{ id: string }>(shop.admin, `${path}/checkout`, aCheckout());
          return {
            method: 'POST' as const,
            path: `/v2/orders/${id}/payments`,
            headers: shop.storefront,
            body: JSON.stringify({ data: { gateway: 'manual', method: 'purchase', amount: 1 } }),
          };
        }),
      ),
    );
  },
};
