import { permissions } from '../../src/modules/access/permissions.ts';
import {
  aCurrency,
  aCustomer,
  aField,
  aFlow,
  aNote,
  anAddress,
  aProduct,
  createAddress,
  createCustomer,
  createEntry,
  createField,
  createFlow,
  createNote,
  createProduct,
  password,
  signIn,
} from './builders.ts';
import { aCustomItem, aReference, aTax } from './carts.ts';
import { aGuestCheckout, checkOut } from './orders.ts';
import type { Caller, TestStore } from './test-app.ts';

/** A customer with everything that a route's path can name. */
export interface Subject {
  readonly email: string;
  /** By the name of the path parameter. */
  readonly ids: Readonly<Record<string, string>>;
  /** The customer token of the session `ids.sessionId`. */
  readonly token: string;
}

interface RouteRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly payload?: string;
  /** The status of a success. */
  readonly success: number;
}

/** Every route that asks for an access token, as the permission table spells it. */
export const protectedRoutes: readonly string[] = Object.entries(permissions).flatMap(([route, permission]) =>
  permission !== 'public' && permission.admin ? [route] : [],
);

let codes = 0;
/** A code that no currency has yet. */
function newCode(): string {
  codes += 1;
  return `X${String.fromCharCode(65 + ((codes / 26) % 26), 65 + (codes % 26))}`;
}

/** A valid body for each route that takes one. */
const bodies: Readonly<Record<string, (subject: Subject) => object>> = {
  'POST /v2/customers': () => aCustomer(),
  // Nobody has the tag that the deletion looks for.
  'POST /v2/customers/bulk/delete': () => ({ filter: 'eq(tags,to be deleted)' }),
  'POST /v2/customers/bulk/tags': ({ ids }) => ({ customer_ids: [ids.customerId], add_tags: ['vip'] }),
  'PUT /v2/customers/:customerId': () => ({ type: 'customer', name: 'Grace Hopper' }),
  'POST /v2/customers/tokens': ({ email }) => ({ type: 'token', email, password }),
  'POST /v2/customers/:customerId/addresses': () => anAddress(),
  'PUT /v2/customers/:customerId/addresses/:addressId': () => ({ type: 'address', line_1: '1 New Road' }),
  'POST /v2/customers/:customerId/notes': () => aNote(),
  'PUT /v2/customers/:customerId/notes/:noteId': () => ({ content: 'Calls back on Monday.' }),
  'POST /v2/carts': () => ({ name: 'Birthday' }),
  'PUT /v2/carts/:cartId': () => ({ name: 'Wedding' }),
  'POST /v2/carts/:cartId/items': () => aCustomItem(),
  'PUT /v2/carts/:cartId/items': ({ ids }) => [{ id: ids.itemId, quantity: 2 }],
  'PUT /v2/carts/:cartId/items/:itemId': () => ({ quantity: 2 }),
  'POST /v2/carts/:cartId/items/:itemId/taxes': () => aTax(),
  'PUT /v2/carts/:cartId/items/:itemId/taxes/:taxId': () => ({ rate: 0.1 }),
  'POST /v2/carts/:cartId/taxes': ({ ids }) => [
    { ...aTax(), relationships: { item: { data: { type: 'custom_item', id: ids.itemId } } } },
  ],
  'POST /v2/carts/:cartId/relationships/customers': ({ ids }) => [{ type: 'customer', id: ids.customerId }],
  'DELETE /v2/carts/:cartId/relationships/customers': ({ ids }) => [{ type: 'customer', id: ids.customerId }],
  'POST /v2/carts/:cartId/checkout': () => aGuestCheckout(),
  'PUT /v2/orders/:orderId': () => ({ type: 'order', external_ref: 'erp-7' }),
  'POST /v2/orders/anonymize': ({ ids }) => ({ order_ids: [ids.orderId] }),
  'POST /v2/orders/:orderId/relationships/customer': ({ ids }) => ({ type: 'customer', id: ids.customerId }),
  'POST /v2/orders/:orderId/payments': () => ({ gateway: 'manual', method: 'purchase' }),
  'POST /v2/orders/:orderId/transactions/:transactionId/capture': () => ({}),
  'POST /v2/orders/:orderId/transactions/:transactionId/refund': () => ({}),
  'POST /v2/orders/:orderId/transactions/:transactionId/cancel': () => ({}),
  'POST /v2/orders/:orderId/transactions/:transactionId/confirm': () => ({}),
  'POST /v2/jobs': () => ({ type: 'job', job_type: 'order_export' }),
  'POST /v2/currencies': () => aCurrency({ code: newCode() }),
  'PUT /v2/currencies/:currencyId': () => ({ enabled: true }),
  'POST /v2/products': () => aProduct(),
  'PUT /v2/products/:productId': () => ({ type: 'product', name: 'Tin mug' }),
  'POST /v2/inventories/multiple': ({ ids }) => [{ id: ids.productId }],
  'POST /v2/inventories/:productId': () => ({ quantity: 5 }),
  'POST /v2/inventories/:productId/transactions': () => ({ action: 'increment', quantity: 1 }),
  'POST /v2/flows': () => aFlow(),
  'PUT /v2/flows/:flowId': () => ({ type: 'flow', name: 'Shops' }),
  'POST /v2/flows/:flowSlug/entries': () => ({ type: 'entry' }),
  'PUT /v2/flows/:flowSlug/entries/:entryId': () => ({ type: 'entry' }),
  'POST /v2/flows/:flowSlug/entries/:entryId/relationships/:relationshipSlug': ({ ids }) => [
    { type: 'customer', id: ids.customerId },
  ],
  'PUT /v2/flows/:flowSlug/entries/:entryId/relationships/:relationshipSlug': ({ ids }) => [
    { type: 'customer', id: ids.customerId },
  ],
  'POST /v2/fields': ({ ids }) => aField(ids.flowId ?? ''),
  'PUT /v2/fields/:fieldId': () => ({ type: 'field', name: 'Tier' }),
  'PUT /v2/gateways/:slug': () => ({ enabled: true }),
  'PUT /v2/settings': () => ({ type: 'settings', list_child_products: true }),
  'PUT /v2/settings/cart': () => ({ type: 'settings', cart_expiry_days: 7 }),
  'PUT /v2/settings/logs-ttl': () => ({ type: 'time_to_live', days: 365 }),
};

