import type { Selectable } from 'kysely';
import type { Timestamp } from '../../platform/db/schema.ts';
import { globalStatement, query } from '../../platform/db/statement.ts';

interface ApplicationKeysTable {
  id: string;
  store_id: string;
  name: string;
  client_id: string;
  secret_hash: Buffer;
  created_at: Timestamp;
  revoked_at: Timestamp | null;
}

declare module '../../platform/db/schema.ts' {
  interface GlobalTables {
    application_keys: ApplicationKeysTable;
  }
}

export type KeyRow = Readonly<Selectable<ApplicationKeysTable>>;

export const insertKey = globalStatement<{
  id: string;
  storeId: string;
  name: string;
  clientId: string;
  secretHash: Buffer;
  now: Date;
}>()(p =>
  query
    .insertInto('application_keys')
    .values({
      id: p.id,
      store_id: p.storeId,
      name: p.name,
      client_id: p.clientId,
      secret_hash: p.secretHash,
      created_at: p.now,
      revoked_at: null,
    })
    .returningAll(),
);

export const selectKeys = globalStatement<object>()(() =>
  query.selectFrom('application_keys').selectAll().orderBy('store_id').orderBy('created_at').orderBy('id'),
);

/** The keys of a store: those in force, then the revoked ones, each the newest first. */
export const selectKeysOfStore = globalStatement<{ storeId: string; limit: number }>()(p =>
  query
    .selectFrom('application_keys')
    .selectAll()
    .where('store_id', '=', p.storeId)
    .orderBy('revoked_at', order => order.desc().nullsFirst())
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(p.limit),
);

export const selectKey = globalStatement<{ id: string }>()(p =>
  query.selectFrom('application_keys').selectAll().where('id', '=', p.id),
);

export const selectKeyByClientId = globalStatement<{ clientId: string }>()(p =>
  query.selectFrom('application_keys').selectAll().where('client_id', '=', p.clientId),
);

export const revokeKey = globalStatement<{ storeId: string; id: string; now: Date }>()(p =>
  query
    .updateTable('application_keys')
    .set({ revoked_at: p.now })
    .where('store_id', '=', p.storeId)
    .where('id', '=', p.id)
    .where('revoked_at', 'is', null)
    .returningAll(),
);
