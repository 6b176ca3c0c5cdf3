import type { RawBuilder } from 'kysely';
import { idAttribute } from '../../platform/db/filter-attributes.ts';
import type { Bind, Condition } from '../../platform/db/filter-plan.ts';
import { defineListing, type Listing, type Scope } from '../../platform/db/listing.ts';
import { byId } from '../../platform/db/listing-order.ts';
import { type StoreStatement, sql, storeStatement } from '../../platform/db/statement.ts';
import { type ValuedRows, valuedRows } from './core-flows.ts';
import type { CustomValues } from './custom-values.ts';
import { fieldVersion } from './values.store.ts';

/** A row of a resource as an entry of the flow that extends it. */
export interface ResourceRow {
  readonly id: string;
  /** Null in rows that are older than values. */
  readonly custom_values: CustomValues | null;
  readonly created_at: string;
  readonly updated_at: string;
}

/** What names a row for the module of its resource. */
export interface RowKey {
  readonly id: string;
  /** The customer of an address, the cart or the order of an item; null for what stands by itself. */
  readonly parent_id: string | null;
}

/** The rows of a resource that a flow can extend. */
export interface ResourceRows {
  readonly idType: 'uuid' | 'text';
  readonly select: StoreStatement<{ id: string } & Viewer, ResourceRow & RowKey>;
  /** Which of these there are. */
  readonly selectIds: StoreStatement<{ ids: readonly string[] } & Viewer, { id: string }>;
  readonly listing: Listing<ResourceRow, 'id'>;
  /** All that there are for somebody. */
  scope(viewer: Viewer): Scope;
}

/** For whom rows are there, and when. */
export interface Viewer {
  readonly now: Date;
  /** With a public access token: sees what shoppers see. */
  readonly isPublic: boolean;
}

/** What of a resource is not as it is with most. */
interface Peculiarities {
  /** Columns that rows do not have themselves. */
  readonly more?: (storeId: unknown) => RawBuilder<unknown>;
  /** Which rows are as if absent, for everybody and in public. */
  readonly isGone?: (storeId: unknown, now: unknown) => Condition;
  readonly isPublic?: { readonly condition: Condition; readonly counter: string };
}

const peculiarities: Readonly<Record<string, Peculiarities>> = {
  carts: { isGone: (_, now) => sql<boolean>`carts.expires_at <= ${now}::timestamptz` },
  cart_items: {
    isGone: (storeId, now) => sql<boolean>`exists (
      select from carts
      where carts.store_id = ${storeId} and carts.id = cart_items.cart_id and carts.expires_at <= ${now}::timestamptz)`,
  },
  products: { isPublic: { condition: sql<boolean>`products.status = 'live'`, counter: 'products/live' } },
  order_items: {
    // An item is made with its order, and has no times of its own (reference: orders.md, "Order item").
    more: storeId => {
      const ofOrder = sql`from orders where orders.store_id = ${storeId} and orders.id = order_items.order_id`;
      return sql`(select created_at ${ofOrder}) as created_at, (select created_at ${ofOrder}) as updated_at`;
    },
  },
};

function rowsOf(slug: string, { table: name, key, counter }: ValuedRows): ResourceRows {
  const { more, isGone, isPublic } = peculiarities[slug] ?? {};
  const table = sql.table(name);
  const idType = key.id;
  const parent = Object.keys(key).find(column => column !== 'id');
  const parentId = parent === undefined ? sql`null` : sql.ref(`${name}.${parent}`);
  const isThere = (p: { readonly storeId: unknown } & Viewer): RawBuilder<unknown> => sql`
    ${isGone ? sql`and not ${isGone(p.storeId, p.now)}` : sql``}
    ${isPublic ? sql`and (not ${p.isPublic}::boolean or ${isPublic.condition})` : sql``}`;

  return {
    idType,
    select: storeStatement<{ id: string } & Viewer>({ isBrief: true })(
      p => sql<ResourceRow & RowKey>`
        select ${table}.*, ${parentId} as parent_id ${more ? sql`, ${more(p.storeId)}` : sql``} from ${table}
        where ${table}.store_id = ${p.storeId} and ${table}.id = ${p.id} ${isThere(p)}`,
    ),
    selectIds: storeStatement<{ ids: readonly string[] } & Viewer>()(
      p => sql<{ id: string }>`
        select ${table}.id from ${table}
        where ${table}.store_id = ${p.storeId} and ${table}.id = any(${p.ids}::${sql.raw(idType)}[]) ${isThere(p)}`,
    ),
    listing: defineListing<ResourceRow, 'id'>({
      table: name,
      idType,
      filterable: idType === 'uuid' ? { id: idAttribute('id', ['eq', 'in', 'gt', 'ge', 'lt', 'le']) } : {},
      sortColumns: { id: byId },
      defaultSort: { field: 'id', descending: false },
      version: bind => fieldVersion(bind('storeId')),
      ...(more && { extra: (bind: Bind) => more(bind('storeId')) }),
    }),
    scope: viewer => {
      if (viewer.isPublic && isPublic !== undefined)
        return {
          shape: 'public entries',
          values: {},
          condition: () => isPublic.condition,
          counter: () => sql.lit(isPublic.counter),
        };
      return {
        shape: 'entries',
        values: isGone ? { now: viewer.now } : {},
        ...(!isGone && { isWhole: true }),
        ...(isGone && { condition: (bind: Bind) => sql<boolean>`not ${isGone(bind('storeId'), bind('now'))}` }),
        ...(counter !== undefined && { counter: () => sql.lit(counter) }),
        ...(counter !== undefined && isGone && { leftovers: (bind: Bind) => isGone(bind('storeId'), bind('now')) }),
      };
    },
  };
}

/** By the slug of the flow that extends the resource. */
export const resourceRows: ReadonlyMap<string, ResourceRows> = new Map(
  [...valuedRows].map(([slug, rows]) => [slug, rowsOf(slug, rows)]),
);
