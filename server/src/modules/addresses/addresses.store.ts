import type { Selectable } from 'kysely';
import { type ExpectedTags, hasExpectedTag } from '../../platform/db/row-tags.ts';
import type { Timestamp } from '../../platform/db/schema.ts';
import { sql, storeStatement } from '../../platform/db/statement.ts';
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
import { deleteLines, writeLines } from '../search/customer-search.store.ts';
import type { SearchChange } from '../search/search-texts.ts';
import { isSignedIn } from '../sessions/sessions.store.ts';
import { type AddressField, addressFields } from './addresses.schema.ts';

type AddressesTable = Record<AddressField, string> & {
  store_id: string;
  customer_id: string;
  id: string;
  custom_values: CustomValues;
  created_at: Timestamp;
  updated_at: Timestamp;
  /** Counts the changes. */
  revision: number;
};

declare module '../../platform/db/schema.ts' {
  interface StoreTables {
    addresses: AddressesTable;
  }
}

export type AddressRow = Readonly<Selectable<AddressesTable>>;
export type AddressTexts = Readonly<Record<AddressField, string>>;

/** A customer without the address, or without any, gives a row of nulls. */
type MaybeAddress = (AddressRow | { readonly [Column in keyof AddressRow]: null }) & Versioned;

interface OfCustomer {
  customerId: string;
  sessionId: string | null;
}

const customer = (p: OfCustomer & { storeId: string }) =>
  sql`customers.store_id = ${p.storeId} and customers.id = ${p.customerId} and ${isSignedIn(p)}`;

const columns = sql.join(addressFields.map(field => sql.ref(field)));
const valuesOf = (p: AddressTexts) => sql.join(addressFields.map(field => sql`${p[field]}::text`));

/** What the audit log tells of an address. */
const image = (storeId: string) =>
  sql`jsonb_strip_nulls(${valuesBySlug(storeId)} || jsonb_build_object(${sql.join(
    addressFields.map(field => sql`${sql.lit(field)}, nullif(${sql.ref(field)}, '')`),
  )}))`;

const itself = { resource: { type: 'address', id: sql`id` }, customerId: sql`customer_id` } as const;

/** Every address of a customer, oldest first: ids are made in the order of time. No row: no such customer. */
export const selectAddresses = storeStatement<OfCustomer>({ isBrief: true })(
  p => sql<MaybeAddress>`
    select addresses.*, ${fieldVersion(p.storeId)} as field_version from customers
    left join addresses on addresses.store_id = ${p.storeId} and addresses.customer_id = customers.id
    where ${customer(p)}
    order by addresses.id`,
);

/** A page of them, with their number on every row. */
export const selectAddressPage = storeStatement<OfCustomer & { limit: number; offset: number }>({ isBrief: true })(
  p => sql<MaybeAddress & { total: number }>`
    select page.*, counted.total, ${fieldVersion(p.storeId)} as field_version from customers
    cross join lateral (
      select count(*)::int as total from addresses
      where store_id = ${p.storeId} and customer_id = customers.id
    ) counted
    left join lateral (
      select * from addresses
      where store_id = ${p.storeId} and customer_id = customers.id
      order by id limit ${p.limit} offset ${p.offset}
    ) page on true
    where ${customer(p)}
    order by page.id`,
);

type OneAddress = OfCustomer & { id: string };

/** One address. No row: no such customer; a row of nulls: the customer has no such address. */
export const selectAddress = storeStatement<OneAddress>({ isBrief: true })(
  p => sql<MaybeAddress>`
    select addresses.*, ${fieldVersion(p.storeId)} as field_version from customers
    left join addresses on addresses.store_id = ${p.storeId} and addresses.customer_id = customers.id
      and addresses.id = ${p.id}
    where ${customer(p)}`,
);

