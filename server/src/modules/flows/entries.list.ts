import { idAttribute, timeAttribute } from '../../platform/db/filter-attributes.ts';
import { defineListing, type Scope } from '../../platform/db/listing.ts';
import { byId, byTime } from '../../platform/db/listing-order.ts';
import { sql } from '../../platform/db/statement.ts';
import { type EntryRow, entryTotal } from './entries.store.ts';
import { fieldVersion } from './values.store.ts';

/** What entries can be filtered and sorted by beside their fields (design.md §7). */
export const entryListing = defineListing<EntryRow, 'id' | 'created_at' | 'updated_at'>({
  table: 'entries',
  filterable: {
    id: idAttribute('id', ['eq', 'in', 'gt', 'ge', 'lt', 'le']),
    created_at: timeAttribute('created_at'),
    updated_at: timeAttribute('updated_at'),
  },
  sortColumns: { id: byId, created_at: byTime('created_at'), updated_at: byTime('updated_at') },
  defaultSort: { field: 'created_at', descending: false },
  version: bind => fieldVersion(bind('storeId')),
});

/** The entries of a flow. */
export const entriesOf = (flowId: string): Scope => ({
  shape: 'flow',
  isWhole: true,
  values: { flowId, total: entryTotal(flowId) },
  condition: bind => sql`entries.flow_id = ${bind('flowId')}::uuid`,
  counter: bind => sql`${bind('total')}::text`,
});
