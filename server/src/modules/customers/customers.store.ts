import type { Selectable } from 'kysely';
import { type ExpectedTags, hasExpectedTag } from '../../platform/db/row-tags.ts';
import type { Timestamp } from '../../platform/db/schema.ts';
import { query, type RawBuilder, sql, storeStatement } from '../../platform/db/statement.ts';
import { countRows } from '../../platform/db/totals.ts';
import { deltaOf, type EntryParameters, nothing, writeEntry } from '../audit/audit-entries.store.ts';
import type { CustomValues } from '../flows/custom-values.ts';
import {
  fieldVersion,
  unindexRows,
  type ValueParameters,
  type Versioned,
  valueStatement,
  valuesAfter,
  valuesBySlug,
} from '../flows/values.store.ts';
import { writeLines } from '../search/customer-search.store.ts';
import type { SearchChange } from '../search/search-texts.ts';
import { isSignedIn } from '../sessions/sessions.store.ts';
import { countTags } from './customer-tags.store.ts';
import { beginOrderCount, endOrderCount } from './order-counts.store.ts';

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
  custom_values: CustomValues;
  /** Folded, in order, each once. */
  tags: string[];
  created_at: Timestamp;
  updated_at: Timestamp;
  /** Counts the changes. */
  revision: number;
}

declare module '../../platform/db/schema.ts' {
  interface StoreTables {
    customers: CustomersTable;
  }
}

export type CustomerRow = Readonly<Selectable<CustomersTable>>;
/** A customer as lists have them. */
export type ListedCustomerRow = CustomerRow & { readonly order_count: number };

export const emailConstraint = 'customers_email_key';

interface NewCustomer {
  id: string;
  name: string;
  nameKey: string;
  email: string;
  emailKey: string;
  passwordHash: string | null;
  externalRef: string | null;
  tags: readonly string[];
  now: Date;
  shard: number;
}

/** What the audit log tells of a customer. */
const image = (storeId: string) => sql`jsonb_strip_nulls(
  ${valuesBySlug(storeId)} || jsonb_build_object('name', name, 'email', email,
    'external_ref', external_ref, 'tags', nullif(to_jsonb(tags), '[]')))`;

/** Of a password only that it was set, changed or removed. */
const passwordDelta = (before: RawBuilder<unknown>) => sql`
  case when ${before} is distinct from password_hash then jsonb_build_object('password',
    jsonb_build_object('before', ${before} is not null, 'after', password_hash is not null)) else '{}' end`;

const itself = { resource: { type: 'customer', id: sql`id` }, customerId: sql`id` } as const;

export const insertCustomer = valueStatement(values =>
  storeStatement<NewCustomer & ValueParameters & SearchChange & EntryParameters>()(
    p => sql<CustomerRow>`
      with created as (
        insert into customers
          (store_id, id, name, name_key, email, email_key, password_hash, external_ref, custom_values, tags, created_at, updated_at)
        select ${p.storeId}::uuid, ${p.id}::uuid, ${p.name}::text, ${p.nameKey}::text, ${p.email}::text, ${p.emailKey}::text,
          ${p.passwordHash}::text, ${p.externalRef}::text, ${p.customValues}::text::jsonb, ${p.tags}::text[],
          ${p.now}::timestamptz, ${p.now}::timestamptz
        where ${values.isCurrent(p)}
        returning *
      ), counted as (
        ${countRows({ from: 'created', resource: sql`'customers'`, shard: p.shard, delta: 1 })}
      ), tagged as (
        ${countTags(sql`select store_id, unnest(tags) as tag, 1 as delta from created`)}
      ), without_orders as (
        ${beginOrderCount('created')}
      ), searchable as (
        ${writeLines('created', 'id', p)}
      ), logged as (
        ${writeEntry(p, {
          ...itself,
          type: 'customer.created',
          delta: sql`${deltaOf(nothing, image(p.storeId))} || ${passwordDelta(sql`null::text`)}`,
          from: sql`created`,
        })}
      ) ${values.index(p, 'created')}
      select * from created`,
  ),
);

interface OneCustomer {
  id: string;
  sessionId: string | null;
}

const own = (p: OneCustomer & { storeId: string }) =>
  isSignedIn({ storeId: p.storeId, customerId: p.id, sessionId: p.sessionId });

export const selectCustomer = storeStatement<OneCustomer>({ isBrief: true })(
  p => sql<CustomerRow & Versioned>`
    select *, ${fieldVersion(p.storeId)} as field_version from customers
    where store_id = ${p.storeId} and id = ${p.id} and ${own(p)}`,
);

export const selectCustomersById = storeStatement<{ ids: readonly string[] }>()(
  p => sql<CustomerRow & Versioned>`
    select *, ${fieldVersion(p.storeId)} as field_version from customers
    where store_id = ${p.storeId} and id = any(${p.ids}::uuid[])`,
);

/** Locks a customer, so that nothing of theirs is added either, until the end of the transaction. */
export const lockCustomer = storeStatement<OneCustomer>()(
  p => sql<Pick<CustomerRow, 'updated_at' | 'revision' | 'custom_values'>>`
    select updated_at, revision, custom_values from customers
    where store_id = ${p.storeId} and id = ${p.id} and ${own(p)} for update`,
);

