import type { Selectable } from 'kysely';
import type { Timestamp } from '../../platform/db/schema.ts';
import { sql, storeStatement } from '../../platform/db/statement.ts';
import { countRows } from '../../platform/db/totals.ts';
import type { CustomValues } from '../flows/custom-values.ts';
import {
  fieldVersion,
  unindexRows,
  type ValueParameters,
  type Versioned,
  valueStatement,
  valuesAfter,
} from '../flows/values.store.ts';
import { availableStock } from '../inventories/stock-level.ts';
import type { ProductPrice } from './products.schema.ts';

/** Name and description in another language, as far as they were given. */
export interface Translation {
  readonly name?: string;
  readonly description?: string;
}

interface ProductsTable {
  store_id: string;
  id: string;
  name: string;
  /** The columns `…_key` hold a text folded for comparison. */
  name_key: string;
  slug: string;
  slug_key: string;
  sku: string;
  sku_key: string;
  description: string;
  description_key: string;
  manage_stock: boolean;
  price: readonly ProductPrice[];
  status: 'draft' | 'live';
  commodity_type: 'physical' | 'digital';
  /** By language. */
  translations: Readonly<Record<string, Translation>>;
  custom_values: CustomValues;
  created_at: Timestamp;
  updated_at: Timestamp;
}

declare module '../../platform/db/schema.ts' {
  interface StoreTables {
    products: ProductsTable;
  }
}

/** A product without what is available of it. */
export type StoredProduct = Readonly<Selectable<ProductsTable>>;
/** A product with what is available of it. */
export type ProductRow = StoredProduct & { readonly available: number };

export const slugConstraint = 'products_slug_key';
export const skuConstraint = 'products_sku_key';

/** The counters of a store's products (platform/db/totals.ts). */
export const productTotal = sql`'products'`;
export const liveProductTotal = sql`'products/live'`;

export const withAvailable = (storeId: unknown) => sql`${availableStock(storeId, sql`products.id`)} as available`;

export const selectProductsByReference = storeStatement<{ ids: readonly string[]; skus: readonly string[] }>()(
  p => sql<ProductRow>`
    select products.*, ${withAvailable(p.storeId)} from products
    where store_id = ${p.storeId} and (id = any(${p.ids}::uuid[]) or sku = any(${p.skus}::text[]))`,
);

export const selectProduct = storeStatement<{ id: string }>({ isBrief: true })(
  p => sql<ProductRow & Versioned>`
    select products.*, ${withAvailable(p.storeId)}, ${fieldVersion(p.storeId)} as field_version from products
    where store_id = ${p.storeId} and id = ${p.id}`,
);

/** The same, locked until the end of the transaction. */
export const lockProduct = storeStatement<{ id: string }>()(
  p => sql<ProductRow & Versioned>`
    select products.*, ${withAvailable(p.storeId)}, ${fieldVersion(p.storeId)} as field_version from products
    where store_id = ${p.storeId} and id = ${p.id} for update of products`,
);

/** The columns that requests set; `price` and `translations` as JSON text. */
export interface ProductColumns {
  readonly name: string;
  readonly name_key: string;
  readonly slug: string;
  readonly slug_key: string;
  readonly sku: string;
  readonly sku_key: string;
  readonly description: string;
  readonly description_key: string;
  readonly manage_stock: boolean;
  readonly price: string;
  readonly status: 'draft' | 'live';
  readonly commodity_type: 'physical' | 'digital';
  readonly translations: string;
}

const columns = sql.raw(
  `name, name_key, slug, slug_key, sku, sku_key, description, description_key, manage_stock, price, status,
   commodity_type, translations`,
);
const valuesOf = (p: ProductColumns) => sql`${p.name}::text, ${p.name_key}::text, ${p.slug}::text, ${p.slug_key}::text,
  ${p.sku}::text, ${p.sku_key}::text, ${p.description}::text, ${p.description_key}::text, ${p.manage_stock}::boolean,
  ${p.price}::text::jsonb, ${p.status}::text, ${p.commodity_type}::text, ${p.translations}::text::jsonb`;

export const insertProduct = valueStatement(values =>
  storeStatement<ProductColumns & ValueParameters & { id: string; now: Date; shard: number }>()(
    p => sql<StoredProduct>`
      with created as (
        insert into products (store_id, id, created_at, updated_at, custom_values, ${columns})
        select ${p.storeId}::uuid, ${p.id}::uuid, ${p.now}::timestamptz, ${p.now}::timestamptz,
          ${p.customValues}::text::jsonb, ${valuesOf(p)}
        where ${values.isCurrent(p)}
        returning *
      ), live as (
        select store_id from created where status = 'live'
      ), counted as (
        ${countRows({ from: 'created', resource: productTotal, shard: p.shard, delta: 1 })}
      ), counted_live as (
        ${countRows({ from: 'live', resource: liveProductTotal, shard: p.shard, delta: 1 })}
      ) ${values.index(p, 'created')}
      select * from created`,
  ),
);

/** Changes a product that the caller has locked; `wasLive` is what it was before. No row: fields have changed. */
export const updateProduct = valueStatement(values =>
  storeStatement<ProductColumns & ValueParameters & { id: string; wasLive: boolean; now: Date; shard: number }>()(
    p => sql<StoredProduct>`
      with changed as (
        update products set (updated_at, custom_values, ${columns}) =
          row(${p.now}::timestamptz, ${valuesAfter(p)}, ${valuesOf(p)})
        where store_id = ${p.storeId} and id = ${p.id} and ${values.isCurrent(p)}
        returning *
      ), published as (
        select store_id from changed where status = 'live' and not ${p.wasLive}::boolean
      ), withdrawn as (
        select store_id from changed where status <> 'live' and ${p.wasLive}::boolean
      ), counted as (
        ${countRows({ from: 'published', resource: liveProductTotal, shard: p.shard, delta: 1 })}
      ), discounted as (
        ${countRows({ from: 'withdrawn', resource: liveProductTotal, shard: p.shard, delta: -1 })}
      ) ${values.index(p, 'changed')}
      select * from changed`,
  ),
);

/** Deletes a product. */
export const deleteProduct = storeStatement<{ id: string; shard: number }>()(
  p => sql<{ id: string }>`
    with deleted as (
      delete from products where store_id = ${p.storeId} and id = ${p.id}
      returning store_id, id, status, custom_values
    ), ${unindexRows(p.storeId, 'unindexed', sql`deleted`)}, live as (
      select store_id from deleted where status = 'live'
    ), counted as (
      ${countRows({ from: 'deleted', resource: productTotal, shard: p.shard, delta: -1 })}
    ), counted_live as (
      ${countRows({ from: 'live', resource: liveProductTotal, shard: p.shard, delta: -1 })}
    )
    select id from deleted`,
);
