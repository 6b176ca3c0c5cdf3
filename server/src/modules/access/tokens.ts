import { randomBytes } from 'node:crypto';
import { createSigner, createVerifier } from 'fast-jwt';
import { LRUCache } from 'lru-cache';
import type { MasterKey } from '../../platform/crypto/master-key.ts';
import type { DatabaseConnection } from '../../platform/db/database.ts';
import { announceChange } from '../../platform/db/notifications.ts';
import { dayMs } from '../../platform/durations.ts';
import { newId } from '../../platform/text/uuid.ts';
import {
  deleteSigningKeysBefore,
  insertSigningKey,
  type SigningKeyRow,
  selectSigningKeys,
} from './signing-keys.store.ts';

/** Access tokens and customer tokens are signed with different keys, so that neither passes for the other. */
const purposes = ['access', 'customer'] as const;
type Purpose = (typeof purposes)[number];

const rotateAfterMs = 30 * dayMs;
const checkEveryMs = 3_600_000;
/** A new key signs only when every process has had the time to load it, so that none meets a key it does not know. */
const publishedMs = 2 * checkEveryMs;
/** At most one reload in this time for tokens that name an unknown key. */
const reloadEveryMs = 1000;

/** Tokens of one key that are remembered as genuine. */
const rememberedTokens = 10_000;

/** What an access token says. */
export interface AccessClaims {
  readonly store: string;
  readonly key: string;
  readonly role: 'admin' | 'storefront';
}

/** What a customer token says (reference: customers.md, "Customer tokens"). */
export interface CustomerClaims {
  readonly sub: string;
  readonly name: string;
  readonly jti: string;
}

interface Claims {
  access: AccessClaims;
  customer: CustomerClaims;
}

/** Signs and verifies tokens (HS256 only) with keys that live sealed in the database and are replaced every 30 days. */
export interface TokenSigner {
  /** `expires` is in epoch seconds. */
  sign<P extends Purpose>(purpose: P, claims: Claims[P], times: { issued: number; expires: number }): string;
  /** The claims, or undefined when the token is not ours, changed, or expired. */
  verify<P extends Purpose>(purpose: P, token: string): Promise<Claims[P] | undefined>;
  /** Reads the keys again: another process has changed something. */
  reload(): void;
  stop(): void;
}

interface KeyPair {
  sign(payload: object): string;
  /** Throws when the token is not of this key, or expired. */
  verify(token: string): Genuine;
}

type Genuine = AccessClaims & CustomerClaims & { readonly exp: number };

/** A row of signing_keys, unsealed. */
interface OpenedKey {
  readonly id: string;
  readonly purpose: Purpose;
  readonly createdAt: number;
  /** The first segment of the tokens it signs. */
  readonly header: string;
  readonly pair: KeyPair;
}

/** Checks a token's signature the first time only; its expiry is checked every time, its key and its session by others. */
function remember(verify: KeyPair['verify']): KeyPair['verify'] {
  const genuine = new LRUCache<string, Genuine>({ max: rememberedTokens });
  return token => {
    const known = genuine.get(token);
    if (known !== undefined && Date.now() <= known.exp * 1000) return known;
    const claims = verify(token);
    genuine.set(token, claims);
    return claims;
  };
}

/** The signing keys in the database were sealed with another master key. */
export class ForeignSigningKeysError extends Error {
  constructor() {
    super(
      'the signing keys in the database were sealed with another secret: set CLIENTELE_SECRET_KEY to the same value, ' +
        'or CLIENTELE_DATA_DIR to the same folder, for every process that shares this database',
    );
    this.name = 'ForeignSigningKeysError';
  }
}

