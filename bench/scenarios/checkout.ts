import type { Scenario } from '../scenario.ts';
import { aCheckout, aReference } from '../shop.ts';

/** Carts of one line, each checked out again and again, for another guest each time. */
export const checkout: Scenario = {
  name: 'check out',
  requests: shop =>
    Promise.all(
      shop.shoppers.map(async () => {
        const path = `/v2/carts/${aReference()}`;
        await shop.post(shop.storefront, `${path}/items`, { type: 'cart_item', id: shop.productId, quantity: 2 });
        const body = () => JSON.stringify({ data: aCheckout() });
        return { method: 'POST' as const, path: `${path}/checkout`, headers: shop.storefront, body };
      }),
    ),
};
