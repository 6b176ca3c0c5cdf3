import formbody from '@fastify/formbody';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { apiError } from '../../platform/errors.ts';
import { answers } from '../../platform/http/schemas.ts';
import { accessErrors } from './access.errors.ts';
import { findKeyByCredentials } from './keys.service.ts';
import type { Services } from './services.ts';

/** Answer of the token endpoint; not wrapped in `data` (reference: authentication.md, "POST /oauth/access_token"). */
const AccessToken = Type.Object({
  expires: Type.Integer({ description: 'When the token expires, in epoch seconds' }),
  identifier: Type.String({ enum: ['implicit', 'client_credentials'] }),
  expires_in: Type.Integer({ description: 'Lifetime in seconds', examples: [3600] }),
  access_token: Type.String({ description: 'Opaque' }),
  token_type: Type.Literal('Bearer'),
});

const AccessTokenRequest = Type.Object({
  grant_type: Type.String({ enum: ['implicit', 'client_credentials'] }),
  client_id: Type.String({ description: 'Of an application key' }),
  client_secret: Type.Optional(Type.String({ description: 'For client_credentials' })),
});

/** Failed attempts to use a key belong to no store. */
const noStore = '00000000-0000-0000-0000-000000000000';

const invalidForm = apiError(400, 'Bad Request', 'The request body is not a valid form');

/** `POST /oauth/access_token`, form-encoded or JSON. */
export async function oauthRoutes(server: FastifyInstance, services: Services): Promise<void> {
  await server.register(async app => {
    await app.register(formbody, { bodyLimit: 16 * 1024 });
    app.post(
      '/oauth/access_token',
      {
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
      async (request, reply) => {
        reply.header('cache-control', 'no-store');
        return issueAccessToken(services, request);
      },
    );
  });
}

async function issueAccessToken(services: Services, request: FastifyRequest) {
  const { grant, clientId, clientSecret } = readForm(request.body);
  const db = services.database.forStore(noStore);
  const attempt = { account: `key ${clientId}`, secret: clientSecret ?? '', clientAddress: request.ip };
  const now = new Date();
  await services.throttles.client.check(db, attempt, now);
  const key = await findKeyByCredentials(services.database, clientId, clientSecret);
  if (key === undefined) {
    await services.throttles.client.fail(db, attempt, now);
    throw accessErrors.invalidCredentials();
  }
  request.logFields.store = key.store_id;
  request.logFields.client = key.client_id;
  const lifetime = services.config.CLIENTELE_ACCESS_TOKEN_TTL;
  const issued = Math.floor(now.getTime() / 1000);
  const expires = issued + lifetime;
  const role = grant === 'client_credentials' ? 'admin' : 'storefront';
  const access_token = services.tokens.sign('access', { store: key.store_id, key: key.id, role }, { issued, expires });
  return { expires, identifier: grant, expires_in: lifetime, access_token, token_type: 'Bearer' as const };
}

interface Form {
  readonly grant: 'implicit' | 'client_credentials';
  readonly clientId: string;
  /** Undefined for `implicit`, where a secret is ignored. */
  readonly clientSecret: string | undefined;
}

/** Reads the form; a key that comes twice is no text, and refused. */
function readForm(body: unknown): Form {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw invalidForm();
  const { grant_type: grant, client_id: clientId, client_secret: clientSecret } = body as Record<string, unknown>;
  if (grant !== 'implicit' && grant !== 'client_credentials') throw accessErrors.unknownGrant();
  if (typeof clientId !== 'string' || clientId === '') throw accessErrors.clientIdRequired();
  if (!clientId.isWellFormed() || clientId.includes('\0') || clientId.length > 1024)
    throw accessErrors.invalidCredentials();
  if (grant === 'implicit') return { grant, clientId, clientSecret: undefined };
  if (typeof clientSecret !== 'string' || clientSecret === '') throw accessErrors.invalidCredentials();
  return { grant, clientId, clientSecret };
}
