import type { Generated, Selectable } from 'kysely';
import type { Timestamp } from '../../platform/db/schema.ts';
import { globalStatement, query } from '../../platform/db/statement.ts';

interface StoresTable {
  id: string;
  name: string;
  page_length: Generated<number>;
  is_sign_up_open: Generated<boolean>;
  password_min_length: Generated<number>;
  is_common_password_refused: Generated<boolean>;
  address_mandatory_fields: string[] | null;
  created_at: Timestamp;
}

declare module '../../platform/db/schema.ts' {
  interface GlobalTables {
    stores: StoresTable;
  }
}

/** A store with its settings. */
export type StoreRow = Readonly<Selectable<StoresTable>>;

/** The settings that may be changed. */
export type StoreSettings = Omit<StoreRow, 'id' | 'created_at'>;

export const insertStore = globalStatement<{ id: string; name: string; now: Date }>()(p =>
  query
    .insertInto('stores')
    .values({ id: p.id, name: p.name, address_mandatory_fields: null, created_at: p.now })
    .returningAll(),
);

export const selectStores = globalStatement<object>()(() => query.selectFrom('stores').selectAll().orderBy('id'));

export const selectStore = globalStatement<{ id: string }>()(p =>
  query.selectFrom('stores').selectAll().where('id', '=', p.id),
);

export const updateStoreSettings = globalStatement<StoreSettings & { id: string }>()(p =>
  query
    .updateTable('stores')
    .set({
      name: p.name,
      page_length: p.page_length,
      is_sign_up_open: p.is_sign_up_open,
      password_min_length: p.password_min_length,
      is_common_password_refused: p.is_common_password_refused,
      address_mandatory_fields: p.address_mandatory_fields,
    })
    .where('id', '=', p.id)
    .returningAll(),
);