/** Locks the addresses of a customer until the end of the transaction. */
export const lockAddresses = storeStatement<{ customerId: string }>()(
  p => sql<object>`
    select from addresses where store_id = ${p.storeId} and customer_id = ${p.customerId} order by id for update`,
);

/** The next customers in the order of their ids, locked until the end of the transaction, against new addresses too. */
export const lockNextCustomers = storeStatement<{ afterId: string; limit: number }>()(p =>
  query
    .selectFrom('customers')
    .select(['id', 'name', 'email', 'custom_values'])
    .where('store_id', '=', p.storeId)
    .where('id', '>', p.afterId)
    .orderBy('id')
    .limit(p.limit)
    .forUpdate(),
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
  readonly tags: readonly string[] | null;
}

type Change = CustomerChanges & ValueParameters;

const isDifferent = (p: Change) => sql`(
  (name, email, password_hash, custom_values, tags) is distinct from (coalesce(${p.name}, name), coalesce(${p.email}, email),
    coalesce(${p.passwordHash}, password_hash), ${valuesAfter(p)}, coalesce(${p.tags}::text[], tags))
  or (${p.setsExternalRef}::boolean and external_ref is distinct from ${p.externalRef})
)`;

/**
 * Changes a customer; `updated_at` and `revision` move only when something did. No row: no such customer, none in an
 * expected state, or fields have changed.
 */
export const updateCustomer = valueStatement(values =>
  storeStatement<OneCustomer & Change & SearchChange & EntryParameters & { now: Date; expected: ExpectedTags }>()(
    p => sql<CustomerRow>`
      with former as materialized (
        select ${image(p.storeId)} as was, password_hash as former_hash, tags as former_tags from customers
        where store_id = ${p.storeId} and id = ${p.id} for no key update
      ), changed as (
        update customers set
          name = coalesce(${p.name}, name),
          name_key = coalesce(${p.nameKey}, name_key),
          email = coalesce(${p.email}, email),
          email_key = coalesce(${p.emailKey}, email_key),
          password_hash = coalesce(${p.passwordHash}, password_hash),
          external_ref = case when ${p.setsExternalRef}::boolean then ${p.externalRef} else external_ref end,
          custom_values = ${valuesAfter(p)},
          tags = coalesce(${p.tags}::text[], tags),
          updated_at = case when ${isDifferent(p)} then ${p.now} else updated_at end,
          revision = revision + ${isDifferent(p)}::int
        where store_id = ${p.storeId} and id = ${p.id} and ${own(p)} and ${hasExpectedTag(p.expected)}
          and ${values.isCurrent(p)} and exists (select from former)
        returning *
      ), tagged as (
        ${countTags(sql`
          select store_id, unnest(tags) as tag, 1 as delta from changed
          union all select store_id, unnest(former_tags), -1 from changed cross join former`)}
      ), searchable as (
        ${writeLines('changed', 'id', p)}
      ), logged as (
        ${writeEntry(p, {
          ...itself,
          type: 'customer.updated',
          delta: sql`${deltaOf(sql`was`, image(p.storeId))} || ${passwordDelta(sql`former_hash`)}`,
          from: sql`changed cross join former`,
        })}
      ) ${values.index(p, 'changed')}
      select * from changed`,
  ),
);

/** Removes the password of a customer that the caller has locked; no row when there is none. */
export const clearPassword = storeStatement<{ id: string; now: Date } & EntryParameters>()(
  p => sql<{ id: string }>`
    with changed as (
      update customers set password_hash = null, updated_at = ${p.now}, revision = revision + 1
      where store_id = ${p.storeId} and id = ${p.id} and password_hash is not null
      returning id
    ), logged as (
      ${writeEntry(p, {
        ...itself,
        type: 'customer.updated',
        delta: sql`jsonb_build_object('password', jsonb_build_object('before', true, 'after', false))`,
        from: sql`changed`,
      })}
    )
    select id from changed`,
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

/** Deletes a customer that the caller has locked with their addresses; these and sessions go with the row. */
export const deleteCustomer = storeStatement<{ id: string; shard: number }>()(
  p => sql<{ id: string }>`
    with addresses_gone as (
      select id, custom_values from addresses where store_id = ${p.storeId} and customer_id = ${p.id}
    ), deleted as (
      delete from customers where store_id = ${p.storeId} and id = ${p.id} returning store_id, id, custom_values, tags
    ), ${unindexRows(p.storeId, 'unindexed', sql`deleted`)},
    ${unindexRows(p.storeId, 'unindexed_addresses', sql`addresses_gone`)}, counted as (
      ${countRows({ from: 'deleted', resource: sql`'customers'`, shard: p.shard, delta: -1 })}
    ), untagged as (
      ${countTags(sql`select store_id, unnest(tags) as tag, -1 as delta from deleted`)}
    ), orders_uncounted as (
      ${endOrderCount(p.storeId, 'deleted')}
    )
    select id from deleted`,
);
