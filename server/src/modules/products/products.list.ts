import {
  attributeOfNothing,
  booleanAttribute,
  idAttribute,
  textAttribute,
} from '../../platform/db/filter-attributes.ts';
import { defineListing, type Scope } from '../../platform/db/listing.ts';
import { byFlag, byText, byTime } from '../../platform/db/listing-order.ts';
import { sql } from '../../platform/db/statement.ts';
import { fieldVersion } from '../flows/values.store.ts';
import { liveProductTotal, type ProductRow, productTotal, withAvailable } from './products.store.ts';

/** What products can be filtered and sorted by (reference: catalog-minimum.md, "Product"; README.md, "Sorting"). */
export const productListing = defineListing<
  ProductRow,
  'name' | 'slug' | 'sku' | 'status' | 'description' | 'commodity_type' | 'manage_stock' | 'created_at' | 'updated_at'
>({
  table: 'products',
  filterable: {
    name: textAttribute({ column: 'name', folded: 'name_key', operators: ['eq', 'like', 'in'] }),
    slug: textAttribute({ column: 'slug', folded: 'slug_key', operators: ['eq', 'like', 'in'] }),
    sku: textAttribute({ column: 'sku', folded: 'sku_key', operators: ['eq', 'like', 'in'] }),
    status: textAttribute({ column: 'status', operators: ['eq', 'like', 'in'] }),
    description: textAttribute({ column: 'description', folded: 'description_key', operators: ['like'] }),
    commodity_type: textAttribute({ column: 'commodity_type', operators: ['eq'] }),
    manage_stock: booleanAttribute('manage_stock'),
    id: idAttribute('id', ['eq', 'in']),
    'brand.id': attributeOfNothing,
    'category.id': attributeOfNothing,
    'collection.id': attributeOfNothing,
  },
  sortColumns: {
    name: byText('name_key'),
    slug: byText('slug'),
    sku: byText('sku'),
    status: byText('status'),
    description: byText('description_key'),
    commodity_type: byText('commodity_type'),
    manage_stock: byFlag('manage_stock'),
    created_at: byTime('created_at'),
    updated_at: byTime('updated_at'),
  },
  defaultSort: { field: 'created_at', descending: true },
  extra: bind => withAvailable(bind('storeId')),
  version: bind => fieldVersion(bind('storeId')),
});

/** Every product of the store. */
export const allProducts: Scope = { shape: 'all', values: {}, isWhole: true, counter: () => productTotal };

/** The products that shoppers may see. */
export const liveProducts: Scope = {
  shape: 'live',
  values: {},
  condition: () => sql`status = 'live'`,
  counter: () => liveProductTotal,
};
