import type { Scenario } from '../scenario.ts';
import { aReference } from '../shop.ts';

/** A product into carts that have it already. */
export const addToCart: Scenario = {
  name: 'add to cart',
  requests: shop =>
    shop.shoppers.map(() => ({
      method: 'POST',
      path: `/v2/carts/${aReference()}/items`,
      headers: shop.storefront,
      body: JSON.stringify({ data: { type: 'cart_item', id: shop.productId, quantity: 1 } }),
    })),
};
