import { type StaffRole, staffRolesOf } from './staff-roles.ts';

/** Who may use a route (reference: authentication.md, "Permission matrix"). `own`: only what belongs to the token's customer. */
export interface Permission {
  /** A public access token alone. */
  readonly implicit: boolean;
  /** A public access token with a customer token. */
  readonly shopper: 'own' | boolean;
  /** An access token from `client_credentials`. */
  readonly admin: boolean;
  /** Whether the customer token is read; where it is not, even a broken one changes nothing. */
  readonly readsCustomerToken: boolean;
  /** Whether a request of staff is about no store, and names none. */
  readonly isOfNoStore?: true;
}

/** The permission of a route, with the roles of staff that may use it. */
export interface RoutePermission extends Permission {
  readonly staff: readonly StaffRole[];
}

/** No access token needed. */
const open = 'public';

const anyone: Permission = { implicit: true, shopper: true, admin: true, readsCustomerToken: true };
const anyoneWithoutCustomer: Permission = { ...anyone, readsCustomerToken: false };
const adminOnly: Permission = { implicit: false, shopper: false, admin: true, readsCustomerToken: false };
/** For the dashboard: whom of the staff says staff-roles.ts. */
const staffOfStore: Permission = { implicit: false, shopper: false, admin: false, readsCustomerToken: false };
const staffOnly: Permission = { ...staffOfStore, isOfNoStore: true };
const ownCustomer: Permission = { implicit: false, shopper: 'own', admin: true, readsCustomerToken: true };
const adminBesideCustomer: Permission = { implicit: false, shopper: false, admin: true, readsCustomerToken: true };

/**
 * Every route of the server. A route that is not listed cannot be declared: the start fails. A path parameter
 * `:customerId` names the customer that `own` compares.
 */
