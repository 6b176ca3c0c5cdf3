import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance, FastifySchema } from 'fastify';
import { ErrorDocument } from '../../platform/http/schemas.ts';
import { type Permission, permissionOf } from '../access/permissions.ts';

const description = `The customer backend of headless commerce, speaking the Moltin / Elastic Path v2 API.

Every \`/v2\` request carries an access token: \`POST /oauth/access_token\` gives one. A shopper's own data asks for a
customer token besides, in \`X-Moltin-Customer-Token\`: \`POST /v2/customers/tokens\` gives one for an e-mail and a password.`;

/** The page loads nothing from other hosts, and runs nothing that is written into it. */
const contentSecurityPolicy =
  "default-src 'none'; connect-src 'self'; font-src 'self'; img-src 'self' data:; script-src 'self'; " +
  "style-src 'self' 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Who may use a route, in words. */
function describePermission(permission: Permission): string {
  const shopper = permission.shopper === 'own' ? 'a public access token with the own customer token' : undefined;
  const who = [
    permission.implicit ? 'any access token' : undefined,
    permission.implicit ? undefined : shopper,
    permission.implicit ? undefined : permission.admin ? 'an access token from `client_credentials`' : undefined,
  ].filter(text => text !== undefined);
  return `Needs ${who.join(', or ')}.`;
}

/** Adds to a route's documentation what follows from its permission: credentials, and the errors about them. */
function withPermission(schema: FastifySchema, permission: Permission | 'public' | undefined): FastifySchema {
  if (permission === undefined || permission === 'public') return { ...schema, security: [] };
  const security = [
    ...(permission.implicit || permission.admin ? [{ accessToken: [] }] : []),
    ...(permission.shopper === 'own' ? [{ accessToken: [], customerToken: [] }] : []),
  ];
  const response = { ...(schema.response as object), 401: ErrorDocument, 403: ErrorDocument };
  return {
    ...schema,
    security,
    description: [schema.description, describePermission(permission)].filter(Boolean).join('\n\n'),
    response,
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
      components: {
        securitySchemes: {
          accessToken: { type: 'http', scheme: 'bearer', description: 'From POST /oauth/access_token' },
          customerToken: {
            type: 'apiKey',
            in: 'header',
            name: 'X-Moltin-Customer-Token',
            description: 'From POST /v2/customers/tokens',
          },
        },
      },
    },
    hideUntagged: true,
    transform: ({ schema, url, route }) => ({
      schema: withPermission(schema ?? {}, permissionOf([route.method].flat()[0] ?? '', url)),
      url,
    }),
  });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: contentSecurityPolicy,
    uiConfig: { layout: 'BaseLayout', docExpansion: 'list', deepLinking: true, validatorUrl: null },
    theme: { title: 'Clientele API' },
  });
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
}
