import type { StoreDb } from '../../platform/db/database.ts';
import { isUuid } from '../../platform/text/uuid.ts';
import { type ProductRow, selectProductsByReference } from './products.store.ts';

/** What carts and orders need to know of a product. */
export type CatalogProduct = Pick<
  ProductRow,
  'id' | 'name' | 'description' | 'sku' | 'slug' | 'status' | 'manage_stock' | 'price' | 'available'
>;

/** The products with these ids or SKUs, in no order; what is no id matches nothing. */
export async function findProducts(
  db: StoreDb,
  references: readonly ({ readonly id: string } | { readonly sku: string })[],
): Promise<CatalogProduct[]> {
  const ids = references.flatMap(reference => ('id' in reference ? [reference.id.toLowerCase()] : [])).filter(isUuid);
  const skus = references.flatMap(reference => ('sku' in reference ? [reference.sku] : []));
  return db.all(selectProductsByReference, { ids, skus });
}
