import type { Selectable } from 'kysely';
import type { Timestamp } from '../../platform/db/schema.ts';
import { globalStatement, query } from '../../platform/db/statement.ts';

interface SigningKeysTable {
  id: string;
  purpose: string;
  sealed_secret: Buffer;
  created_at: Timestamp;
}

declare module '../../platform/db/schema.ts' {
  interface GlobalTables {
    signing_keys: SigningKeysTable;
  }
}

export type SigningKeyRow = Readonly<Selectable<SigningKeysTable>>;

/** Newest first. */
export const selectSigningKeys = globalStatement<object>()(() =>
  query.selectFrom('signing_keys').selectAll().orderBy('created_at', 'desc').orderBy('id', 'desc'),
);

export const insertSigningKey = globalStatement<{ id: string; purpose: string; sealedSecret: Buffer; now: Date }>()(p =>
  query
    .insertInto('signing_keys')
    .values({ id: p.id, purpose: p.purpose, sealed_secret: p.sealedSecret, created_at: p.now }),
);

export const deleteSigningKeysBefore = globalStatement<{ before: Date }>()(p =>
  query.deleteFrom('signing_keys').where('created_at', '<', p.before as unknown as string),
);

export const deleteSigningKey = globalStatement<{ id: string }>()(p =>
  query.deleteFrom('signing_keys').where('id', '=', p.id),
);
