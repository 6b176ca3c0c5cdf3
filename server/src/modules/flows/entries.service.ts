import { isDeepStrictEqual } from 'node:util';
import type { StoreDb, StoreTx } from '../../platform/db/database.ts';
import { anyShard } from '../../platform/db/totals.ts';
import { requireSameId } from '../../platform/http/validation.ts';
import type { RawQuery } from '../../platform/query/query-string.ts';
import { isUuid, newId } from '../../platform/text/uuid.ts';
import { accessErrors } from '../access/access.errors.ts';
import type { Context } from '../access/context.ts';
import { coreFlowOf, isCoreFlow } from './core-flows.ts';
import { type CustomValues, indexRowsOf, readValues, usedFields } from './custom-values.ts';
import { entriesOf, entryListing } from './entries.list.ts';
import type { EntryPatch, NewEntry, Target } from './entries.schema.ts';
import {
  deleteEntry,
  type EntryRow,
  entryTotal,
  insertEntry,
  lockEntry,
  selectEntry,
  updateEntry,
} from './entries.store.ts';
import { listWithFields } from './extended-resource.ts';
import { getFlowWithFields } from './fields.service.ts';
import { type FieldRow, holdFieldsOfFlow } from './fields.store.ts';
import { flowErrors } from './flows.errors.ts';
import { getFlow } from './flows.service.ts';
import { type FlowRow, holdFlow } from './flows.store.ts';
import {
  distinct,
  type Relationship,
  relationshipsOf,
  requireTargets,
  targetLimit,
  targetsOf,
  toStored,
  without,
} from './relationships.ts';
import { requireUnique } from './unique-values.ts';

/** A flow, and its fields in their order. */
export interface FlowWithFields {
  readonly flow: FlowRow;
  readonly fields: readonly FieldRow[];
}

/** A flow whose entries the caller may read. Throws 404 when there is none, 403 for personal data (reference: ambiguities.md, A15). */
async function getReadableFlow(ctx: Context, idOrSlug: string): Promise<FlowWithFields> {
  const found = await getFlowWithFields(ctx.db, idOrSlug);
  const isPersonal = coreFlowOf(found.flow.slug)?.isPersonal === true;
  if (isPersonal && ctx.role !== 'admin') throw accessErrors.notPermitted();
  return found;
}

/** A page of the entries of a flow. Throws 404 when there is no such flow, 400 for a query that is not valid. */
export async function listEntries(ctx: Context, idOrSlug: string, query: RawQuery) {
  const { flow, fields } = await getReadableFlow(ctx, idOrSlug);
  const { page, found } = await listWithFields(ctx, {
    ...{ listing: entryListing, flowSlug: flow.slug, fields: usedFields(flow, fields) },
    ...{ query, scope: entriesOf(flow.id) },
  });
  return { flow, fields, page, found: found ?? { rows: [], total: 0 } };
}

/** Throws 404 when the flow has no such entry. */
async function findEntry(db: StoreDb, select: typeof selectEntry, flow: FlowRow, id: string): Promise<EntryRow> {
  const row = isUuid(id) ? await db.first(select, { flowId: flow.id, id }) : undefined;
  if (row === undefined) throw flowErrors.entryNotFound();
  return row;
}

/** An entry with its flow. Throws 404 when there is none. */
export async function getEntry(
  ctx: Context,
  idOrSlug: string,
  id: string,
): Promise<FlowWithFields & { row: EntryRow }> {
  const found = await getReadableFlow(ctx, idOrSlug);
  return { ...found, row: await findEntry(ctx.db, selectEntry, found.flow, id) };
}

/** A flow whose fields stay as they are until the end of the transaction. Throws 404 when there is none. */
async function holdFlowWithFields(tx: StoreTx, idOrSlug: string): Promise<FlowWithFields> {
  const flow = await getFlow(tx, idOrSlug, holdFlow);
  return { flow, fields: await tx.all(holdFieldsOfFlow, { flowId: flow.id }) };
}

/** The fields whose values differ. */
const changedFields = (fields: readonly FieldRow[], before: CustomValues, after: CustomValues) =>
  fields.filter(field => !isDeepStrictEqual(before[field.id], after[field.id]));

