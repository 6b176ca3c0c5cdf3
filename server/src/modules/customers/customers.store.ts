import type { Selectable } from 'kysely';
import type { Timestamp } from '../../platform/db/schema.ts';
import { query, sql, storeStatement } from '../../platform/db/statement.ts';
import { countRows } from '../../platform/db/totals.ts';
import { isSignedIn } from '../sessions/sessions.store.ts';

interface CustomersTable {
  store_id: string;
  id: string;
  name: string;
  /** `name` folded for comparison. */
  name_key: string;
  email: string;
  /** `email` folded for comparison: unique in the store. */
  email_key: string;
  password_hash: string | null;
  external_ref: string | null;
  created_at: Timestamp;
  updated_at: Timestamp;
}

declare module '../../platform/db/schema.ts' {
  interface StoreTables {
    customers: CustomersTable;
  }
}

export type CustomerRow = Readonly<Selectable<CustomersTable>>;

export const emailConstraint = 'customers_email_key';

export const insertCustomer = storeStatement<{
  id: string;
  name: string;
  nameKey: string;
  email: string;
  emailKey: string;
  passwordHash: string | null;
  externalRef: string | null;
  now: Date;
  shard: number;
}>()(
  p => sql<CustomerRow>`
    with created as (
      insert into customers
        (store_id, id, name, name_key, email, email_key, password_hash, external_ref, created_at, updated_at)
      values (${p.storeId}, ${p.id}, ${p.name}, ${p.nameKey}, ${p.email}, ${p.emailKey}, ${p.passwordHash},
        ${p.externalRef}, ${p.now}, ${p.now})
      returning *
    ), counted as (
      ${countRows({ from: 'created', resource: sql`'customers'`, shard: p.shard, delta: 1 })}
    )
    select * from created`,
);

interface OneCustomer {
  id: string;
  sessionId: string | null;
}

const own = (p: OneCustomer & { storeId: string }) =>
  isSignedIn({ storeId: p.storeId, customerId: p.id, sessionId: p.sessionId });

export const selectCustomer = storeStatement<OneCustomer>()(p =>
  query.selectFrom('customers').selectAll().where('store_id', '=', p.storeId).where('id', '=', p.id).where(own(p)),
);

export const selectCustomersById = storeStatement<{ ids: readonly string[] }>()(
  p => sql<CustomerRow>`select * from customers where store_id = ${p.storeId} and id = any(${p.ids}::uuid[])`,
);

/** Locks a customer until the end of the transaction. */
export const lockCustomer = storeStatement<OneCustomer>()(p =>
  query
    .selectFrom('customers')
    .select('id')
    .where('store_id', '=', p.storeId)
    .where('id', '=', p.id)
    .where(own(p))
    .forNoKeyUpdate(),
);

/** Null leaves a column as it is; `external_ref`, which may become null, has a flag. */
export interface CustomerChanges {
  readonly name: string | null;
  readonly nameKey: string | null;
  readonly email: string | null;
  readonly emailKey: string | null;
  readonly passwordHash: string | null;
  readonly setsExternalRef: boolean;
  readonly externalRef: string | null;
}

/** Changes a customer; `updated_at` moves only when something did. */
export const updateCustomer = storeStatement<OneCustomer & CustomerChanges & { now: Date }>()(
  p => sql<CustomerRow>`
    update customers set
      name = coalesce(${p.name}, name),
      name_key = coalesce(${p.nameKey}, name_key),
      email = coalesce(${p.email}, email),
      email_key = coalesce(${p.emailKey}, email_key),
      password_hash = coalesce(${p.passwordHash}, password_hash),
      external_ref = case when ${p.setsExternalRef}::boolean then ${p.externalRef} else external_ref end,
      updated_at = case when
        (name, email, password_hash) is distinct from
          (coalesce(${p.name}, name), coalesce(${p.email}, email), coalesce(${p.passwordHash}, password_hash))
        or (${p.setsExternalRef}::boolean and external_ref is distinct from ${p.externalRef})
        then ${p.now} else updated_at end
    where store_id = ${p.storeId} and id = ${p.id} and ${own(p)}
    returning *`,
);

/** Replaces a hash by a stronger one of the same password; no change that anybody sees. */
export const upgradePasswordHash = storeStatement<{ id: string; from: string; to: string }>()(p =>
  query
    .updateTable('customers')
    .set({ password_hash: p.to })
    .where('store_id', '=', p.storeId)
    .where('id', '=', p.id)
    .where('password_hash', '=', p.from),
);

/** Deletes a customer; addresses and sessions go with the row. */
export const deleteCustomer = storeStatement<OneCustomer & { shard: number }>()(
  p => sql<{ id: string }>`
    with deleted as (
      delete from customers where store_id = ${p.storeId} and id = ${p.id} and ${own(p)} returning store_id, id
    ), counted as (
      ${countRows({ from: 'deleted', resource: sql`'customers'`, shard: p.shard, delta: -1 })}
    )
    select id from deleted`,
);
