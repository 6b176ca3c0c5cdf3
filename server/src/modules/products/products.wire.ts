import type { Extended } from '../flows/extended-resource.ts';
import { type CurrencyFormat, money } from '../prices/money.ts';
import type { Product } from './products.schema.ts';
import type { ProductRow } from './products.store.ts';

/** How a caller wants products shown. */
export interface Display {
  /** The currency of `meta.display_price`. */
  readonly currency: CurrencyFormat | undefined;
  /** The language of name and description, if it is not the store's own. */
  readonly language: string | undefined;
}

function displayPrice({ price }: ProductRow, currency: CurrencyFormat | undefined): Product['meta']['display_price'] {
  const own = price.find(each => each.currency === currency?.code);
  if (own === undefined || currency === undefined) return undefined;
  // A product knows no tax rates; tax is the cart's.
  const amount = money(currency, own.amount);
  return { with_tax: amount, without_tax: amount };
}

/** A product as the contract shows it (reference: catalog-minimum.md, "Product"). */
export function toProduct(row: Extended<ProductRow>, { currency, language }: Display): Product {
  const translation = language === undefined ? undefined : row.translations[language];
  const display_price = displayPrice(row, currency);
  return {
    ...row.custom,
    id: row.id,
    type: 'product',
    name: translation?.name ?? row.name,
    slug: row.slug,
    sku: row.sku,
    description: translation?.description ?? row.description,
    manage_stock: row.manage_stock,
    price: [...row.price],
    status: row.status,
    commodity_type: row.commodity_type,
    meta: {
      timestamps: { created_at: row.created_at, updated_at: row.updated_at },
      ...(display_price && { display_price }),
      stock: {
        level: row.available,
        availability: row.available > 0 || !row.manage_stock ? 'in-stock' : 'out-stock',
      },
    },
    relationships: { ...row.related },
  };
}
