import { NIL } from 'uuid';
import { isStorable } from '../../platform/text/storable.ts';
import { accessErrors } from './access.errors.ts';
import { findKeyByCredentials, type KeyRow } from './keys.service.ts';
import type { Services } from './services.ts';

const longestClientId = 1024;

/** What an application asks for: a token by a grant, for a key. */
export interface TokenRequest {
  readonly grant: 'implicit' | 'client_credentials';
  readonly clientId: string;
  /** Undefined for `implicit`, where a secret is ignored. */
  readonly clientSecret: string | undefined;
}

/** Reads the form. Throws 400 or 401; a key that comes twice is no text, and refused. */
export function readTokenRequest(body: unknown): TokenRequest {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw accessErrors.invalidForm();
  const { grant_type: grant, client_id: clientId, client_secret: clientSecret } = body as Record<string, unknown>;
  if (grant !== 'implicit' && grant !== 'client_credentials') throw accessErrors.unknownGrant();
  if (typeof clientId !== 'string' || clientId === '') throw accessErrors.clientIdRequired();
  if (!isStorable(clientId) || clientId.length > longestClientId) throw accessErrors.invalidCredentials();
  if (grant === 'implicit') return { grant, clientId, clientSecret: undefined };
  if (typeof clientSecret !== 'string' || clientSecret === '') throw accessErrors.invalidCredentials();
  return { grant, clientId, clientSecret };
}

/**
 * Issues an access token, and tells for which key. Throws 401 for an unknown or revoked key and for a wrong secret, 429
 * when there were too many guesses of a secret from the address.
 */
export async function issueAccessToken(
  services: Services,
  { grant, clientId, clientSecret }: TokenRequest,
  clientAddress: string,
): Promise<{ readonly key: KeyRow; readonly token: string; readonly expires: number; readonly lifetime: number }> {
  const now = new Date();
  // Failed attempts to use a key belong to no store.
  const db = services.database.forStore(NIL);
  // Without a secret nothing is guessed, and shoppers are not to be kept out by who guesses from behind the same proxy.
  const attempt =
    clientSecret === undefined
      ? undefined
      : services.throttles.client.watch({ account: `key ${clientId}`, secret: clientSecret, clientAddress }, now);
  await attempt?.check(db);
  const key = await findKeyByCredentials(services.database, clientId, clientSecret);
  if (key === undefined) {
    await attempt?.fail(db);
    throw accessErrors.invalidCredentials();
  }
  const lifetime = services.config.CLIENTELE_ACCESS_TOKEN_TTL;
  const issued = Math.floor(now.getTime() / 1000);
  const expires = issued + lifetime;
  const role = grant === 'client_credentials' ? 'admin' : 'storefront';
  const token = services.tokens.sign('access', { store: key.store_id, key: key.id, role }, { issued, expires });
  return { key, token, expires, lifetime };
}
