import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { endKey } from '../src/modules/access/keys.service.ts';
import { type Permission, permissions } from '../src/modules/access/permissions.ts';
import { signIn, signUp } from './support/builders.ts';
import {
  createSubject,
  protectedRoutes,
  readSubject,
  renewSubject,
  requestTo,
  type Subject,
  usesUp,
} from './support/route-requests.ts';
import { startTestApp, type TestApp, type TestStore } from './support/test-app.ts';
import { openSigner } from './support/tokens.ts';

let app: TestApp;
/** Whom the requests that must be refused are about, and what an admin saw of them before. */
let victim: Subject;
let untouched: unknown;
/** Whom the requests that create and change are about. */
let spare: Subject;
let other: Subject;
let otherStore: TestStore;

/** Headers that do not depend on whom a request is about. */
let tokens: Record<'admin' | 'implicit' | 'expired' | 'revokedKey', string>;
let badCustomerTokens: Record<'broken' | 'expired' | 'revoked' | 'ofDeletedCustomer' | 'ofOtherStore', string>;

const bearer = (caller: { headers: Readonly<Record<string, string>> }) => caller.headers.authorization ?? '';

beforeAll(async () => {
  app = await startTestApp();
  otherStore = await app.addStore();
  victim = await createSubject(app);
  spare = await createSubject(app);
  other = await createSubject(app);
  const signedOut = await signIn(app, victim.email);
  await app.shopper(signedOut.token).delete(`/v2/customers/tokens/${signedOut.id}`);
  untouched = await readSubject(app.admin, victim);

  const signer = await openSigner(app);
  const past = { issued: 1_000_000_000, expires: 1_000_003_600 };
  const retired = await app.addKey();
  await endKey(app.database, { storeId: retired.id, id: retired.keyId });
  tokens = {
    admin: bearer(app.admin),
    implicit: bearer(app.storefront),
    expired: `Bearer ${signer.sign('access', { store: app.id, key: app.keyId, role: 'admin' }, past)}`,
    revokedKey: bearer(retired.admin),
  };

  const deleted = await createSubject(app);
  await app.admin.delete(`/v2/customers/${deleted.ids.customerId}`);
  badCustomerTokens = {
    broken: `${victim.token.slice(0, -6)}AAAAAA`,
    expired: signer.sign(
      'customer',
      { sub: victim.ids.customerId ?? '', name: 'Ada Okafor', jti: victim.ids.sessionId ?? '' },
      past,
    ),
    revoked: signedOut.token,
    ofDeletedCustomer: deleted.token,
    ofOtherStore: (await signUp(otherStore)).token.token,
  };
});
afterAll(() => app.close());

type Outcome = 'success' | { readonly status: number; readonly detail: string };

const unauthorized: Outcome = { status: 401, detail: 'Unable to validate access token' };
const notPermitted: Outcome = { status: 403, detail: 'This action is not permitted for this access token' };
const badCustomerToken: Outcome = { status: 403, detail: 'The customer token is invalid or has expired' };
const otherCustomer: Outcome = { status: 403, detail: 'The customer token does not grant access to this customer' };
const foreignOrder: Outcome = { status: 404, detail: 'The requested order could not be found' };
const foreignStore: Outcome = { status: 403, detail: 'The access token does not belong to this store' };

interface Credentials {
  readonly headers: (subject: Subject) => Record<string, string>;
  readonly outcome: (permission: Permission, route: string) => Outcome;
}

const implicitly = (permission: Permission): Outcome => (permission.implicit ? 'success' : notPermitted);
const asShopper = (permission: Permission): Outcome => (permission.shopper === false ? notPermitted : 'success');
const asAdmin = (permission: Permission): Outcome => (permission.admin ? 'success' : notPermitted);

/** Whether the path names something that belongs to a customer. */
const namesAnOwner = (route: string) => route.includes(':customerId') || route.includes(':cartId');

/** What another customer of the store gets: routes without a customer or a cart in the path answer about themselves. */
const asOther =
  (otherwise: (permission: Permission) => Outcome): Credentials['outcome'] =>
  (permission, route) => {
    if (!permission.readsCustomerToken || otherwise(permission) !== 'success') return otherwise(permission);
    if (route === 'DELETE /v2/customers/tokens/:tokenId')
      return { status: 404, detail: 'The requested token could not be found' };
    if (route.includes(':orderId')) return otherwise === asShopper ? foreignOrder : 'success';
    return namesAnOwner(route) ? otherCustomer : 'success';
  };

