import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { DatabaseConnection, GlobalDb, GlobalTx } from '../../platform/db/database.ts';
import { announceChange } from '../../platform/db/notifications.ts';
import { violatedConstraint } from '../../platform/db/pool.ts';
import { newId } from '../../platform/text/uuid.ts';
import { insertKey, type KeyRow, revokeKey, selectKeyByClientId, selectKeys, selectKeysOfStore } from './keys.store.ts';

export type { KeyRow } from './keys.store.ts';

/** A key with the secret that only its creation shows. */
export interface CreatedKey {
  readonly key: KeyRow;
  readonly clientSecret: string;
}

/** Another key has this client id. */
export class ClientIdTakenError extends Error {
  constructor(clientId: string) {
    super(`the client id ${clientId} is taken`);
    this.name = 'ClientIdTakenError';
  }
}

const hashSecret = (secret: string) => createHash('sha256').update(secret).digest();

/** Makes an application key for a store. `clientId` and `clientSecret` are generated when they are not given. */
export async function createKey(
  database: GlobalDb,
  input: {
    readonly storeId: string;
    readonly name: string;
    readonly clientId?: string;
    readonly clientSecret?: string;
  },
): Promise<CreatedKey> {
  // Letters and digits only: a client id is also typed on command lines, where one that begins with "-" is an option.
  const clientSecret = input.clientSecret ?? randomBytes(32).toString('hex');
  const clientId = input.clientId ?? randomBytes(20).toString('hex');
  try {
    const [key] = await database.all(insertKey, {
      id: newId(new Date()),
      storeId: input.storeId,
      name: input.name,
      clientId,
      // The generated secret has 256 random bits: a fast hash is enough.
      secretHash: hashSecret(clientSecret),
      now: new Date(),
    });
    if (key === undefined) throw new Error('the key was not stored');
    return { key, clientSecret };
  } catch (error) {
    if (violatedConstraint(error) === 'application_keys_client_id_key') throw new ClientIdTakenError(clientId);
    throw error;
  }
}

/** All keys of all stores, revoked ones too. */
export function listKeys(database: DatabaseConnection): Promise<KeyRow[]> {
  return database.all(selectKeys, {});
}

/** The most keys that the list of a store shows; the command line lists all. */
const maxListed = 500;

/** The keys of a store: those in force, then the revoked ones, each the newest first. */
export function listKeysOf(database: GlobalDb, storeId: string): Promise<KeyRow[]> {
  return database.all(selectKeysOfStore, { storeId, limit: maxListed });
}

/**
 * Ends a key and, on every process, the tokens it was given; does `after` in the same transaction. Answers undefined when the
 * store has no such key in force.
 */
export async function endKey(
  database: DatabaseConnection,
  { storeId, id }: { readonly storeId: string; readonly id: string },
  after?: (tx: GlobalTx, ended: KeyRow) => Promise<void>,
): Promise<KeyRow | undefined> {
  return database.inLockedTransaction(`clientele.key.${id}`, async tx => {
    const [key] = await tx.all(revokeKey, { storeId, id, now: new Date() });
    if (key !== undefined) await after?.(tx, key);
    await tx.all(announceChange, {});
    return key;
  });
}

/** The key in force with this client id, if the secret (where one is asked for) is right; compared in constant time. */
export async function findKeyByCredentials(
  database: DatabaseConnection,
  clientId: string,
  clientSecret: string | undefined,
): Promise<KeyRow | undefined> {
  const key = await database.first(selectKeyByClientId, { clientId });
  const isKnown = key !== undefined && key.revoked_at === null;
  if (clientSecret === undefined) return isKnown ? key : undefined;
  const isRight = timingSafeEqual(hashSecret(clientSecret), key?.secret_hash ?? hashSecret(''));
  return isKnown && isRight ? key : undefined;
}
