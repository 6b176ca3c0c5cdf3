import type { DatabaseConnection } from '../../platform/db/database.ts';
import { type CreatedKey, createKey, endKey, type KeyRow } from '../access/keys.service.ts';
import { deltaBetween, type Initiator, recordAudit } from '../audit/audit.service.ts';

/** What the audit log tells of a key: nothing of its secret. */
const told = ({ name, client_id, revoked_at }: KeyRow) => ({ name, client_id, revoked_at: revoked_at ?? null });

/** Makes a key of a store, and logs it. */
export function makeKey(
  database: DatabaseConnection,
  by: Initiator,
  input: { readonly storeId: string; readonly name: string },
): Promise<CreatedKey> {
  return database.inLockedTransaction(`clientele.keys.${input.storeId}`, async tx => {
    const made = await createKey(tx, input);
    await recordAudit(tx.forStore(input.storeId), by, {
      type: 'application_key.created',
      resource: { type: 'application_key', id: made.key.id },
      delta: deltaBetween({}, told(made.key)),
    });
    return made;
  });
}

/** Ends a key of a store, as `endKey` does, and logs it. */
export function revokeKey(
  database: DatabaseConnection,
  by: Initiator,
  key: { readonly storeId: string; readonly id: string },
): Promise<KeyRow | undefined> {
  return endKey(database, key, (tx, ended) =>
    recordAudit(tx.forStore(key.storeId), by, {
      type: 'application_key.revoked',
      resource: { type: 'application_key', id: key.id },
      delta: deltaBetween(told({ ...ended, revoked_at: null }), told(ended)),
    }),
  );
}