export const permissions: Readonly<Record<string, Permission | typeof open>> = {
  'POST /oauth/access_token': open,
  'GET /health/live': open,
  'GET /health/ready': open,
  'GET /openapi.json': open,

  'POST /v2/customers': anyone,
  'GET /v2/customers': ownCustomer,
  'GET /v2/customers/attributes': adminOnly,
  'GET /v2/customers/tags': adminOnly,
  'POST /v2/customers/bulk/delete': adminOnly,
  'POST /v2/customers/bulk/tags': adminOnly,
  'GET /v2/customers/:customerId': ownCustomer,
  'PUT /v2/customers/:customerId': ownCustomer,
  'DELETE /v2/customers/:customerId': ownCustomer,
  'DELETE /v2/customers/:customerId/password': adminOnly,

  'POST /v2/customers/tokens': anyoneWithoutCustomer,
  'DELETE /v2/customers/tokens/:tokenId': ownCustomer,
  'GET /v2/customers/:customerId/sessions': ownCustomer,
  'DELETE /v2/customers/:customerId/sessions': ownCustomer,
  'DELETE /v2/customers/:customerId/sessions/:sessionId': ownCustomer,

  'GET /v2/customers/:customerId/addresses': ownCustomer,
  'POST /v2/customers/:customerId/addresses': ownCustomer,
  'GET /v2/customers/:customerId/addresses/:addressId': ownCustomer,
  'PUT /v2/customers/:customerId/addresses/:addressId': ownCustomer,
  'DELETE /v2/customers/:customerId/addresses/:addressId': ownCustomer,

  'GET /v2/customers/:customerId/logs': adminOnly,
  'GET /v2/customers/:customerId/notes': adminOnly,
  'POST /v2/customers/:customerId/notes': adminOnly,
  'GET /v2/customers/:customerId/notes/:noteId': adminOnly,
  'PUT /v2/customers/:customerId/notes/:noteId': adminOnly,
  'DELETE /v2/customers/:customerId/notes/:noteId': adminOnly,

  // Whose a cart is, is no matter of its path: modules/carts/cart.ts.
  'POST /v2/carts': anyone,
  'GET /v2/carts': ownCustomer,
  'GET /v2/carts/:cartId': anyone,
  'PUT /v2/carts/:cartId': anyone,
  'DELETE /v2/carts/:cartId': anyone,
  'GET /v2/carts/:cartId/items': anyone,
  'POST /v2/carts/:cartId/items': anyone,
  'PUT /v2/carts/:cartId/items': anyone,
  'DELETE /v2/carts/:cartId/items': anyone,
  'PUT /v2/carts/:cartId/items/:itemId': anyone,
  'DELETE /v2/carts/:cartId/items/:itemId': anyone,
  'POST /v2/carts/:cartId/items/:itemId/taxes': adminBesideCustomer,
  'PUT /v2/carts/:cartId/items/:itemId/taxes/:taxId': adminBesideCustomer,
  'DELETE /v2/carts/:cartId/items/:itemId/taxes/:taxId': adminBesideCustomer,
  'POST /v2/carts/:cartId/taxes': adminBesideCustomer,
  'DELETE /v2/carts/:cartId/taxes': adminBesideCustomer,
  'POST /v2/carts/:cartId/relationships/customers': ownCustomer,
  'DELETE /v2/carts/:cartId/relationships/customers': ownCustomer,
  'GET /v2/settings': adminOnly,
  'PUT /v2/settings': adminOnly,
  'DELETE /v2/settings': adminOnly,
  'GET /v2/settings/cart': adminOnly,
  'PUT /v2/settings/cart': adminOnly,
  'GET /v2/settings/logs-ttl': adminOnly,
  'PUT /v2/settings/logs-ttl': adminOnly,
  'GET /v2/orders': ownCustomer,
  'GET /v2/orders/attributes': adminOnly,
  'GET /v2/orders/:orderId': ownCustomer,
  'GET /v2/orders/:orderId/items': ownCustomer,
  'PUT /v2/orders/:orderId': adminOnly,
  'POST /v2/orders/anonymize': adminOnly,
  'POST /v2/orders/:orderId/relationships/customer': adminOnly,

  'POST /v2/orders/:orderId/payments': anyone,
  'GET /v2/orders/:orderId/transactions': ownCustomer,
  'GET /v2/orders/:orderId/transactions/:transactionId': ownCustomer,
  'POST /v2/orders/:orderId/transactions/:transactionId/capture': adminOnly,
  'POST /v2/orders/:orderId/transactions/:transactionId/refund': adminOnly,
  'POST /v2/orders/:orderId/transactions/:transactionId/cancel': adminOnly,
  'POST /v2/orders/:orderId/transactions/:transactionId/confirm': anyoneWithoutCustomer,
  'POST /v2/carts/:cartId/checkout': anyone,

  'GET /v2/gateways': adminOnly,
  'GET /v2/gateways/:slug': adminOnly,
  'PUT /v2/gateways/:slug': adminOnly,

  'GET /v2/brands': anyoneWithoutCustomer,
  'GET /v2/categories': anyoneWithoutCustomer,
  'GET /v2/categories/tree': anyoneWithoutCustomer,
  'GET /v2/collections': anyoneWithoutCustomer,
  'GET /v2/files': anyoneWithoutCustomer,
  'GET /v2/authentication-realms/:realmId/oidc-profiles': anyoneWithoutCustomer,

  'GET /v2/products': anyoneWithoutCustomer,
  'POST /v2/products': adminOnly,
  'GET /v2/products/attributes': adminOnly,
  'GET /v2/products/:productId': anyoneWithoutCustomer,
  'PUT /v2/products/:productId': adminOnly,
  'DELETE /v2/products/:productId': adminOnly,

  'GET /v2/inventories': anyoneWithoutCustomer,
  'POST /v2/inventories/multiple': anyoneWithoutCustomer,
  'GET /v2/inventories/:productId': anyoneWithoutCustomer,
  'POST /v2/inventories/:productId': adminOnly,
  'DELETE /v2/inventories/:productId': adminOnly,
  'GET /v2/inventories/:productId/transactions': anyoneWithoutCustomer,
  'POST /v2/inventories/:productId/transactions': adminOnly,
  'GET /v2/inventories/:productId/transactions/:stockTransactionId': anyoneWithoutCustomer,

  'GET /v2/currencies': anyoneWithoutCustomer,
  'POST /v2/currencies': adminOnly,
  'GET /v2/currencies/:currencyId': anyoneWithoutCustomer,
  'PUT /v2/currencies/:currencyId': adminOnly,
  'DELETE /v2/currencies/:currencyId': adminOnly,

  'GET /v2/flows': anyoneWithoutCustomer,
  'POST /v2/flows': adminOnly,
  'GET /v2/flows/:flowId': anyoneWithoutCustomer,
  'PUT /v2/flows/:flowId': adminOnly,
  'DELETE /v2/flows/:flowId': adminOnly,
  'GET /v2/flows/:flowSlug/fields': anyoneWithoutCustomer,
  'GET /v2/flows/:flowSlug/attributes': adminOnly,
  // Those of resources with personal data are for client_credentials: modules/flows/entries.service.ts.
  'GET /v2/flows/:flowSlug/entries': anyoneWithoutCustomer,
  'POST /v2/flows/:flowSlug/entries': adminOnly,
  'GET /v2/flows/:flowSlug/entries/:entryId': anyoneWithoutCustomer,
  'PUT /v2/flows/:flowSlug/entries/:entryId': adminOnly,
  'DELETE /v2/flows/:flowSlug/entries/:entryId': adminOnly,
  'POST /v2/flows/:flowSlug/entries/:entryId/relationships/:relationshipSlug': adminOnly,
  'PUT /v2/flows/:flowSlug/entries/:entryId/relationships/:relationshipSlug': adminOnly,
  'DELETE /v2/flows/:flowSlug/entries/:entryId/relationships/:relationshipSlug': adminOnly,
  'GET /v2/fields': anyoneWithoutCustomer,
  'POST /v2/fields': adminOnly,
  'GET /v2/fields/:fieldId': anyoneWithoutCustomer,
  'PUT /v2/fields/:fieldId': adminOnly,
  'DELETE /v2/fields/:fieldId': adminOnly,

  'POST /v2/jobs': adminOnly,
  'GET /v2/jobs': adminOnly,
  'GET /v2/jobs/:jobId': adminOnly,
  'GET /v2/jobs/:jobId/file': adminOnly,
  'GET /files/:storeId/:file': open,

  'GET /v2/personal-data/logs': adminOnly,
  'GET /v2/logs': adminOnly,

  'POST /staff/sessions': open,
  'GET /staff/sessions': staffOnly,
  'DELETE /staff/sessions': staffOnly,
  'DELETE /staff/sessions/current': staffOnly,
  'POST /staff/setup': open,
  'POST /staff/setup/lookup': open,
  'GET /staff/me': staffOnly,
  'GET /staff/stores': staffOnly,
  'GET /staff/views': staffOfStore,
  'POST /staff/views': staffOfStore,
  'PUT /staff/views/:viewId': staffOfStore,
  'DELETE /staff/views/:viewId': staffOfStore,
  'GET /staff/users': staffOnly,
  'POST /staff/users': staffOnly,
  'PUT /staff/users/:staffId': staffOnly,
  'DELETE /staff/users/:staffId': staffOnly,
  'POST /staff/users/:staffId/setup-link': staffOnly,
  'DELETE /staff/users/:staffId/sessions': staffOnly,
  'GET /staff/stores/current': staffOfStore,
  'PUT /staff/stores/current': staffOfStore,
  'GET /staff/keys': staffOfStore,
  'POST /staff/keys': staffOfStore,
  'DELETE /staff/keys/:keyId': staffOfStore,
};

/** The pages of the dashboard: what the browser asks for when one of them is opened by its address. */
export const dashboardPages: readonly string[] = [
  '/',
  '/sign-in',
  '/setup',
  '/customers',
  '/customers/:page',
  '/orders',
  '/orders/:page',
  '/products',
  '/products/:page',
  '/flows',
  '/flows/:page',
  '/settings',
  '/settings/:page',
];

/** Pages and their files, which are no API and hold no data: the reference, and the dashboard. */
const pages: ReadonlySet<string> = new Set([
  '/docs',
  ...dashboardPages,
  '/assets/*',
  '/color-scheme.js',
  '/favicon.svg',
]);

/** The permission of a route; `HEAD` follows `GET`. Undefined when the table does not know it. */
export function permissionOf(method: string, url: string): RoutePermission | typeof open | undefined {
  const isRead = method === 'GET' || method === 'HEAD';
  if (isRead && (pages.has(url) || url.startsWith('/docs/'))) return open;
  const route = `${method === 'HEAD' ? 'GET' : method} ${url}`;
  const permission = permissions[route];
  return permission === undefined || permission === open ? permission : { ...permission, staff: staffRolesOf(route) };
}
