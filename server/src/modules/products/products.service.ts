import { isDeepStrictEqual } from 'node:util';
import type { StoreDb } from '../../platform/db/database.ts';
import { violatedConstraint } from '../../platform/db/pool.ts';
import { anyShard } from '../../platform/db/totals.ts';
import { validationError } from '../../platform/errors.ts';
import type { Rule, UncheckedData } from '../../platform/http/all-faults.ts';
import { requireSameId } from '../../platform/http/validation.ts';
import { wordings } from '../../platform/http/validation-errors.ts';
import type { RawQuery } from '../../platform/query/query-string.ts';
import { foldCase } from '../../platform/text/fold.ts';
import { isUuid, newId } from '../../platform/text/uuid.ts';
import type { Context } from '../access/context.ts';
import { listCurrencies } from '../currencies/currencies.service.ts';
import { type Extended, extendedResource, type ListedPage } from '../flows/extended-resource.ts';
import { flowErrors } from '../flows/flows.errors.ts';
import type { WriteFields } from '../flows/resource-entries.service.ts';
import { closeStock, openStock } from '../inventories/stock.service.ts';
import { productErrors } from './products.errors.ts';
import { allProducts, liveProducts, productListing } from './products.list.ts';
import type { NewProduct, ProductPatch, ProductPrice } from './products.schema.ts';
import {
  deleteProduct,
  insertProduct,
  lockProduct,
  type ProductColumns,
  type ProductRow,
  selectProduct,
  selectProductsByReference,
  skuConstraint,
  slugConstraint,
  updateProduct,
} from './products.store.ts';

const products = extendedResource('products');

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

/** A product. Throws 404 when there is none, and for a draft unless the caller is an admin. */
export async function getProduct(ctx: Context, id: string): Promise<Extended<ProductRow>> {
  const [row] = await products.show(ctx.db, isUuid(id) ? await ctx.db.all(selectProduct, { id }) : []);
  if (row === undefined || (ctx.role !== 'admin' && row.status !== 'live')) throw productErrors.notFound();
  return row;
}

/** A page of products; of live ones unless the caller is an admin. */
export async function listProducts(ctx: Context, query: RawQuery): Promise<ListedPage<Extended<ProductRow>>> {
  const scope = ctx.role === 'admin' ? allProducts : liveProducts;
  const page = await products.list(ctx, productListing, query, scope);
  if (page === undefined) throw new Error('the list of products is closed to nobody');
  return page;
}

/** Prices as they are stored. Throws 422 for a currency that the store does not have, or that comes twice. */
async function readPrices(db: StoreDb, input: NewProduct['price']): Promise<ProductPrice[]> {
  const codes = new Set((await listCurrencies(db)).map(currency => currency.code));
  return input.map(({ amount, currency, includes_tax = true }, index) => {
    const source = `data.price.${index}.currency`;
    if (!codes.has(currency)) throw validationError(source, wordings.selected(source));
    const isRepeated = input.findIndex(price => price.currency === currency) < index;
    if (isRepeated) throw validationError(source, wordings.unique(source));
    return { amount, currency, includes_tax };
  });
}

type Values = Pick<
  ProductRow,
  'name' | 'slug' | 'sku' | 'description' | 'manage_stock' | 'price' | 'status' | 'commodity_type' | 'translations'
>;

function columnsOf(values: Values): ProductColumns {
  return {
    ...values,
    name_key: foldCase(values.name),
    slug_key: foldCase(values.slug),
    sku_key: foldCase(values.sku),
    description_key: foldCase(values.description),
    price: JSON.stringify(values.price),
    translations: JSON.stringify(values.translations),
  };
}

async function mapTaken<T>(write: Promise<T>): Promise<T> {
  try {
    return await write;
  } catch (error) {
    const constraint = violatedConstraint(error);
    if (constraint === slugConstraint) throw productErrors.slugTaken();
    if (constraint === skuConstraint) throw productErrors.skuTaken();
    throw error;
  }
}

/** What the body of a new product must obey beyond its schema; of a change of the product `id`, where there is one. */
export const productRules = (ctx: Context, data: UncheckedData, id?: string): Rule[] =>
  products.rules(ctx.db, data, id);