/** The query of a route that needs one. */
const queries: Readonly<Record<string, (subject: Subject) => string>> = {
  'GET /v2/personal-data/logs': ({ ids }) => `?filter=eq(resource_type,order):eq(resource_id,${ids.orderId})`,
};

const successes = { GET: 200, POST: 201, PUT: 200, DELETE: 204 } as const;
/** Whether a success takes something away from the subject, or gives it what it has room for few of. */
export const usesUp = (route: string) =>
  route.startsWith('DELETE ') ||
  route === 'POST /v2/inventories/:productId' ||
  /^POST .*\/(taxes|payments|capture|cancel)$/.test(route);

/** The status of a success, where it is not that of the method. */
const otherSuccesses: Readonly<Record<string, number>> = {
  // The cart of a subject is associated with them already.
  'POST /v2/carts/:cartId/relationships/customers': 204,
  'DELETE /v2/carts/:cartId/items/:itemId': 200,
  'POST /v2/inventories/multiple': 200,
  'POST /v2/customers/bulk/delete': 200,
  'POST /v2/customers/bulk/tags': 200,
  // The order of a subject is theirs already, authorized in part, and not captured.
  'POST /v2/orders/:orderId/relationships/customer': 200,
  'POST /v2/orders/:orderId/transactions/:transactionId/capture': 200,
  'POST /v2/orders/:orderId/transactions/:transactionId/cancel': 200,
  'POST /v2/orders/:orderId/transactions/:transactionId/refund': 422,
  'POST /v2/orders/:orderId/transactions/:transactionId/confirm': 422,
  'POST /v2/orders/anonymize': 422,
  // The job of a subject waits for a worker.
  'GET /v2/jobs/:jobId/file': 404,
  'POST /v2/inventories/:productId': 200,
};