/** A bad customer token is refused wherever one is read, whatever else the request may do. */
const withBad =
  (kind: keyof typeof badCustomerTokens, otherwise: (permission: Permission) => Outcome): Credentials['outcome'] =>
  (permission, route) => {
    if (!permission.readsCustomerToken) return otherwise(permission);
    // Well signed, but ended: only the database knows, and a shopper may not get that far.
    const isSigned = kind !== 'broken' && kind !== 'expired';
    if (isSigned && otherwise === implicitly && permission.shopper === false) return notPermitted;
    // These two are signed well and name somebody else than the path: that is seen first.
    const isOfSomebodyElse = kind === 'ofDeletedCustomer' || kind === 'ofOtherStore';
    return isOfSomebodyElse && route.includes(':customerId') ? otherCustomer : badCustomerToken;
  };

const customerToken = (token: string) => ({ 'x-moltin-customer-token': token });

const kinds: Readonly<Record<string, Credentials>> = {
  'no access token': { headers: () => ({}), outcome: () => unauthorized },
  'an empty access token': { headers: () => ({ authorization: '' }), outcome: () => unauthorized },
  'a garbage access token': { headers: () => ({ authorization: 'Bearer garbage' }), outcome: () => unauthorized },
  'an expired access token': { headers: () => ({ authorization: tokens.expired }), outcome: () => unauthorized },
  'an access token of a revoked key': {
    headers: () => ({ authorization: tokens.revokedKey }),
    outcome: () => unauthorized,
  },
  'the own customer token for an access token': {
    headers: ({ token }) => ({ authorization: `Bearer ${token}`, ...customerToken(token) }),
    outcome: () => unauthorized,
  },
  'a customer token alone': { headers: ({ token }) => customerToken(token), outcome: () => unauthorized },

  'a public access token': { headers: () => ({ authorization: tokens.implicit }), outcome: implicitly },
  ...Object.fromEntries(
    ['', 'null', 'undefined'].map(text => [
      `a public access token with the customer token "${text}"`,
      {
        headers: () => ({ authorization: tokens.implicit, ...customerToken(text) }),
        outcome: implicitly,
      },
    ]),
  ),
  'a public access token with the own customer token': {
    headers: ({ token }) => ({ authorization: tokens.implicit, ...customerToken(token) }),
    outcome: asShopper,
  },
  'a public access token with the customer token of another customer': {
    headers: () => ({ authorization: tokens.implicit, ...customerToken(other.token) }),
    outcome: asOther(asShopper),
  },
  'a public access token with an access token for a customer token': {
    headers: () => ({
      authorization: tokens.implicit,
      ...customerToken(tokens.admin.replace('Bearer ', '')),
    }),
    outcome: withBad('broken', implicitly),
  },

  'an access token of client_credentials': { headers: () => ({ authorization: tokens.admin }), outcome: asAdmin },
  'an access token of client_credentials with the own customer token': {
    headers: ({ token }) => ({ authorization: tokens.admin, ...customerToken(token) }),
    outcome: asAdmin,
  },
  'an access token of client_credentials with the customer token of another customer': {
    headers: () => ({ authorization: tokens.admin, ...customerToken(other.token) }),
    outcome: asOther(asAdmin),
  },

  'an access token that belongs to the store of X-Moltin-Auth-Store': {
    headers: () => ({ authorization: tokens.admin, 'x-moltin-auth-store': app.id }),
    outcome: asAdmin,
  },
  'an access token of another store than X-Moltin-Auth-Store': {
    headers: () => ({ authorization: tokens.admin, 'x-moltin-auth-store': otherStore.id }),
    outcome: () => foreignStore,
  },

  ...Object.fromEntries(
    (['broken', 'expired', 'revoked', 'ofDeletedCustomer', 'ofOtherStore'] as const).flatMap(kind => [
      [
        `a public access token with a customer token that is bad (${kind})`,
        {
          headers: () => ({ authorization: tokens.implicit, ...customerToken(badCustomerTokens[kind]) }),
          outcome: withBad(kind, implicitly),
        },
      ],
      [
        `an access token of client_credentials with a customer token that is bad (${kind})`,
        {
          headers: () => ({ authorization: tokens.admin, ...customerToken(badCustomerTokens[kind]) }),
          outcome: withBad(kind, asAdmin),
        },
      ],
    ]),
  ),
};

