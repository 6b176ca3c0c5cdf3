import type { MasterKey } from '../../platform/crypto/master-key.ts';
import type { GlobalDb } from '../../platform/db/database.ts';
import { deleteSigningKey, selectSigningKeys } from './signing-keys.store.ts';

/**
 * Removes the signing keys that were sealed with another master key, so that a server with this one starts and makes new
 * ones. Every token signed with the removed ones is invalid from then on. Answers how many there were.
 */
export async function removeForeignSigningKeys(db: GlobalDb, masterKey: MasterKey): Promise<number> {
  const rows = await db.all(selectSigningKeys, {});
  const foreign = rows.filter(row => masterKey.open(row.sealed_secret) === undefined);
  for (const { id } of foreign) await db.all(deleteSigningKey, { id });
  return foreign.length;
}