/**
 * A valid request to a route of the permission table about a subject. Throws for a route whose path or body it cannot
 * fill: extend the tables above, so that tests which walk the permission table cover the new route.
 */
export function requestTo(route: string, subject: Subject): RouteRequest {
  const [method = '', path = ''] = route.split(' ');
  if (!(method in successes)) throw new Error(`${route}: requests of this method are not known here`);
  const known = method as keyof typeof successes;
  const filled = path.replace(/:(\w+)/g, (_, name: string) => {
    const id = subject.ids[name];
    if (id === undefined) throw new Error(`${route}: the subject has no ${name}`);
    return id;
  });
  const url = `${filled}${queries[route]?.(subject) ?? ''}`;
  const success = otherSuccesses[route] ?? successes[known];
  const body = bodies[route];
  if (body !== undefined) return { method: known, url, payload: JSON.stringify({ data: body(subject) }), success };
  if (known === 'GET' || known === 'DELETE') return { method: known, url, success };
  throw new Error(`${route}: no body is known for this route`);
}

/** Names of things that are not of one store. */
export const idsOfEveryStore = { slug: 'manual', realmId: '018f0000-0000-7000-8000-00000000000a' };

/** A part of a subject: what can be made anew for a request that uses it up. */
interface Part {
  /** The parameters of paths that name it. */
  readonly names: readonly string[];
  make(store: TestStore, subject: Subject, request: { route?: string; customer?: object }): Promise<Partial<Subject>>;
}

async function startSession(store: TestStore, email: string) {
  const { id, token } = await signIn(store, email);
  return { ids: { sessionId: id, tokenId: id }, token };
}

async function makeCart(store: TestStore, { ids }: Subject) {
  const cartId = aReference();
  const added = await store.admin.post(`/v2/carts/${cartId}/items`, { data: { ...aCustomItem(), tax: [aTax()] } });
  const link = { data: [{ type: 'customer', id: ids.customerId }] };
  await store.admin.post(`/v2/carts/${cartId}/relationships/customers`, link);
  const [item] = added.body.data;
  return { cartId, itemId: item.id, taxId: item.relationships.taxes.data[0].id };
}

/** In an order in which each finds what it needs. */
const parts: readonly Part[] = [
  {
    names: ['customerId'],
    async make(store, _, request) {
      const customer = await createCustomer(store, { password, ...request.customer });
      const { token, ids } = await startSession(store, customer.email);
      return { email: customer.email, token, ids: { customerId: customer.id, ...ids } };
    },
  },
  { names: ['sessionId', 'tokenId'], make: (store, { email }) => startSession(store, email) },
  {
    names: ['addressId'],
    make: async (store, { ids }) => ({
      ids: { addressId: (await createAddress(store.admin, ids.customerId ?? '')).id },
    }),
  },
  {
    names: ['noteId'],
    make: async (store, { ids }) => ({ ids: { noteId: (await createNote(store.admin, ids.customerId ?? '')).id } }),
  },
  {
    names: ['productId', 'stockTransactionId'],
    async make(store, _, { route }) {
      const { id } = await createProduct(store);
      const stock = `/v2/inventories/${id}`;
      const transactions = await store.admin.get(`${stock}/transactions`);
      if (route === 'POST /v2/inventories/:productId') await store.admin.delete(stock);
      return { ids: { productId: id, stockTransactionId: transactions.body.data[0].id } };
    },
  },
  {
    names: ['cartId', 'itemId', 'taxId'],
    make: async (store, subject) => ({ ids: await makeCart(store, subject) }),
  },
  {
    names: ['orderId', 'transactionId'],
    async make(store, subject) {
      const { cartId } = await makeCart(store, subject);
      const checkout = aGuestCheckout({ customer: { id: subject.ids.customerId } });
      const order = await checkOut(store.admin, cartId, checkout);
      await store.admin.delete(`/v2/carts/${cartId}`);
      await store.admin.put('/v2/gateways/manual', { data: { enabled: true } });
      const payment = { gateway: 'manual', method: 'authorize', amount: 100 };
      const paid = await store.admin.post(`/v2/orders/${order.id}/payments`, { data: payment });
      return { ids: { orderId: order.id, transactionId: paid.body.data.id } };
    },
  },
  {
    names: ['jobId'],
    async make(store) {
      const job = await store.admin.post('/v2/jobs', { data: { job_type: 'order_export' } });
      return { ids: { jobId: job.body.data.id } };
    },
  },
  {
    names: ['flowId', 'flowSlug', 'fieldId', 'entryId', 'relationshipSlug'],
    async make(store) {
      const flow = await createFlow(store);
      const field = await createField(store, flow.id);
      const relationship = await createField(store, flow.id, {
        field_type: 'relationship',
        validation_rules: [{ type: 'one-to-many', to: 'customer' }],
      });
      const entry = await createEntry(store, flow.slug, { [field.slug]: 'gold' });
      const ofFlow = { flowId: flow.id, flowSlug: flow.slug };
      return { ids: { ...ofFlow, fieldId: field.id, entryId: entry.id, relationshipSlug: relationship.slug } };
    },
  },
  {
    names: ['currencyId'],
    // A store has ten at most: the first subject has the default one.
    async make(store, { ids }) {
      const isFirst = ids.currencyId === undefined;
      const { body } = isFirst
        ? await store.admin.get('/v2/currencies')
        : await store.admin.post('/v2/currencies', { data: aCurrency({ code: newCode() }) });
      return { ids: { currencyId: (isFirst ? body.data[0] : body.data).id } };
    },
  },
];