/** Loads the keys, makes the first ones, and keeps them rotated. `longestTtlSeconds`: how long an old key may be needed. */
export async function createTokenSigner(options: {
  readonly database: DatabaseConnection;
  readonly masterKey: MasterKey;
  readonly longestTtlSeconds: number;
}): Promise<TokenSigner> {
  const { database, masterKey, longestTtlSeconds } = options;
  let opened: readonly OpenedKey[] = [];
  /** By purpose and the token's first segment, which names the key. */
  const keys = new Map<string, KeyPair>();
  const current = new Map<Purpose, KeyPair>();
  let loadedAt = 0;
  let loading: Promise<void> | undefined;

  function open(row: SigningKeyRow): OpenedKey {
    const key = masterKey.open(row.sealed_secret);
    if (key === undefined) throw new ForeignSigningKeysError();
    const sign = createSigner({ algorithm: 'HS256', key, kid: row.id });
    const verify = createVerifier({ algorithms: ['HS256'], key, requiredClaims: ['exp'] });
    const header = sign({}).split('.', 1)[0] ?? '';
    return {
      id: row.id,
      purpose: row.purpose as Purpose,
      createdAt: Date.parse(row.created_at),
      header,
      pair: { sign, verify: remember(verify) },
    };
  }

  async function load(): Promise<void> {
    const rows = await database.all(selectSigningKeys, {});
    // A key that is known keeps what it remembers.
    const known = new Map(opened.map(key => [key.id, key]));
    const all = rows.map(row => known.get(row.id) ?? open(row));
    // At the very first start, and when a restore has left none.
    if (purposes.some(purpose => all.every(key => key.purpose !== purpose))) return rotate();
    opened = all;
    keys.clear();
    for (const { purpose, header, pair } of opened) keys.set(`${purpose}.${header}`, pair);
    const now = Date.now();
    for (const purpose of purposes) {
      // Newest first.
      const own = opened.filter(row => row.purpose === purpose);
      const signing = own.find(row => row.createdAt <= now - publishedMs) ?? own.at(-1);
      if (signing !== undefined) current.set(purpose, signing.pair);
    }
    loadedAt = now;
  }

  async function rotate(): Promise<void> {
    await database.inLockedTransaction('clientele.signing_keys', async tx => {
      const now = Date.now();
      const rows = await tx.all(selectSigningKeys, {});
      // Before adding a key that no other process could open.
      rows.forEach(open);
      for (const purpose of purposes) {
        const newest = rows.find(row => row.purpose === purpose);
        if (newest !== undefined && Date.parse(newest.created_at) > now - rotateAfterMs) continue;
        const sealedSecret = masterKey.seal(randomBytes(32));
        await tx.all(insertSigningKey, { id: newId(new Date()), purpose, sealedSecret, now: new Date(now) });
        await tx.all(announceChange, {});
      }
      const before = new Date(now - 2 * rotateAfterMs - longestTtlSeconds * 1000);
      await tx.all(deleteSigningKeysBefore, { before });
    });
    await load();
  }

  async function find(purpose: Purpose, token: string): Promise<KeyPair | undefined> {
    const id = `${purpose}.${token.slice(0, token.indexOf('.'))}`;
    const known = keys.get(id);
    if (known !== undefined || token.length > 4096 || Date.now() - loadedAt < reloadEveryMs) return known;
    // Another process may have rotated the keys.
    loading ??= load().finally(() => {
      loading = undefined;
    });
    await loading;
    return keys.get(id);
  }

  await rotate();
  const timer = setInterval(() => rotate().catch(() => {}), checkEveryMs).unref();

  return {
    sign: (purpose, claims, { issued, expires }) => {
      const pair = current.get(purpose);
      if (pair === undefined) throw new Error(`there is no ${purpose} signing key`);
      return pair.sign({ ...claims, iat: issued, exp: expires });
    },
    verify: async <P extends Purpose>(purpose: P, token: string) => {
      const pair = await find(purpose, token);
      if (pair === undefined) return undefined;
      try {
        return pair.verify(token) as Claims[P];
      } catch {
        return undefined;
      }
    },
    reload: () => {
      // When it fails, the known keys serve on.
      load().catch(() => {});
    },
    stop: () => clearInterval(timer),
  };
}
