import { NIL } from 'uuid';
import { ApiError, type ErrorEntry, failedMember, throwAny, validationError } from '../../platform/errors.ts';
import { wordings } from '../../platform/http/validation-errors.ts';
import { parseCursor, printCursor } from '../../platform/query/cursor.ts';
import type { FilterClause, FilterOperator } from '../../platform/query/filter.ts';
import { parseFilter } from '../../platform/query/filter-parameter.ts';
import { pageErrors } from '../../platform/query/page.ts';
import { isUuid, newId } from '../../platform/text/uuid.ts';
import type { Context } from '../access/context.ts';
import { entryParameters } from '../audit/audit.service.ts';
import { extendedResource } from '../flows/extended-resource.ts';
import { customerErrors } from './customers.errors.ts';
import { allCustomers, customerListing } from './customers.list.ts';
import { maxTags } from './customers.schema.ts';
import { removeCustomer } from './customers.service.ts';
import { type BulkTagging, type BulkTargets, bulkSize } from './customers-bulk.schema.ts';
import { tagCustomers } from './customers-bulk.store.ts';
import { foldTag } from './tags.ts';

const customers = extendedResource('customers');

/** What was done with some customers, and what could not be. */
export interface BulkResult {
  readonly ids: readonly string[];
  readonly errors: readonly ErrorEntry[];
  /** To go on with; null when there is nobody left. */
  readonly cursor: string | null;
}

interface Targets {
  readonly ids: readonly string[];
  readonly cursor: string | null;
}

const clause = (operator: FilterOperator, attribute: string, text: string): FilterClause => ({
  operator,
  attribute,
  values: [{ text, segments: [text], quoted: true }],
});

/** The next customers that a filter finds, of those who were there at the first request. */
async function findTargets(ctx: Context, filter: string, cursor: string | undefined): Promise<Targets> {
  const boundTo = ['bulk', filter];
  const place = cursor === undefined ? { key: String(ctx.now.getTime()), id: NIL } : parseCursor(boundTo, cursor);
  if (place === undefined || !isUuid(place.id) || !/^\d{1,15}$/.test(place.key ?? '')) throw pageErrors.cursor();
  const { key, id } = place;
  const clauses = [...parseFilter(filter), clause('le', 'created_at', key ?? ''), clause('gt', 'id', id)];
  const { batches } = await customers.batches(ctx.db, customerListing, {
    filter: clauses,
    scope: allCustomers,
    size: bulkSize,
  });
  for await (const rows of batches) {
    const last = rows.length < bulkSize ? undefined : rows.at(-1);
    return { ids: rows.map(row => row.id), cursor: last ? (printCursor(boundTo, { key, id: last.id }) ?? null) : null };
  }
  return { ids: [], cursor: null };
}

function targetsOf(ctx: Context, { customer_ids, filter, cursor }: BulkTargets): Targets | Promise<Targets> {
  if (customer_ids === undefined) {
    if (filter === undefined) throw validationError('data.customer_ids', wordings.required('data.customer_ids'));
    return findTargets(ctx, filter, cursor);
  }
  if (filter !== undefined) throw validationError('data.filter', wordings.selected('data.filter'));
  return { ids: [...new Set(customer_ids.map(id => id.toLowerCase()))], cursor: null };
}

const about = (customerId: string, entry: ErrorEntry): ErrorEntry => ({ ...entry, meta: { customer_id: customerId } });

/** Where single customers were named and nothing could be done with any, the answer is the error. */
function finish(targets: BulkTargets, result: BulkResult): BulkResult {
  if (targets.customer_ids !== undefined && result.ids.length === 0) throwAny(result.errors);
  return result;
}

/** Deletes customers, each as if they were the only one. Throws when none of those that are named can be. */
export async function removeCustomers(ctx: Context, targets: BulkTargets): Promise<BulkResult> {
  const { ids, cursor } = await targetsOf(ctx, targets);
  const removed: string[] = [];
  const errors: ErrorEntry[] = [];
  for (const id of ids) {
    try {
      await removeCustomer(ctx, id, null);
      removed.push(id);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      errors.push(about(id, error.entry));
    }
  }
  return finish(targets, { ids: removed, errors, cursor });
}

const tooManyTags = failedMember('data.add_tags', wordings.maxItems('data.tags', maxTags));

/** Gives customers tags and takes others from them, in one statement. Throws when it can be done with none of those that are named. */
export async function tagCustomersTogether(ctx: Context, input: BulkTagging): Promise<BulkResult> {
  const [add, remove] = [input.add_tags ?? [], input.remove_tags ?? []].map(tags => tags.map(foldTag));
  if (add?.length === 0 && remove?.length === 0)
    throw validationError('data.add_tags', wordings.required('data.add_tags'));
  const { ids, cursor } = await targetsOf(ctx, input);
  const known = ids.filter(isUuid);
  const rows = await ctx.db.all(tagCustomers, {
    ...entryParameters(ctx),
    ids: known,
    entryIds: known.map(() => newId(ctx.now)),
    add: add ?? [],
    remove: remove ?? [],
    maxTags,
    now: ctx.now,
  });
  const refusals = new Map(rows.map(row => [row.id, row.is_refused]));
  const errors = ids
    .filter(id => refusals.get(id) !== false)
    .map(id => about(id, refusals.has(id) ? tooManyTags : customerErrors.notFound().entry));
  return finish(input, { ids: ids.filter(id => refusals.get(id) === false), errors, cursor });
}
