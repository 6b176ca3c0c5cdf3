import { isDeepStrictEqual } from 'node:util';
import type { StoreDb, StoreTx } from '../../platform/db/database.ts';
import type { Found } from '../../platform/db/listing.ts';
import { anyShard } from '../../platform/db/totals.ts';
import { requireSameId } from '../../platform/http/validation.ts';
import type { RawQuery } from '../../platform/query/query-string.ts';
import { isUuid, newId } from '../../platform/text/uuid.ts';
import { accessErrors } from '../access/access.errors.ts';
import type { Context } from '../access/context.ts';
import { coreFlowOf, isCoreFlow } from './core-flows.ts';
import { type CustomValues, indexRowsOf, readValues, StoredValue, usedFields } from './custom-values.ts';
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
import { type FlowWithFields, getFlowWithFields, type VersionedFlow } from './fields.service.ts';
import { type FieldRow, holdFieldsOfFlow, selectFieldsOfFlow } from './fields.store.ts';
import { flowErrors } from './flows.errors.ts';
import { getFlow } from './flows.service.ts';
import { type FlowRow, holdFlow } from './flows.store.ts';
import {
  type Relationship,
  relationshipsOf,
  type TargetsRequest,
  targetsAfter,
  targetsOf,
  toStored,
} from './relationships.ts';
import {
  changeResourceEntry,
  clearResourceEntry,
  type FieldWriters,
  getResourceEntry,
  listResourceEntries,
  writeResourceEntry,
} from './resource-entries.service.ts';
import type { ResourceRow } from './resource-rows.store.ts';
import { requireUnique } from './unique-values.ts';

/** An entry, as it is answered. */
export type FoundEntry = FlowWithFields & { readonly row: ResourceRow };

/** A flow whose entries the caller may read. Throws 404 when there is none, 403 for personal data (reference: ambiguities.md, A15). */
async function getReadableFlow(ctx: Context, idOrSlug: string): Promise<VersionedFlow> {
  // Also before it is looked up: whether a store has such a flow is nobody's business either.
  refusePersonal(ctx, idOrSlug);
  const found = await getFlowWithFields(ctx.db, idOrSlug);
  refusePersonal(ctx, found.flow.slug);
  return found;
}

function refusePersonal(ctx: Context, slug: string): void {
  if (coreFlowOf(slug)?.isPersonal === true && ctx.role !== 'admin') throw accessErrors.notPermitted();
}

/** Fields that change while a page is read make it be read again, so often at most. */
const mostAttempts = 5;

/** A page of the entries of a flow. Throws 404 when there is no such flow, 400 for a query that is not valid. */
export async function listEntries(ctx: Context, idOrSlug: string, query: RawQuery) {
  for (let attempt = 1; ; attempt += 1) {
    const asked = await getReadableFlow(ctx, idOrSlug);
    const { flow, fields, version } = asked;
    const { page, found } =
      (await listResourceEntries(ctx, asked, query)) ??
      (await listWithFields(ctx, {
        ...{ listing: entryListing, flowSlug: flow.slug, fields: usedFields(flow, fields) },
        ...{ query, scope: entriesOf(flow.id) },
      }));
    // Fields that have changed between the two may say of other rows that they show a default.
    if (found !== undefined && found.version !== version && attempt < mostAttempts) continue;
    const none: Found<ResourceRow> = { rows: [], total: 0 };
    return { flow, fields, page, found: found ?? none };
  }
}

/** Throws 404 when the flow has no such entry. */
async function findEntry(db: StoreDb, select: typeof selectEntry, flow: FlowRow, entryId: string): Promise<EntryRow> {
  const id = entryId.toLowerCase();
  const row = isUuid(id) ? await db.first(select, { flowId: flow.id, id }) : undefined;
  if (row === undefined) throw flowErrors.entryNotFound();
  return row;
}

/** An entry with its flow. Throws 404 when there is none. */
export async function getEntry(ctx: Context, idOrSlug: string, entryId: string): Promise<FoundEntry> {
  const found = await getReadableFlow(ctx, idOrSlug);
  const row = isCoreFlow(found.flow.slug)
    ? await getResourceEntry(ctx, found.flow, entryId)
    : await findEntry(ctx.db, selectEntry, found.flow, entryId);
  return { ...found, row };
}

