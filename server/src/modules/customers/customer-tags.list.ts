import { textAttribute } from '../../platform/db/filter-attributes.ts';
import { defineListing, type Scope } from '../../platform/db/listing.ts';
import { byId } from '../../platform/db/listing-order.ts';
import { sql } from '../../platform/db/statement.ts';
import type { CustomerTagRow } from './customer-tags.store.ts';

/** The tags of a store. They are few beside its customers, so counting them is cheap. */
export const customerTagListing = defineListing<CustomerTagRow, 'name'>({
  table: 'customer_tags',
  idType: 'text',
  filterable: {
    name: textAttribute({ column: 'id', folded: 'id', ignoresCase: true, operators: ['eq', 'like', 'in'] }),
  },
  sortColumns: { name: byId },
  defaultSort: { field: 'name', descending: false },
});

/** The tags that a customer has. */
export const tagsInUse: Scope = { shape: 'in use', values: {}, condition: () => sql`customers > 0` };
