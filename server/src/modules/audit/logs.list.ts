import { idAttribute, textAttribute, timeAttribute } from '../../platform/db/filter-attributes.ts';
import type { FilterAttribute } from '../../platform/db/filter-plan.ts';
import { defineListing, type Scope } from '../../platform/db/listing.ts';
import { byTime, mirrored } from '../../platform/db/listing-order.ts';
import { sql } from '../../platform/db/statement.ts';
import type { AuditRow } from './audit.store.ts';

/** Most entries may be of one kind. */
const kind = (column: string) => textAttribute({ column, isSkewed: true, operators: ['eq', 'in'] });

/** Who did it: the member of staff, the customer whose token came along, or else the key. As the index has it. */
const initiatorAttribute: FilterAttribute = {
  operators: ['eq', 'in'],
  isSkewed: true,
  toConditions: ({ values }) => ({
    shape: 'any',
    values: [values.map(({ text }) => text.toLowerCase())],
    condition:
      bind => sql`coalesce(initiator ->> 'staff-id', initiator ->> 'customer-id', initiator ->> 'application-key-id')
      = any(${bind(0)}::text[])`,
  }),
};

/** What the log of a store can be narrowed down by. */
export const logListing = defineListing<AuditRow, 'time'>({
  table: 'audit_log',
  filterable: {
    time: timeAttribute('logged_at'),
    event_type: kind('event_type'),
    initiator_id: initiatorAttribute,
    resource_type: kind('resource_type'),
    resource_id: idAttribute('resource_id', ['eq', 'in']),
    customer_id: idAttribute('customer_id', ['eq', 'in']),
  },
  sortColumns: { time: mirrored(byTime('logged_at')) },
  defaultSort: { field: 'time', descending: true },
});

/** All entries of the store. */
export const allLogs: Scope = { shape: 'all', values: {} };