async function remake(part: Part, ...[store, subject, request]: Parameters<Part['make']>): Promise<Subject> {
  const made = await part.make(store, subject, request);
  return { ...subject, ...made, ids: { ...subject.ids, ...made.ids } };
}

/**
 * Makes a customer with a password, an address, a note and a session, a cart with a taxed item, an order that is authorized in
 * part; a product with a stock; a flow with a field and an entry.
 */
export async function createSubject(store: TestStore, customer: Record<string, unknown> = {}): Promise<Subject> {
  let subject: Subject = { email: '', ids: idsOfEveryStore, token: '' };
  for (const part of parts) {
    if (part.names.some(name => subject.ids[name] === undefined))
      subject = await remake(part, store, subject, { customer });
  }
  return subject;
}

/** A subject of whom that is new which a route is about. */
export async function renewSubject(store: TestStore, subject: Subject, route: string, customer = {}): Promise<Subject> {
  const named = [...route.matchAll(/:(\w+)/g)].at(-1)?.[1] ?? '';
  const part = parts.find(({ names }) => names.includes(named));
  return part === undefined ? subject : remake(part, store, subject, { route, customer });
}

/** All that an admin can read of a subject: equal before and after whatever must change nothing. */
export async function readSubject(admin: Caller, { ids }: Subject): Promise<unknown> {
  const path = `/v2/customers/${ids.customerId}`;
  const stock = `/v2/inventories/${ids.productId}`;
  const answers = [
    await admin.get(path),
    await admin.get(`${path}/addresses`),
    await admin.get(`${path}/sessions`),
    await admin.get(`${path}/notes`),
    await admin.get(`/v2/carts/${ids.cartId}?include=items,tax_items`),
    await admin.get(`/v2/orders/${ids.orderId}?include=items`),
    await admin.get(`/v2/orders/${ids.orderId}/transactions`),
    await admin.get(`/v2/products/${ids.productId}`),
    await admin.get(stock),
    await admin.get(`${stock}/transactions`),
    await admin.get(`/v2/currencies/${ids.currencyId}`),
    await admin.get(`/v2/flows/${ids.flowId}`),
    await admin.get(`/v2/fields/${ids.fieldId}`),
    await admin.get(`/v2/flows/${ids.flowSlug}/entries/${ids.entryId}`),
  ];
  return answers.map(({ status, body }) => ({ status, body }));
}
