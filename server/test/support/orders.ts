import { expect } from 'vitest';
import { aReference, createMug } from './carts.ts';
import type { Caller, TestApp } from './test-app.ts';

/** The address of a checkout. */
export const aCheckoutAddress = (changes: Record<string, unknown> = {}) => ({
  first_name: 'Ada',
  last_name: 'Okafor',
  line_1: '12 Mill Lane',
  city: 'Leeds',
  county: 'West Yorkshire',
  postcode: 'LS1 4AB',
  country: 'GB',
  ...changes,
});

/** The body of a guest's checkout. */
export const aGuestCheckout = (changes: Record<string, unknown> = {}) => ({
  customer: { name: 'Grace Hopper', email: 'grace@example.com' },
  billing_address: aCheckoutAddress(),
  ...changes,
});

/** Puts a product into a new cart and answers the reference. */
export async function fillCart(
  app: TestApp,
  { product, quantity = 2 }: { product?: { readonly id: string }; quantity?: number } = {},
): Promise<string> {
  const { id } = product ?? (await createMug(app));
  const reference = aReference();
  const item = { type: 'cart_item', id, quantity };
  const { status, body } = await app.storefront.post(`/v2/carts/${reference}/items`, { data: item });
  expect(status, JSON.stringify(body)).toBe(201);
  return reference;
}

/** Checks a cart out and answers the order. */
export async function checkOut(caller: Caller, reference: string, request: Record<string, unknown>) {
  const { status, body } = await caller.post(`/v2/carts/${reference}/checkout`, { data: request });
  expect(status, JSON.stringify(body)).toBe(201);
  return body.data;
}

/** An order of a guest, or of the customer with this id. */
export async function createOrder(
  app: TestApp,
  { customerId, ...cart }: { customerId?: string; product?: { readonly id: string }; quantity?: number } = {},
) {
  const customer = customerId === undefined ? {} : { customer: { id: customerId } };
  return checkOut(app.storefront, await fillCart(app, cart), aGuestCheckout(customer));
}

/** Lets a gateway take payments. */
export async function enableGateway(app: Pick<TestApp, 'admin'>, slug = 'manual'): Promise<void> {
  const { status, body } = await app.admin.put(`/v2/gateways/${slug}`, { data: { enabled: true } });
  expect(status, JSON.stringify(body)).toBe(200);
}

/** Pays an order by the manual gateway and answers the transaction. */
export async function pay(app: TestApp, orderId: string, payment: Record<string, unknown> = {}) {
  const data = { gateway: 'manual', method: 'purchase', ...payment };
  const { status, body } = await app.storefront.post(`/v2/orders/${orderId}/payments`, { data });
  expect(status, JSON.stringify(body)).toBe(201);
  return body.data;
}

/** The order as an admin reads it. */
export async function readOrder(app: TestApp, orderId: string) {
  const { status, body } = await app.admin.get(`/v2/orders/${orderId}`);
  expect(status).toBe(200);
  return body.data;
}