/** The flow that extends a resource, with its fields; undefined for one that is a resource of its own. Throws 404 when there is none. */
async function findCoreFlow(db: StoreDb, idOrSlug: string): Promise<FlowWithFields | undefined> {
  const flow = await getFlow(db, idOrSlug);
  return isCoreFlow(flow.slug) ? { flow, fields: await db.all(selectFieldsOfFlow, { flowId: flow.id }) } : undefined;
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
export function createEntry(ctx: Context, idOrSlug: string, body: NewEntry): Promise<FoundEntry> {
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
export async function changeEntry(
  ctx: Context,
  writers: FieldWriters,
  idOrSlug: string,
  entryId: string,
  body: EntryPatch,
): Promise<FoundEntry> {
  const core = await findCoreFlow(ctx.db, idOrSlug);
  if (core !== undefined) return { ...core, row: await changeResourceEntry(ctx, writers, core, entryId, body) };
  return ctx.db.inTransaction(async tx => {
    const found = await holdFlowWithFields(tx, idOrSlug);
    const { flow, fields } = found;
    const row = await findEntry(tx, lockEntry, flow, entryId);
    const { id } = row;
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

/** Deletes an entry with its values; of a resource the values alone. Throws 404 when there is none. */
export async function removeEntry(
  ctx: Context,
  writers: FieldWriters,
  idOrSlug: string,
  entryId: string,
): Promise<void> {
  const core = await findCoreFlow(ctx.db, idOrSlug);
  if (core !== undefined) return clearResourceEntry(ctx, writers, core, entryId);
  await ctx.db.inTransaction(async tx => {
    const { flow, fields } = await holdFlowWithFields(tx, idOrSlug);
    const { id } = await findEntry(tx, lockEntry, flow, entryId);
    await tx.first(deleteEntry, {
      flowId: flow.id,
      id,
      unset: fields.map(field => field.id),
      total: entryTotal(flow.id),
      shard: anyShard(),
    });
  });
}

/** A relationship field, by its slug. Throws 404 when there is none. */
function getRelationship({ flow, fields }: FlowWithFields, slug: string): Relationship {
  const found = relationshipsOf(usedFields(flow, fields)).find(({ field }) => field.slug === slug);
  if (found === undefined) throw flowErrors.fieldNotFound();
  return found;
}

/**
 * Changes the targets of a relationship of an entry, and answers them as they are then. Throws 404 for an unknown flow, entry
 * or field, 422 for targets that it cannot have.
 */
export async function changeTargets(
  ctx: Context,
  writers: FieldWriters,
  path: { readonly flow: string; readonly entry: string; readonly field: string },
  change: TargetsRequest,
): Promise<readonly Target[]> {
  const core = await findCoreFlow(ctx.db, path.flow);
  if (core === undefined) return ctx.db.inTransaction(tx => changeTargetsOfEntry({ ...ctx, db: tx }, path, change));
  const row = await getResourceEntry(ctx, core.flow, path.entry);
  let after: readonly Target[] = [];
  await writeResourceEntry(ctx, writers, core.flow, row, async (tx, values) => {
    const relationship = getRelationship(await holdFlowWithFields(tx, core.flow.id), path.field);
    after = await targetsAfter({ db: tx, now: ctx.now }, relationship, targetsOf(values, relationship), change);
    return { [path.field]: new StoredValue(toStored(after, relationship)) };
  });
  return after;
}

async function changeTargetsOfEntry(
  { db: tx, now }: { readonly db: StoreTx; readonly now: Date },
  path: { readonly flow: string; readonly entry: string; readonly field: string },
  change: TargetsRequest,
): Promise<readonly Target[]> {
  const found = await holdFlowWithFields(tx, path.flow);
  const row = await findEntry(tx, lockEntry, found.flow, path.entry);
  const relationship = getRelationship(found, path.field);
  const before = targetsOf(row.custom_values, relationship);
  const after = await targetsAfter({ db: tx, now }, relationship, before, change);
  if (isDeepStrictEqual(after, before)) return after;
  const values = { ...row.custom_values, [relationship.field.id]: toStored(after, relationship) };
  await tx.first(updateEntry, {
    ...indexRowsOf([relationship.field], values),
    unset: after.length === 0 ? [relationship.field.id] : [],
    flowId: found.flow.id,
    id: row.id,
    customValues: JSON.stringify(values),
    now,
  });
  return after;
}
