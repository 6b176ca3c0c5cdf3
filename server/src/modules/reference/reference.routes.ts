import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance, FastifySchema } from 'fastify';
import { ErrorDocument } from '../../platform/http/schemas.ts';
import { permissionOf, type RoutePermission } from '../access/permissions.ts';
import { IdempotencyKey, takesKey } from '../idempotency/idempotency.ts';
import { finishDocument, operationIdOf } from './openapi-document.ts';

const description = `The customer backend of headless commerce, speaking the Moltin / Elastic Path v2 API.

**Credentials.** Every \`/v2\` request carries an access token: \`POST /oauth/access_token\` gives one for an application
key. Send it as \`Authorization: Bearer …\`. A shopper's own data asks for a customer token besides, in
\`X-Moltin-Customer-Token\`: \`POST /v2/customers/tokens\` gives one for an e-mail and a password. An empty customer token
counts as none. An access token opens one store; \`X-Moltin-Auth-Store\`, if sent, must be the id of that store.

**Documents.** A body is \`{"data": {…}}\`, and so is an answer; a list adds \`meta\` and \`links\`. Unknown keys are ignored.
\`PUT\` changes what is sent and keeps the rest. Times are ISO 8601 in UTC with milliseconds.

**Errors.** Every answer of status 400 and above is an \`Errors\` document: show \`detail\` to people, find the field by
\`source\`. Every answer carries \`X-Request-Id\`; quote it when you report a fault.`;

const tags = [
  { name: 'Authentication', description: 'Access tokens: who the application is.' },
  { name: 'Customers', description: 'The people who buy: name, e-mail, password, your own reference.' },
  { name: 'Customer tokens', description: 'Sign-in, log out and the sessions behind customer tokens.' },
  { name: 'Addresses', description: 'The saved addresses of a customer, as many as they like.' },
  { name: 'Notes', description: 'What staff write down about a customer.' },
  { name: 'Products', description: 'What is sold.' },
  { name: 'Inventories', description: 'Stock of products.' },
  { name: 'Currencies', description: 'Currencies of prices, and how amounts are written.' },
  { name: 'Carts', description: 'Carts, under a reference that the application chooses.' },
  { name: 'Cart items', description: 'What lies in a cart.' },
  { name: 'Cart taxes', description: 'Taxes on the items of a cart.' },
  { name: 'Checkout', description: 'From a cart to an order.' },
  { name: 'Orders', description: 'What was bought, by whom, and how far it is.' },
  { name: 'Payments', description: 'Payments of orders, and the transactions that they make.' },
  { name: 'Gateways', description: 'How orders are paid.' },
  { name: 'Jobs', description: 'Exports that are made in the background.' },
  { name: 'Personal data', description: 'What was done to whose data.' },
  { name: 'Settings', description: 'Settings of the store.' },
  { name: 'Staff', description: 'Who works in the dashboard, and how they sign in.' },
  { name: 'Keys', description: 'By which applications get access tokens for a store.' },
  { name: 'Operations', description: 'For whoever runs the server.' },
  { name: 'Absent', description: 'What storefronts read and this server does not have: always empty.' },
];

/** The page loads nothing from other hosts, and runs nothing that is written into it. */
const contentSecurityPolicy =
  "default-src 'none'; connect-src 'self'; font-src 'self'; img-src 'self' data:; script-src 'self'; " +
  "style-src 'self' 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Who may use a route, in words. */
function describePermission({ implicit, shopper, admin, readsCustomerToken, staff }: RoutePermission): string {
  if (implicit) {
    return readsCustomerToken
      ? 'Needs any access token. A customer token may be sent besides, and must then be valid.'
      : 'Needs any access token.';
  }
  const roles = staff.join(', ').replaceAll('_', ' ');
  const who = [
    ...(shopper === 'own' ? ['a public access token with the own customer token'] : []),
    ...(admin ? ['an access token from `client_credentials`'] : []),
    ...(staff.length > 0 ? [`a staff session (${roles})`] : []),
  ];
  return `Needs ${who.join(', or ')}.`;
}

/** Adds to a route's documentation what follows from its permission and its body: credentials, and the errors about them. */
function documentRoute(
  { schema, method, url }: { readonly schema: FastifySchema; readonly method: string; readonly url: string },
  permission: RoutePermission | 'public' | undefined,
): FastifySchema {
  const operationId = operationIdOf(schema.summary ?? '');
  const errors = {
    ...(schema.body !== undefined && { 400: ErrorDocument, 413: ErrorDocument }),
    ...(schema.response as object),
  };
  if (permission === undefined || permission === 'public')
    return { ...schema, operationId, response: errors, security: [] };
  const { implicit, shopper, admin, readsCustomerToken, staff } = permission;
  const isKeyed = takesKey(method, url);
  const withCustomer = { accessToken: [], customerToken: [] };
  return {
    ...schema,
    operationId,
    security: [
      ...(implicit || admin ? [{ accessToken: [] }] : []),
      ...(shopper === 'own' || (implicit && readsCustomerToken) ? [withCustomer] : []),
      ...(staff.length > 0 ? [{ staffSession: [] }] : []),
    ],
    description: [schema.description, describePermission(permission)].filter(Boolean).join('\n\n'),
    ...(isKeyed && { headers: IdempotencyKey }),
    response: {
      ...errors,
      401: ErrorDocument,
      403: ErrorDocument,
      ...(isKeyed && { 409: ErrorDocument, 422: ErrorDocument }),
    },
  };
}

/**
 * `/openapi.json`, made from the schemas that validate, and a browsable page at `/docs` that loads nothing from other
 * hosts. Call before the routes that it shall know.
 */
export async function referenceRoutes(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Clientele', version, description },
      servers: [{ url: '/', description: 'This server' }],
      tags,
      components: {
        securitySchemes: {
          accessToken: { type: 'http', scheme: 'bearer', description: 'From `POST /oauth/access_token`' },
          customerToken: {
            type: 'apiKey',
            in: 'header',
            name: 'X-Moltin-Customer-Token',
            description: 'From `POST /v2/customers/tokens`',
          },
          staffSession: {
            type: 'apiKey',
            in: 'cookie',
            name: 'clientele_staff',
            description:
              'From `POST /staff/sessions`, for the dashboard alone: needs `X-Requested-With: clientele-dashboard`, and under `/v2` the id of the store in `X-Moltin-Auth-Store`',
          },
        },
        headers: { RetryAfter: { description: 'Seconds to wait', schema: { type: 'integer', minimum: 1 } } },
      },
    },
    hideUntagged: true,
    transform: ({ schema = {}, url, route }) => {
      const [method = ''] = [route.method].flat();
      return { schema: documentRoute({ schema, method, url }, permissionOf(method, url)), url };
    },
    transformObject: documentObject =>
      finishDocument('openapiObject' in documentObject ? documentObject.openapiObject : {}),
  });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: contentSecurityPolicy,
    uiConfig: { layout: 'BaseLayout', docExpansion: 'list', deepLinking: true, validatorUrl: null },
    theme: { title: 'Clientele API' },
  });
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
}
