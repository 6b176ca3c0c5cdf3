import {
  attributeOfMany,
  countAttribute,
  idAttribute,
  presenceAttribute,
  textAttribute,
  timeAttribute,
} from '../../platform/db/filter-attributes.ts';
import type { FilterAttribute } from '../../platform/db/filter-plan.ts';
import { defineListing, type Scope } from '../../platform/db/listing.ts';
import { byId, byText, byTime } from '../../platform/db/listing-order.ts';
import { sql } from '../../platform/db/statement.ts';
import { fieldVersion } from '../flows/values.store.ts';
import { searchAttribute } from '../search/customer-search.list.ts';
import type { ListedCustomerRow } from './customers.store.ts';
import { byOrderCount, orderCountOf } from './order-counts.store.ts';
import { foldTag } from './tags.ts';

/** Customers with any of these tags. */
const tagsAttribute: FilterAttribute = {
  operators: ['eq', 'in'],
  isSkewed: true,
  toConditions: ({ values }) => ({
    shape: 'any',
    values: [values.map(({ text }) => foldTag(text))],
    // The index has no customer without tags.
    condition: bind => sql`(customers.tags <> '{}' and customers.tags && ${bind(0)}::text[])`,
  }),
};

/** What customers can be filtered and sorted by (reference: README.md, "Filtering", "Sorting"). */
export const customerListing = defineListing<
  ListedCustomerRow,
  'created_at' | 'updated_at' | 'name' | 'email' | 'id' | 'order_count'
>({
  table: 'customers',
  filterable: {
    email: textAttribute({
      column: 'email',
      folded: 'email_key',
      ignoresCase: true,
      spaceIsPlus: true,
      isUnique: true,
      operators: ['eq', 'like', 'in'],
    }),
    name: textAttribute({ column: 'name', folded: 'name_key', operators: ['eq', 'like', 'in'] }),
    id: idAttribute('id', ['eq', 'in', 'gt', 'ge', 'lt', 'le']),
    created_at: timeAttribute('created_at'),
    updated_at: timeAttribute('updated_at'),
    external_ref: textAttribute({ column: 'external_ref', indexedPrefix: 200, operators: ['eq', 'in', 'is_null'] }),
    tags: tagsAttribute,
    password: presenceAttribute('password_hash'),
    country: attributeOfMany(
      textAttribute({ column: 'addresses.country', indexedPrefix: 200, operators: ['eq', 'in'] }),
      (condition, storeId) => sql<boolean>`customers.id in (
        select addresses.customer_id from addresses where addresses.store_id = ${storeId} and ${condition})`,
    ),
    order_count: countAttribute(
      'order_counts.order_count',
      (condition, storeId) => sql<boolean>`exists (
        select from order_counts
        where order_counts.store_id = ${storeId} and order_counts.customer_id = customers.id and ${condition})`,
    ),
    search: searchAttribute,
  },
  sortColumns: {
    created_at: byTime('created_at'),
    updated_at: byTime('updated_at'),
    name: byText('name_key'),
    email: byText('email_key'),
    id: byId,
    order_count: byOrderCount,
  },
  defaultSort: { field: 'created_at', descending: true },
  additive: ['country', 'order_count', 'search'],
  extra: bind => sql`${orderCountOf(bind('storeId'), sql`customers.id`)} as order_count`,
  version: bind => fieldVersion(bind('storeId')),
});

/** Every customer of the store. */
export const allCustomers: Scope = { shape: 'all', values: {}, isWhole: true, counter: () => sql`'customers'` };
