import formbody from '@fastify/formbody';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { noStore } from '../../platform/http/headers.ts';
import { answers } from '../../platform/http/schemas.ts';
import { issueAccessToken, readTokenRequest } from './oauth.service.ts';
import type { Services } from './services.ts';

/** Answer of the token endpoint; not wrapped in `data` (reference: authentication.md, "POST /oauth/access_token"). */
const AccessToken = Type.Object(
  {
    expires: Type.Integer({ description: 'When the token expires, in epoch seconds', examples: [1893456000] }),
    identifier: Type.String({ enum: ['implicit', 'client_credentials'] }),
    expires_in: Type.Integer({ description: 'Lifetime in seconds', examples: [3600] }),
    access_token: Type.String({ description: 'Opaque: send it as `Authorization: Bearer …`' }),
    token_type: Type.Literal('Bearer'),
  },
  { title: 'AccessToken' },
);

const AccessTokenRequest = Type.Object(
  {
    grant_type: Type.String({
      enum: ['implicit', 'client_credentials'],
      description: '`implicit`: a public token, for browsers; `client_credentials`: everything, for your own servers',
    }),
    client_id: Type.String({ description: 'Of an application key', examples: ['Zx3kq0a8b1TnVw7fYd5LrJ2mPcHs9Gte'] }),
    client_secret: Type.Optional(
      Type.String({ description: 'For `client_credentials`; ignored for `implicit`', writeOnly: true }),
    ),
  },
  { title: 'AccessTokenRequest' },
);

/** `POST /oauth/access_token`, form-encoded or JSON. */
export async function oauthRoutes(server: FastifyInstance, services: Services): Promise<void> {
  await server.register(async app => {
    await app.register(formbody, { bodyLimit: 16 * 1024 });
    app.post(
      '/oauth/access_token',
      {
        onRequest: noStore,
        // The faults of this form have texts of their own, so the schema only documents.
        validatorCompiler: () => () => true,
        schema: {
          tags: ['Authentication'],
          summary: 'Get an access token',
          description:
            'With `implicit`, a public token for storefronts; with `client_credentials` and the secret, a token that may do everything in the store.',
          consumes: ['application/x-www-form-urlencoded', 'application/json'],
          body: AccessTokenRequest,
          response: answers({ 200: AccessToken }, 400, 401, 429),
        },
      },
      async request => {
        const asked = readTokenRequest(request.body);
        const { key, token, expires, lifetime } = await issueAccessToken(services, asked, request.ip);
        request.logFields.store = key.store_id;
        request.logFields.client = key.client_id;
        return {
          expires,
          identifier: asked.grant,
          expires_in: lifetime,
          access_token: token,
          token_type: 'Bearer' as const,
        };
      },
    );
  });
}
