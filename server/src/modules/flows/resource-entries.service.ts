import type { StoreTx } from '../../platform/db/database.ts';
import { requireSameId } from '../../platform/http/validation.ts';
import type { RawQuery } from '../../platform/query/query-string.ts';
import { isStorable } from '../../platform/text/storable.ts';
import { isUuid } from '../../platform/text/uuid.ts';
import type { Context } from '../access/context.ts';
import { coreFlowOf } from './core-flows.ts';
import { type CustomValues, StoredValue, usedFields } from './custom-values.ts';
import type { EntryPatch } from './entries.schema.ts';
import { listWithFields } from './extended-resource.ts';
import type { FlowWithFields } from './fields.service.ts';
import { flowErrors } from './flows.errors.ts';
import type { FlowRow } from './flows.store.ts';
import { type ResourceRow, type RowKey, resourceRows, type Viewer } from './resource-rows.store.ts';

/** Makes of the values that a row has what is to be written of its fields: by their slugs, as a body has them. */
export type FieldsOf = (tx: StoreTx, values: CustomValues) => object | Promise<object>;

/** Locks a row of a resource, and writes fields of it as its module writes them, with all that follows from it. */
export type WriteFields = (ctx: Context, key: RowKey, fieldsOf: FieldsOf) => Promise<unknown>;

/** By the slug of the flow that extends the resource. */
export type FieldWriters = ReadonlyMap<string, WriteFields>;

const viewerOf = ({ role, now }: Context): Viewer => ({ now, isPublic: role !== 'admin' });

/** A page of the rows of a resource as entries; undefined when there is no such resource. Throws 400 for a query that is not valid. */
export async function listResourceEntries(ctx: Context, { flow, fields }: FlowWithFields, query: RawQuery) {
  const rows = resourceRows.get(flow.slug);
  if (rows === undefined) return undefined;
  const isIndexed = coreFlowOf(flow.slug)?.rows?.isUnindexed !== true;
  return listWithFields(ctx, {
    ...{ listing: rows.listing, flowSlug: flow.slug, fields: isIndexed ? usedFields(flow, fields) : [] },
    ...{ query, scope: rows.scope(viewerOf(ctx)) },
  });
}

/** A row of a resource. Throws 404 when there is none. */
export async function getResourceEntry(ctx: Context, flow: FlowRow, entryId: string): Promise<ResourceRow & RowKey> {
  const rows = resourceRows.get(flow.slug);
  const isText = rows?.idType === 'text';
  const id = isText ? entryId : entryId.toLowerCase();
  const isId = isText ? isStorable(id) : isUuid(id);
  const row = rows && isId ? await ctx.db.first(rows.select, { id, ...viewerOf(ctx) }) : undefined;
  if (row === undefined) throw flowErrors.entryNotFound();
  return row;
}

/** Writes fields of a row. Throws 404 when it is there no more. */
export async function writeResourceEntry(
  ctx: Context,
  writers: FieldWriters,
  flow: FlowRow,
  row: RowKey,
  fieldsOf: FieldsOf,
): Promise<void> {
  const write = writers.get(flow.slug);
  if (write === undefined) throw new Error(`nothing writes the fields of ${flow.slug}`);
  await write(ctx, row, fieldsOf);
}

/** Changes the fields that a body has, and nothing else of the resource. Throws 404, and 422 for values that do not fit. */
export async function changeResourceEntry(
  ctx: Context,
  writers: FieldWriters,
  { flow, fields }: FlowWithFields,
  entryId: string,
  body: EntryPatch & Readonly<Record<string, unknown>>,
): Promise<ResourceRow> {
  const row = await getResourceEntry(ctx, flow, entryId);
  requireSameId(body.id, row.id);
  const slugs = usedFields(flow, fields).map(({ slug }) => slug);
  const sent = Object.fromEntries(slugs.filter(slug => Object.hasOwn(body, slug)).map(slug => [slug, body[slug]]));
  await writeResourceEntry(ctx, writers, flow, row, () => sent);
  return getResourceEntry(ctx, flow, row.id);
}

/** Gives each field what it has in a new row. Throws 404. */
export async function clearResourceEntry(
  ctx: Context,
  writers: FieldWriters,
  { flow, fields }: FlowWithFields,
  entryId: string,
): Promise<void> {
  const cleared = usedFields(flow, fields).map(({ slug, default_value }) => [slug, new StoredValue(default_value)]);
  const row = await getResourceEntry(ctx, flow, entryId);
  await writeResourceEntry(ctx, writers, flow, row, () => Object.fromEntries(cleared));
}
