import type { RawBuilder, Selectable } from 'kysely';
import type { StoreTx } from '../../platform/db/database.ts';
import type { Timestamp } from '../../platform/db/schema.ts';
import { query, sql, storeStatement } from '../../platform/db/statement.ts';
import { countRows } from '../../platform/db/totals.ts';
import type { CustomValues } from '../flows/custom-values.ts';
import { outdated } from '../flows/definitions.ts';
import { isCurrent, type ValueParameters, valuesAfter } from '../flows/values.store.ts';
import { type CurrencyFormat, formatOf } from '../prices/money.ts';
import { type CartLine, checkExtras } from './cart-lines.ts';

interface CartsTable {
  store_id: string;
  id: string;
  name: string;
  description: string;
  /** Code of the currency of the lines; null without lines. */
  currency: string | null;
  /** The currency as it was when last it was known: it may be changed or deleted while lines have its amounts. */
  currency_format: CurrencyFormat | null;
  created_at: Timestamp;
  updated_at: Timestamp;
  /** From then on the cart is as if absent, whether or not the row is still there. */
  expires_at: Timestamp;
  checkout_order_id: string | null;
  checkout_digest: Buffer | null;
  checkout_at: Timestamp | null;
  custom_values: CustomValues;
}

interface CartCustomersTable {
  store_id: string;
  cart_id: string;
  customer_id: string;
}

declare module '../../platform/db/schema.ts' {
  interface StoreTables {
    carts: CartsTable;
    cart_customers: CartCustomersTable;
  }
}

export type CartRow = Readonly<Selectable<CartsTable>>;

export const customerConstraint = 'cart_customers_customer_fkey';

export interface OneCart {
  id: string;
  now: Date;
}

interface Touch extends OneCart {
  expires: Date;
}

/** The counter of a store's carts (platform/db/totals.ts), with those that have expired and are not deleted yet. */
export const cartTotal = sql`'carts'`;

/** Whether a row is that of the cart, which has not expired. */
export const alive = (p: OneCart & { storeId: string }) =>
  sql<boolean>`carts.store_id = ${p.storeId} and carts.id = ${p.id} and carts.expires_at > ${p.now}`;

/** What is written of the fields of a cart. */
type CartValues = Pick<ValueParameters, 'customValues' | 'fieldVersion'>;

interface NewCartRow extends Touch {
  name: string;
  description: string;
  shard: number;
}

const insertion = <Values extends Pick<CartValues, 'customValues'>>(
  mayInsert: (p: Values & { storeId: string }) => RawBuilder<boolean>,
) =>
  storeStatement<NewCartRow & Values>()(
    p => sql<{ id: string }>`
      with expired as (
        delete from carts where store_id = ${p.storeId} and id = ${p.id} and expires_at <= ${p.now} and ${mayInsert(p)}
        returning id
      ), created as (
        insert into carts (store_id, id, name, description, created_at, updated_at, expires_at, custom_values)
        select ${p.storeId}::uuid, ${p.id}::text, ${p.name}::text, ${p.description}::text, ${p.now}::timestamptz,
          ${p.now}::timestamptz, ${p.expires}::timestamptz, ${p.customValues}::text::jsonb
        -- After the delete.
        from (select count(*) from expired) gone where ${mayInsert(p)}
        on conflict (store_id, id) do nothing
        returning store_id, id
      ), added as (
        select store_id from created where not exists (select from expired)
      ), counted as (
        ${countRows({ from: 'added', resource: cartTotal, shard: p.shard, delta: 1 })}
      )
      select id from created`,
  );

/** Makes a cart, in the place of one that has expired. No row: there is one, or fields have changed. */
export const insertCart = insertion<CartValues>(isCurrent);
/** The same for a cart that nobody has given values. No row: there is one. */
export const insertCartWithoutValues = insertion(() => sql<boolean>`true`);

/** Notes a change of a cart and keeps it locked until the end of the transaction. No row: there is none. */
export const touchCart = storeStatement<Touch>()(
  p => sql<{ id: string }>`
    update carts set updated_at = greatest(updated_at, ${p.now}::timestamptz), expires_at = ${p.expires}
    where ${alive(p)} returning id`,
);

/** Locks a cart until the end of the transaction. */
export const lockCartRow = storeStatement<OneCart>()(
  p => sql<{ id: string }>`select id from carts where ${alive(p)} for update`,
);

/** No row: fields have changed. */
export const updateCart = storeStatement<{ id: string; name: string; description: string } & CartValues>()(
  p => sql<Pick<CartRow, 'custom_values'>>`
    update carts set name = ${p.name}, description = ${p.description}, custom_values = ${valuesAfter(p)}
    where store_id = ${p.storeId} and id = ${p.id} and ${isCurrent(p)}
    returning custom_values`,
);