/** Creates a product with its stock. Throws 409 when the slug or the SKU is taken. */
export async function createProduct(ctx: Context, input: NewProduct): Promise<Extended<ProductRow>> {
  const { type: _, stock = 0, status = 'draft', ...fields } = input;
  const price = await readPrices(ctx.db, input.price);
  const columns = columnsOf({ ...fields, status, price, translations: {} });
  const id = newId(ctx.now);
  const created = await products.write(ctx.db, { id, body: input, isNew: true }, (db, custom) =>
    mapTaken(
      db.inTransaction(async tx => {
        const parameters = { ...columns, ...custom.parameters, id, now: ctx.now, shard: anyShard() };
        const row = await tx.first(custom.pick(insertProduct), parameters);
        if (row === undefined) return undefined;
        await openStock(tx, id, stock, ctx.now);
        return { ...row, available: stock };
      }),
    ),
  );
  if (created === undefined) throw new Error('the product was not stored');
  return created;
}

/** What of a product can be changed. */
function valuesOf(row: ProductRow): Values {
  const { name, slug, sku, description, manage_stock, price, status, commodity_type, translations } = row;
  return { name, slug, sku, description, manage_stock, price, status, commodity_type, translations };
}

/** The values after a change; in another language than the store's own, name and description are translations. */
function changedValues(before: Values, patch: ProductPatch, price: Values['price'], language?: string): Values {
  const { name, description } = patch;
  const texts = { ...(name !== undefined && { name }), ...(description !== undefined && { description }) };
  const values: Values = {
    ...before,
    slug: patch.slug ?? before.slug,
    sku: patch.sku ?? before.sku,
    manage_stock: patch.manage_stock ?? before.manage_stock,
    status: patch.status ?? before.status,
    commodity_type: patch.commodity_type ?? before.commodity_type,
    price,
  };
  if (language === undefined || Object.keys(texts).length === 0) return { ...values, ...texts };
  const translations = { ...before.translations, [language]: { ...before.translations[language], ...texts } };
  return { ...values, translations };
}

/**
 * Changes a product: keys not sent keep their value. `language`: one of the store's additional languages, for name and
 * description. `updated_at` moves only when something did.
 */
export async function changeProduct(
  ctx: Context,
  id: string,
  patch: ProductPatch,
  language: string | undefined,
): Promise<Extended<ProductRow>> {
  if (!isUuid(id)) throw productErrors.notFound();
  requireSameId(patch.id, id);
  const price = patch.price && (await readPrices(ctx.db, patch.price));
  const changed = await products.write(ctx.db, { id, body: patch, isNew: false }, (db, custom) =>
    mapTaken(
      db.inTransaction(async (tx): Promise<ProductRow | undefined> => {
        const row = await tx.first(lockProduct, { id });
        if (row === undefined) throw productErrors.notFound();
        const before = valuesOf(row);
        const values = changedValues(before, patch, price ?? row.price, language);
        if (isDeepStrictEqual(values, before) && !custom.change(row)) return row;
        const written = await tx.first(custom.pick(updateProduct), {
          ...columnsOf(values),
          ...custom.parameters,
          id,
          wasLive: row.status === 'live',
          now: ctx.now,
          shard: anyShard(),
        });
        return written && { ...row, ...written };
      }),
    ),
  );
  if (changed === undefined) throw productErrors.notFound();
  return changed;
}

/** Writes fields of a product that stays locked until it is done. Throws 404 when there is none. */
export const writeProductFields: WriteFields = (ctx, { id }, fieldsOf) =>
  ctx.db.inTransaction(async tx => {
    const row = await tx.first(lockProduct, { id });
    if (row === undefined) throw flowErrors.entryNotFound();
    return changeProduct({ ...ctx, db: tx }, id, await fieldsOf(tx, row.custom_values), undefined);
  });

/** Deletes a product with its stock. Throws 404 when there is none. Carts and orders keep what they know of it. */
export async function removeProduct(ctx: Context, id: string): Promise<void> {
  if (!isUuid(id)) throw productErrors.notFound();
  await ctx.db.inTransaction(async tx => {
    // Locked first, so that nobody gives it a stock meanwhile.
    if ((await tx.first(lockProduct, { id })) === undefined) throw productErrors.notFound();
    await closeStock(tx, id);
    await tx.first(deleteProduct, { id, shard: anyShard() });
  });
}