/** The same, locked until the end of the transaction. */
export const lockAddress = storeStatement<OneAddress>()(
  p => sql<AddressRow & Versioned>`
    select addresses.*, ${fieldVersion(p.storeId)} as field_version from addresses
    where addresses.store_id = ${p.storeId} and addresses.customer_id = ${p.customerId} and addresses.id = ${p.id}
      and ${isSignedIn(p)}
    for update of addresses`,
);

/** The addresses of these customers, locked until the end of the transaction. */
export const lockAddressesOfCustomers = storeStatement<{ customerIds: readonly string[] }>()(
  p => sql<AddressRow>`
    select * from addresses
    where store_id = ${p.storeId} and customer_id = any(${p.customerIds}::uuid[]) order by customer_id, id
    for update`,
);

/** No row: no such customer, or fields have changed. */
export const insertAddress = valueStatement(values =>
  storeStatement<OneAddress & AddressTexts & SearchChange & ValueParameters & EntryParameters & { now: Date }>()(
    p => sql<AddressRow>`
      with created as (
        insert into addresses (store_id, customer_id, id, created_at, updated_at, custom_values, ${columns})
        select customers.store_id, customers.id, ${p.id}::uuid, ${p.now}::timestamptz, ${p.now}::timestamptz,
          ${p.customValues}::text::jsonb, ${valuesOf(p)}
        from customers where ${customer(p)} and ${values.isCurrent(p)}
        for key share of customers
        returning *
      ), searchable as (
        ${writeLines('created', 'customer_id', p)}
      ), logged as (
        ${writeEntry(p, {
          ...itself,
          type: 'address.created',
          delta: deltaOf(nothing, image(p.storeId)),
          from: sql`created`,
        })}
      ) ${values.index(p, 'created')}
      select * from created`,
  ),
);

/** Changes an address that the caller has locked. No row: fields have changed. */
export const updateAddress = valueStatement(values =>
  storeStatement<
    { customerId: string; id: string; now: Date } & AddressTexts & SearchChange & ValueParameters & EntryParameters
  >()(
    p => sql<AddressRow>`
      with former as (
        select ${image(p.storeId)} as was from addresses
        where store_id = ${p.storeId} and customer_id = ${p.customerId} and id = ${p.id}
      ), changed as (
        update addresses set (${columns}, custom_values, updated_at, revision) =
          row(${valuesOf(p)}, ${valuesAfter(p)}, ${p.now}::timestamptz, revision + 1)
        where store_id = ${p.storeId} and customer_id = ${p.customerId} and id = ${p.id} and ${values.isCurrent(p)}
        returning *
      ), searchable as (
        ${writeLines('changed', 'customer_id', p)}
      ), logged as (
        ${writeEntry(p, {
          ...itself,
          type: 'address.updated',
          delta: deltaOf(sql`was`, image(p.storeId)),
          from: sql`changed cross join former`,
        })}
      ) ${values.index(p, 'changed')}
      select * from changed`,
  ),
);

/** Answers whether the customer has had the address, and whether it was deleted. No row: no such customer. */
export const deleteAddress = storeStatement<
  OneAddress & EntryParameters & { removedLines: string; tags: ExpectedTags }
>()(
  p => sql<{ found: boolean; deleted: boolean }>`
    with customer as (
      select id from customers where ${customer(p)}
    ), deleted as (
      delete from addresses
      where store_id = ${p.storeId} and customer_id in (select id from customer) and id = ${p.id}
        and ${hasExpectedTag(p.tags)}
      returning *
    ), ${unindexRows(p.storeId, 'unindexed', sql`deleted`)}, searchable as (
      ${deleteLines(p.storeId, 'deleted', p.removedLines)}
    ), logged as (
      ${writeEntry(p, {
        ...itself,
        type: 'address.deleted',
        delta: deltaOf(image(p.storeId), nothing),
        from: sql`deleted`,
        mayBeEmpty: true,
      })}
    )
    select exists (select from deleted) as deleted, exists (
      select from addresses where store_id = ${p.storeId} and customer_id = customer.id and id = ${p.id}
    ) as found
    from customer`,
);
