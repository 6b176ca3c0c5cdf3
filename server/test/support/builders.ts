import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import type { Caller, TestStore } from './test-app.ts';

const unique = () => randomBytes(6).toString('hex');

export const password = 'correct-horse-9';

/** The body of a new customer. */
export const aCustomer = (changes: Record<string, unknown> = {}) => ({
  type: 'customer',
  name: 'Ada Okafor',
  email: `ada-${unique()}@example.com`,
  ...changes,
});

/** The body of a new address. */
export const anAddress = (changes: Record<string, unknown> = {}) => ({
  type: 'address',
  name: 'Home',
  first_name: 'Ada',
  last_name: 'Okafor',
  line_1: '12 Mill Lane',
  city: 'Leeds',
  county: 'West Yorkshire',
  postcode: 'LS1 4AB',
  country: 'GB',
  ...changes,
});

/** Creates a customer as admin and answers the resource. */
export async function createCustomer(store: TestStore, changes: Record<string, unknown> = {}) {
  const { status, body } = await store.admin.post('/v2/customers', { data: aCustomer(changes) });
  expect(status, JSON.stringify(body)).toBe(201);
  return body.data;
}

/** A customer without orders, as lists have them. */
export const listed = (customer: { readonly id: string; readonly meta?: object }) => ({
  ...customer,
  meta: { ...customer.meta, order_count: 0 },
});

/** Creates an address and answers the resource. */
export async function createAddress(caller: Caller, customerId: string, changes: Record<string, unknown> = {}) {
  const { status, body } = await caller.post(`/v2/customers/${customerId}/addresses`, { data: anAddress(changes) });
  expect(status, JSON.stringify(body)).toBe(201);
  return body.data;
}

/** The body of a new note. */
export const aNote = (changes: Record<string, unknown> = {}) => ({
  type: 'note',
  content: 'Prefers to be called after 6 pm.',
  ...changes,
});

/** Writes a note about a customer and answers the resource. */
export async function createNote(caller: Caller, customerId: string, changes: Record<string, unknown> = {}) {
  const { status, body } = await caller.post(`/v2/customers/${customerId}/notes`, { data: aNote(changes) });
  expect(status, JSON.stringify(body)).toBe(201);
  return body.data;
}

/** Creates a customer with a password and signs them in. */
export async function signUp(store: TestStore, changes: Record<string, unknown> = {}) {
  const customer = await createCustomer(store, { password, ...changes });
  const token = await signIn(store, customer.email);
  return { customer, token, shopper: store.shopper(token.token) };
}

/** Signs a customer in and answers the token resource. */
export async function signIn(store: TestStore, email: string, secret = password) {
  const { status, body } = await store.storefront.post('/v2/customers/tokens', {
    data: { type: 'token', email, password: secret },
  });
  expect(status, JSON.stringify(body)).toBe(201);
  return body.data;
}

/** The body of a new product. */
export const aProduct = (changes: Record<string, unknown> = {}) => {
  const code = unique();
  return {
    type: 'product',
    name: 'Enamel mug',
    slug: `enamel-mug-${code}`,
    sku: `MUG-${code}`,
    description: 'Holds 300 ml',
    manage_stock: true,
    price: [{ amount: 3000, currency: 'USD', includes_tax: true }],
    status: 'live',
    commodity_type: 'physical',
    stock: 10,
    ...changes,
  };
};

/** Creates a live product with ten in stock and answers the resource. */
export async function createProduct(store: TestStore, changes: Record<string, unknown> = {}) {
  const { status, body } = await store.admin.post('/v2/products', { data: aProduct(changes) });
  expect(status, JSON.stringify(body)).toBe(201);
  return body.data;
}

/** The body of a new currency. */
export const aCurrency = (changes: Record<string, unknown> = {}) => ({
  type: 'currency',
  code: 'GBP',
  exchange_rate: 0.79,
  format: '£{price}',
  decimal_point: '.',
  thousand_separator: ',',
  decimal_places: 2,
  default: false,
  enabled: true,
  ...changes,
});

/** Creates a currency and answers the resource. */
export async function createCurrency(store: TestStore, changes: Record<string, unknown> = {}) {
  const { status, body } = await store.admin.post('/v2/currencies', { data: aCurrency(changes) });
  expect(status, JSON.stringify(body)).toBe(201);
  return body.data;
}

/** The body of a new flow that is a resource of its own. */
export const aFlow = (changes: Record<string, unknown> = {}) => ({
  type: 'flow',
  name: 'Stores',
  slug: `stores-${unique()}`,
  description: 'Where we sell',
  enabled: true,
  ...changes,
});

/** Creates a flow and answers the resource. */
export async function createFlow(store: TestStore, changes: Record<string, unknown> = {}) {
  const { status, body } = await store.admin.post('/v2/flows', { data: aFlow(changes) });
  expect(status, JSON.stringify(body)).toBe(201);
  return body.data;
}

/** The body of a new field, of type string unless told otherwise. */
export const aField = (flowId: string, changes: Record<string, unknown> = {}) => ({
  type: 'field',
  name: 'Loyalty tier',
  slug: `tier_${unique()}`,
  field_type: 'string',
  description: 'Set by the shop',
  required: false,
  enabled: true,
  relationships: { flow: { data: { type: 'flow', id: flowId } } },
  ...changes,
});

/** Creates a field and answers the resource. */
export async function createField(store: TestStore, flowId: string, changes: Record<string, unknown> = {}) {
  const { status, body } = await store.admin.post('/v2/fields', { data: aField(flowId, changes) });
  expect(status, JSON.stringify(body)).toBe(201);
  return body.data;
}

/** Creates an entry of a flow and answers the resource. */
export async function createEntry(store: TestStore, flowSlug: string, values: Record<string, unknown> = {}) {
  const { status, body } = await store.admin.post(`/v2/flows/${flowSlug}/entries`, {
    data: { type: 'entry', ...values },
  });
  expect(status, JSON.stringify(body)).toBe(201);
  return body.data;
}
