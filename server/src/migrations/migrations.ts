import type { SchemaHistory } from '../platform/db/migrate.ts';
import * as core from './0001-core.ts';
import * as catalog from './0002-catalog.ts';
import * as carts from './0003-carts.ts';
import * as orders from './0004-orders.ts';
import * as operations from './0005-operations.ts';
import * as flows from './0006-flows.ts';
import * as entries from './0007-entries.ts';
import * as ordersJobsAndCurrencies from './0008-orders-jobs-and-currencies-of-carts.ts';
import * as fieldValues from './0010-field-values.ts';
import * as staff from './0020-staff.ts';
import * as search from './0021-search.ts';
import * as notes from './0022-notes.ts';
import * as searchableFields from './0023-searchable-fields.ts';
import * as revisions from './0024-revisions.ts';
import * as customersInAuditLog from './0025-customers-in-the-audit-log.ts';
import * as tags from './0026-tags.ts';
import * as logList from './0027-log-list.ts';
import * as customerList from './0029-customer-list.ts';
import * as rowsById from './0031-rows-by-id.ts';
import * as emailsWithIds from './0032-emails-with-ids.ts';
import * as orderCountsOfAll from './0033-order-counts-of-all.ts';
import * as finalSigmas from './0034-final-sigmas.ts';
import * as targetsInTheIndex from './0035-targets-in-the-index.ts';
import * as defaultsInTheIndex from './0036-defaults-in-the-index.ts';
import * as revisionsOfNotes from './0037-revisions-of-notes.ts';
import * as digestsOfTexts from './0038-digests-of-texts.ts';
import * as valueCounts from './0039-value-counts.ts';
import * as strayValues from './0040-stray-values.ts';
import * as sessionsByExpiry from './0041-sessions-by-expiry.ts';

/** The history of the schema, in order. Forward only; a merged migration is never edited. */
export const migrations: SchemaHistory = {
  '0001-core': core,
  '0002-catalog': catalog,
  '0003-carts': carts,
  '0004-orders': orders,
  '0005-operations': operations,
  '0006-flows': flows,
  '0007-entries': entries,
  '0008-orders-jobs-and-currencies-of-carts': ordersJobsAndCurrencies,
  '0010-field-values': fieldValues,
  '0020-staff': staff,
  '0021-search': search,
  '0022-notes': notes,
  '0023-searchable-fields': searchableFields,
  '0024-revisions': revisions,
  '0025-customers-in-the-audit-log': customersInAuditLog,
  '0026-tags': tags,
  '0027-log-list': logList,
  '0029-customer-list': customerList,
  '0031-rows-by-id': rowsById,
  '0032-emails-with-ids': emailsWithIds,
  '0033-order-counts-of-all': orderCountsOfAll,
  '0034-final-sigmas': finalSigmas,
  '0035-targets-in-the-index': targetsInTheIndex,
  '0036-defaults-in-the-index': defaultsInTheIndex,
  '0037-revisions-of-notes': revisionsOfNotes,
  '0038-digests-of-texts': digestsOfTexts,
  '0039-value-counts': valueCounts,
  '0040-stray-values': strayValues,
  '0041-sessions-by-expiry': sessionsByExpiry,
};