/** Whom a request that succeeds is about: one that uses them up needs its own. */
async function subjectOf(route: string): Promise<Subject> {
  if (usesUp(route)) return renewSubject(app, spare, route);
  return route.startsWith('GET ') ? victim : spare;
}

/** What was answered, so that a whole route compares at once. */
async function ask(route: string, { headers, outcome }: Credentials) {
  const subject = outcome(permissions[route] as Permission, route) === 'success' ? await subjectOf(route) : victim;
  const { success, ...request } = requestTo(route, subject);
  const answer = await app.send({
    ...request,
    headers: { 'content-type': 'application/json', ...headers(subject) },
  });
  // A store has at most ten currencies.
  if (route === 'POST /v2/currencies' && answer.status === 201)
    await app.admin.delete(`/v2/currencies/${answer.body.data.id}`);
  if (answer.status === success) return 'success';
  const challenge = answer.headers['www-authenticate'];
  return { status: answer.status, body: answer.body, ...(challenge !== undefined && { challenge }) };
}

function expected(route: string, { outcome }: Credentials) {
  const answer = outcome(permissions[route] as Permission, route);
  if (answer === 'success') return answer;
  const title = { 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found' }[answer.status];
  return {
    status: answer.status,
    body: { errors: [{ ...answer, title }] },
    ...(answer.status === 401 && { challenge: 'Bearer' }),
  };
}

describe.each(protectedRoutes)('%s', route => {
  test('with every kind of credentials answers as the permission table says, and refusals change nothing', async () => {
    const entries = Object.entries(kinds);
    const answers = await Promise.all(entries.map(async ([kind, each]) => [kind, await ask(route, each)]));
    expect(Object.fromEntries(answers)).toEqual(
      Object.fromEntries(entries.map(([kind, each]) => [kind, expected(route, each)])),
    );
    expect(await readSubject(app.admin, victim)).toEqual(untouched);
  });
});

test('HEAD needs the credentials of GET', async () => {
  for (const route of protectedRoutes.filter(name => name.startsWith('GET '))) {
    const permission = permissions[route] as Permission;
    const { url, success } = requestTo(route, victim);
    const statuses = [];
    for (const headers of [{}, { authorization: tokens.implicit }, { authorization: tokens.admin }]) {
      statuses.push((await app.send({ method: 'HEAD', url, headers })).status);
    }
    expect([route, ...statuses]).toEqual([route, 401, permission.implicit ? success : 403, success]);
  }
});

test('the table is the permission matrix of the contract', () => {
  const letters = ({ implicit, shopper, admin, readsCustomerToken }: Permission) =>
    [implicit ? 'any' : '-', shopper === true ? 'any' : shopper || '-', admin ? 'any' : '-', readsCustomerToken].join(
      ' ',
    );
  const table = Object.entries(permissions).map(([route, permission]) => [
    route,
    permission === 'public' ? 'public' : letters(permission),
  ]);
  expect(Object.fromEntries(table)).toEqual({
    'POST /oauth/access_token': 'public',
    'GET /health/live': 'public',
    'GET /health/ready': 'public',
    'GET /openapi.json': 'public',
    'POST /v2/customers': 'any any any true',
    'GET /v2/customers': '- own any true',
    'GET /v2/customers/attributes': '- - any false',
    'GET /v2/customers/tags': '- - any false',
    'POST /v2/customers/bulk/delete': '- - any false',
    'POST /v2/customers/bulk/tags': '- - any false',
    'GET /v2/customers/:customerId': '- own any true',
    'PUT /v2/customers/:customerId': '- own any true',
    'DELETE /v2/customers/:customerId': '- own any true',
    'DELETE /v2/customers/:customerId/password': '- - any false',
    'POST /v2/customers/tokens': 'any any any false',
    'DELETE /v2/customers/tokens/:tokenId': '- own any true',
    'GET /v2/customers/:customerId/sessions': '- own any true',
    'DELETE /v2/customers/:customerId/sessions': '- own any true',
    'DELETE /v2/customers/:customerId/sessions/:sessionId': '- own any true',
    'GET /v2/customers/:customerId/addresses': '- own any true',
    'POST /v2/customers/:customerId/addresses': '- own any true',
    'GET /v2/customers/:customerId/addresses/:addressId': '- own any true',
    'PUT /v2/customers/:customerId/addresses/:addressId': '- own any true',
    'DELETE /v2/customers/:customerId/addresses/:addressId': '- own any true',
    'GET /v2/customers/:customerId/logs': '- - any false',
    'GET /v2/customers/:customerId/notes': '- - any false',
    'POST /v2/customers/:customerId/notes': '- - any false',
    'GET /v2/customers/:customerId/notes/:noteId': '- - any false',
    'PUT /v2/customers/:customerId/notes/:noteId': '- - any false',
    'DELETE /v2/customers/:customerId/notes/:noteId': '- - any false',
    'POST /v2/carts': 'any any any true',
    'GET /v2/carts': '- own any true',
    'GET /v2/carts/:cartId': 'any any any true',
    'PUT /v2/carts/:cartId': 'any any any true',
    'DELETE /v2/carts/:cartId': 'any any any true',
    'GET /v2/carts/:cartId/items': 'any any any true',
    'POST /v2/carts/:cartId/items': 'any any any true',
    'PUT /v2/carts/:cartId/items': 'any any any true',
    'DELETE /v2/carts/:cartId/items': 'any any any true',
    'PUT /v2/carts/:cartId/items/:itemId': 'any any any true',
    'DELETE /v2/carts/:cartId/items/:itemId': 'any any any true',
    'POST /v2/carts/:cartId/items/:itemId/taxes': '- - any true',
    'PUT /v2/carts/:cartId/items/:itemId/taxes/:taxId': '- - any true',
    'DELETE /v2/carts/:cartId/items/:itemId/taxes/:taxId': '- - any true',
    'POST /v2/carts/:cartId/taxes': '- - any true',
    'DELETE /v2/carts/:cartId/taxes': '- - any true',
    'POST /v2/carts/:cartId/relationships/customers': '- own any true',
    'DELETE /v2/carts/:cartId/relationships/customers': '- own any true',
    'GET /v2/settings': '- - any false',
    'PUT /v2/settings': '- - any false',
    'DELETE /v2/settings': '- - any false',
    'GET /v2/settings/cart': '- - any false',
    'PUT /v2/settings/cart': '- - any false',
    'GET /v2/orders': '- own any true',
    'GET /v2/orders/attributes': '- - any false',
    'GET /v2/orders/:orderId': '- own any true',
    'GET /v2/orders/:orderId/items': '- own any true',
    'PUT /v2/orders/:orderId': '- - any false',
    'POST /v2/orders/anonymize': '- - any false',
    'POST /v2/orders/:orderId/relationships/customer': '- - any false',
    'POST /v2/orders/:orderId/payments': 'any any any true',
    'GET /v2/orders/:orderId/transactions': '- own any true',
    'GET /v2/orders/:orderId/transactions/:transactionId': '- own any true',
    'POST /v2/orders/:orderId/transactions/:transactionId/capture': '- - any false',
    'POST /v2/orders/:orderId/transactions/:transactionId/refund': '- - any false',
    'POST /v2/orders/:orderId/transactions/:transactionId/cancel': '- - any false',
    'POST /v2/orders/:orderId/transactions/:transactionId/confirm': 'any any any false',
    'POST /v2/carts/:cartId/checkout': 'any any any true',
    'GET /v2/personal-data/logs': '- - any false',
    'GET /v2/logs': '- - any false',
    'POST /v2/jobs': '- - any false',
    'GET /v2/jobs': '- - any false',
    'GET /v2/jobs/:jobId': '- - any false',
    'GET /v2/jobs/:jobId/file': '- - any false',
    'GET /files/:storeId/:file': 'public',
    'POST /staff/sessions': 'public',
    'GET /staff/sessions': '- - - false',
    'DELETE /staff/sessions': '- - - false',
    'DELETE /staff/sessions/current': '- - - false',
    'POST /staff/setup': 'public',
    'POST /staff/setup/lookup': 'public',
    'GET /staff/me': '- - - false',
    'GET /staff/stores': '- - - false',
    'GET /staff/views': '- - - false',
    'POST /staff/views': '- - - false',
    'PUT /staff/views/:viewId': '- - - false',
    'DELETE /staff/views/:viewId': '- - - false',
    'GET /staff/users': '- - - false',
    'POST /staff/users': '- - - false',
    'PUT /staff/users/:staffId': '- - - false',
    'DELETE /staff/users/:staffId': '- - - false',
    'POST /staff/users/:staffId/setup-link': '- - - false',
    'DELETE /staff/users/:staffId/sessions': '- - - false',
    'GET /staff/stores/current': '- - - false',
    'PUT /staff/stores/current': '- - - false',
    'GET /staff/keys': '- - - false',
    'POST /staff/keys': '- - - false',
    'DELETE /staff/keys/:keyId': '- - - false',
    'GET /v2/settings/logs-ttl': '- - any false',
    'PUT /v2/settings/logs-ttl': '- - any false',
    'GET /v2/gateways': '- - any false',
    'GET /v2/gateways/:slug': '- - any false',
    'PUT /v2/gateways/:slug': '- - any false',
    'GET /v2/brands': 'any any any false',
    'GET /v2/categories': 'any any any false',
    'GET /v2/categories/tree': 'any any any false',
    'GET /v2/collections': 'any any any false',
    'GET /v2/files': 'any any any false',
    'GET /v2/authentication-realms/:realmId/oidc-profiles': 'any any any false',
    'GET /v2/products': 'any any any false',
    'POST /v2/products': '- - any false',
    'GET /v2/products/attributes': '- - any false',
    'GET /v2/products/:productId': 'any any any false',
    'PUT /v2/products/:productId': '- - any false',
    'DELETE /v2/products/:productId': '- - any false',
    'GET /v2/inventories': 'any any any false',
    'POST /v2/inventories/multiple': 'any any any false',
    'GET /v2/inventories/:productId': 'any any any false',
    'POST /v2/inventories/:productId': '- - any false',
    'DELETE /v2/inventories/:productId': '- - any false',
    'GET /v2/inventories/:productId/transactions': 'any any any false',
    'POST /v2/inventories/:productId/transactions': '- - any false',
    'GET /v2/inventories/:productId/transactions/:stockTransactionId': 'any any any false',
    'GET /v2/flows': 'any any any false',
    'POST /v2/flows': '- - any false',
    'GET /v2/flows/:flowId': 'any any any false',
    'PUT /v2/flows/:flowId': '- - any false',
    'DELETE /v2/flows/:flowId': '- - any false',
    'GET /v2/flows/:flowSlug/fields': 'any any any false',
    'GET /v2/flows/:flowSlug/attributes': '- - any false',
    'GET /v2/flows/:flowSlug/entries': 'any any any false',
    'POST /v2/flows/:flowSlug/entries': '- - any false',
    'GET /v2/flows/:flowSlug/entries/:entryId': 'any any any false',
    'PUT /v2/flows/:flowSlug/entries/:entryId': '- - any false',
    'DELETE /v2/flows/:flowSlug/entries/:entryId': '- - any false',
    'POST /v2/flows/:flowSlug/entries/:entryId/relationships/:relationshipSlug': '- - any false',
    'PUT /v2/flows/:flowSlug/entries/:entryId/relationships/:relationshipSlug': '- - any false',
    'DELETE /v2/flows/:flowSlug/entries/:entryId/relationships/:relationshipSlug': '- - any false',
    'GET /v2/fields': 'any any any false',
    'POST /v2/fields': '- - any false',
    'GET /v2/fields/:fieldId': 'any any any false',
    'PUT /v2/fields/:fieldId': '- - any false',
    'DELETE /v2/fields/:fieldId': '- - any false',
    'GET /v2/currencies': 'any any any false',
    'POST /v2/currencies': '- - any false',
    'GET /v2/currencies/:currencyId': 'any any any false',
    'PUT /v2/currencies/:currencyId': '- - any false',
    'DELETE /v2/currencies/:currencyId': '- - any false',
  });
});
