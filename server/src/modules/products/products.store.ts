import type { Selectable } from 'kysely';
import type { Timestamp } from '../../platform/db/schema.ts';
import { sql, storeStatement } from '../../platform/db/statement.ts';
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
  created_at: Timestamp;
  updated_at: Timestamp;
}

declare module '../../platform/db/schema.ts' {
  interface StoreTables {
    products: ProductsTable;
  }
}

/** A product with what is available of it. */
export type ProductRow = Readonly<Selectable<ProductsTable>> & { readonly available: number };

export const withAvailable = (storeId: unknown) => sql`${availableStock(storeId, sql`products.id`)} as available`;

export const selectProductsByReference = storeStatement<{ ids: readonly string[]; skus: readonly string[] }>()(
  p => sql<ProductRow>`
    select products.*, ${withAvailable(p.storeId)} from products
    where store_id = ${p.storeId} and (id = any(${p.ids}::uuid[]) or sku = any(${p.skus}::text[]))`,
);