/** Creates an entry of a flow that is a resource of its own. Throws 404 without the flow, 422 for values that do not fit. */
export function createEntry(
  ctx: Context,
  idOrSlug: string,
  body: NewEntry,
): Promise<FlowWithFields & { row: EntryRow }> {
  return ctx.db.inTransaction(async tx => {
    const found = await holdFlowWithFields(tx, idOrSlug);
    const { flow, fields } = found;
    if (isCoreFlow(flow.slug)) throw flowErrors.entryOfResource();
    const used = usedFields(flow, fields);
    const values = readValues(used, body, true);
    const id = newId(ctx.now);
    await requireUnique(tx, id, used, values);
    const row = await tx.first(insertEntry, {
      ...indexRowsOf(used, values),
      flowId: flow.id,
      id,
      customValues: JSON.stringify(values),
      now: ctx.now,
      total: entryTotal(flow.id),
      shard: anyShard(),
    });
    if (row === undefined) throw new Error('the entry was not stored');
    return { ...found, row };
  });
}

/** Changes an entry: keys not sent keep their value. `updated_at` moves only when something did. */
export function changeEntry(
  ctx: Context,
  idOrSlug: string,
  id: string,
  body: EntryPatch,
): Promise<FlowWithFields & { row: EntryRow }> {
  return ctx.db.inTransaction(async tx => {
    const found = await holdFlowWithFields(tx, idOrSlug);
    const { flow, fields } = found;
    const row = await findEntry(tx, lockEntry, flow, id);
    requireSameId(body.id, id);
    const used = usedFields(flow, fields);
    const values = { ...row.custom_values, ...readValues(used, body, false) };
    const changed = changedFields(used, row.custom_values, values);
    if (changed.length === 0) return { ...found, row };
    await requireUnique(tx, id, changed, values);
    const written = await tx.first(updateEntry, {
      ...indexRowsOf(changed, values),
      unset: changed.filter(field => values[field.id] === null).map(field => field.id),
      flowId: flow.id,
      id,
      customValues: JSON.stringify(values),
      now: ctx.now,
    });
    return { ...found, row: written ?? row };
  });
}

/** Deletes an entry with its values. Throws 404 when there is none. */
export function removeEntry(ctx: Context, idOrSlug: string, id: string): Promise<void> {
  return ctx.db.inTransaction(async tx => {
    const { flow, fields } = await holdFlowWithFields(tx, idOrSlug);
    await findEntry(tx, lockEntry, flow, id);
    await tx.first(deleteEntry, {
      flowId: flow.id,
      id,
      unset: fields.map(field => field.id),
      total: entryTotal(flow.id),
      shard: anyShard(),
    });
  });
}

/** What a request does to the targets of a relationship. */
export type TargetChange = 'add' | 'replace' | 'remove';

/**
 * Changes the targets of a relationship of an entry, and answers them as they are then. Adding to a one-to-one replaces;
 * removing without targets removes all (reference: flows.md, "Entries"). Throws 404 for an unknown flow, entry or field, 422
 * for targets that it cannot have.
 */
export function changeTargets(
  ctx: Context,
  path: { readonly flow: string; readonly entry: string; readonly field: string },
  change: TargetChange,
  sent: readonly Target[] | undefined,
): Promise<readonly Target[]> {
  return ctx.db.inTransaction(async tx => {
    const { flow, fields } = await holdFlowWithFields(tx, path.flow);
    const row = await findEntry(tx, lockEntry, flow, path.entry);
    const relationship = relationshipsOf(usedFields(flow, fields)).find(({ field }) => field.slug === path.field);
    if (relationship === undefined) throw flowErrors.fieldNotFound();
    const before = targetsOf(row.custom_values, relationship);
    const after = await targetsAfter(before, relationship);
    if (isDeepStrictEqual(after, before)) return after;
    const values = { ...row.custom_values, [relationship.field.id]: toStored(after, relationship) };
    await tx.first(updateEntry, {
      ...indexRowsOf([], {}),
      unset: [],
      flowId: flow.id,
      id: row.id,
      customValues: JSON.stringify(values),
      now: ctx.now,
    });
    return after;

    async function targetsAfter(before: readonly Target[], to: Relationship): Promise<readonly Target[]> {
      if (change === 'remove') {
        const removed = sent?.map(({ type, id }) => ({ type, id: isUuid(id.toLowerCase()) ? id.toLowerCase() : id }));
        return removed === undefined ? [] : without(before, removed);
      }
      const targets = distinct(await requireTargets(tx, to, sent ?? []));
      const all = change === 'add' && to.isToMany ? distinct([...before, ...targets]) : targets;
      if (all.length > targetLimit) throw flowErrors.tooManyTargets();
      return all;
    }
  });
}