/** Deletes a cart with its lines and its association. */
export const deleteCart = storeStatement<{ id: string; shard: number }>()(
  p => sql`
    with deleted as (
      delete from carts where store_id = ${p.storeId} and id = ${p.id} returning store_id
    )
    ${countRows({ from: 'deleted', resource: cartTotal, shard: p.shard, delta: -1 })}`,
);

/** Deletes carts that have expired, at most so many, but none that somebody is changing. */
export const deleteExpired = storeStatement<{ now: Date; limit: number; shard: number }>()(
  p => sql<{ id: string }>`
    with expired as materialized (
      select id from carts
      where store_id = ${p.storeId} and expires_at <= ${p.now}
      order by expires_at limit ${p.limit} for update skip locked
    ), deleted as (
      delete from carts where store_id = ${p.storeId} and id = any(array(select id from expired)) returning store_id, id
    ), counted as (
      ${countRows({ from: 'deleted', resource: cartTotal, shard: p.shard, delta: -1 })}
    )
    select id from deleted`,
);

const saveLines = storeStatement<{
  id: string;
  currency: string | null;
  format: string | null;
  lines: string;
  removed: string[];
  fieldVersion: string | null;
}>()(
  p => sql<{ is_current: boolean }>`
    with cart as (
      update carts set currency = ${p.currency}, currency_format = ${p.format}::text::jsonb
      where store_id = ${p.storeId} and id = ${p.id}
        and (currency, currency_format) is distinct from (${p.currency}, ${p.format}::text::jsonb)
    ), removed as (
      delete from cart_items
      where store_id = ${p.storeId} and cart_id = ${p.id} and id = any(${p.removed}::uuid[])
    ), saved as (
      insert into cart_items (store_id, cart_id, id, position, type, product_id, name, description, sku, slug,
        manage_stock, quantity, unit_amount, includes_tax, taxes, custom_inputs, custom_values, created_at, updated_at)
      select ${p.storeId}::uuid, ${p.id}::text, line.*
      from jsonb_to_recordset(${p.lines}::text::jsonb) as line (id uuid, position integer, type text, product_id uuid,
        name text, description text, sku text, slug text, manage_stock boolean, quantity bigint, unit_amount bigint,
        includes_tax boolean, taxes jsonb, custom_inputs jsonb, custom_values jsonb,
        created_at timestamptz, updated_at timestamptz)
      on conflict (store_id, cart_id, id) do update set quantity = excluded.quantity,
        unit_amount = excluded.unit_amount, includes_tax = excluded.includes_tax, manage_stock = excluded.manage_stock,
        taxes = excluded.taxes, custom_inputs = excluded.custom_inputs,
        custom_values = excluded.custom_values, updated_at = excluded.updated_at
    )
    select ${isCurrent(p)} as is_current`,
);

/**
 * Writes what changed between two states of the lines of a cart, whose row is locked. `fieldVersion`: by which definitions
 * values were read, if any were. Throws 400 when the lines hold too much.
 */
export async function saveChanges(
  tx: StoreTx,
  cart: { readonly id: string; readonly lines: readonly CartLine[] },
  changed: {
    readonly lines: readonly CartLine[];
    readonly currency: CurrencyFormat | undefined;
    readonly fieldVersion: string | null | undefined;
  },
): Promise<void> {
  checkExtras(changed.lines);
  const before = new Map(cart.lines.map(line => [line.id, line]));
  const after = new Set(changed.lines.map(line => line.id));
  const currency = changed.lines.length === 0 ? undefined : changed.currency;
  const { fieldVersion } = changed;
  const saved = await tx.first(saveLines, {
    id: cart.id,
    currency: currency?.code ?? null,
    format: currency === undefined ? null : JSON.stringify(formatOf(currency)),
    lines: JSON.stringify(changed.lines.filter(line => before.get(line.id) !== line)),
    removed: cart.lines.filter(line => !after.has(line.id)).map(line => line.id),
    fieldVersion: fieldVersion ?? null,
  });
  if (fieldVersion !== undefined && saved?.is_current !== true) throw outdated();
}

export const insertCustomer = storeStatement<{ id: string; customerId: string }>()(
  p => sql`
    insert into cart_customers (store_id, cart_id, customer_id)
    values (${p.storeId}, ${p.id}, ${p.customerId})`,
);

export const deleteCustomer = storeStatement<{ id: string }>()(p =>
  query.deleteFrom('cart_customers').where('store_id', '=', p.storeId).where('cart_id', '=', p.id),
);
