import { isDeepStrictEqual } from 'node:util';
import type { StoreDb } from '../../platform/db/database.ts';
import { violatedConstraint } from '../../platform/db/pool.ts';
import type { StoreStatement } from '../../platform/db/statement.ts';
import { validationError } from '../../platform/errors.ts';
import { requireSameId } from '../../platform/http/validation.ts';
import { wordings } from '../../platform/http/validation-errors.ts';
import { isUuid, newId } from '../../platform/text/uuid.ts';
import type { Context } from '../access/context.ts';
import { isCoreFlow } from './core-flows.ts';
import { forgetIndexedDefaults } from './default-rows.store.ts';
import { changeDefinitions, logDefinition } from './definitions.ts';
import { followFlow } from './fields.store.ts';
import { flowErrors } from './flows.errors.ts';
import type { FlowPatch, NewFlow } from './flows.schema.ts';
import {
  deleteFlow,
  type FlowKey,
  type FlowRow,
  type FlowValues,
  flowSlugConstraint,
  insertFlow,
  lockFlow,
  lockFlowToDelete,
  selectFlow,
  selectFlows,
  updateFlow,
} from './flows.store.ts';
import { hasSearchedFields, renewSearch } from './searched-fields.ts';
import { isFlowSlugFree, isSlug } from './slugs.ts';

/** Every flow of the store, oldest first. */
export function listFlows(db: StoreDb): Promise<FlowRow[]> {
  return db.all(selectFlows, {});
}

/** A flow by its id or its slug, read by `select`. Throws 404 when there is none. */
export function getFlow(db: StoreDb, idOrSlug: string): Promise<FlowRow>;
export function getFlow<Row extends FlowRow>(
  db: StoreDb,
  idOrSlug: string,
  select: StoreStatement<FlowKey, Row>,
): Promise<Row>;
export async function getFlow(
  db: StoreDb,
  idOrSlug: string,
  select: StoreStatement<FlowKey, FlowRow> = selectFlow,
): Promise<FlowRow> {
  const id = idOrSlug.toLowerCase();
  const row = isSlug(idOrSlug) ? await db.first(select, { id: isUuid(id) ? id : null, slug: idOrSlug }) : undefined;
  if (row === undefined) throw flowErrors.notFound();
  return row;
}

function requireFreeSlug(slug: string): void {
  if (!isFlowSlugFree(slug)) throw validationError('data.slug', wordings.selected('data.slug'));
}

async function mapTaken<T>(write: Promise<T>): Promise<T> {
  try {
    return await write;
  } catch (error) {
    if (violatedConstraint(error) === flowSlugConstraint) throw flowErrors.slugTaken();
    throw error;
  }
}

/** Creates a flow. Throws 422 for a slug that none may have, 409 for one that is taken. */
export async function createFlow(ctx: Context, { type: _, enabled, ...values }: NewFlow): Promise<FlowRow> {
  requireFreeSlug(values.slug);
  const row = { ...values, is_enabled: enabled, id: newId(ctx.now), now: ctx.now };
  return mapTaken(
    changeDefinitions(ctx, async tx => {
      const created = await tx.first(insertFlow, row);
      if (created === undefined) throw new Error('the flow was not stored');
      await logDefinition(tx, ctx, 'flow.created', created.id, {}, { ...values, is_enabled: enabled });
      return created;
    }),
  );
}

/** What a flow extends cannot be changed, in either direction: its entries would be of another kind. */
function requireSameKind(before: string, after: string): void {
  if (before === after) return;
  if (isCoreFlow(before)) throw validationError('data.slug', wordings.constant('data.slug', before));
  if (isCoreFlow(after)) throw validationError('data.slug', wordings.selected('data.slug'));
  requireFreeSlug(after);
}

/**
 * Changes a flow: keys not sent keep their value. `updated_at` moves only when something did. Relationships that point to it
 * follow it to another slug.
 */
export async function changeFlow(ctx: Context, id: string, patch: FlowPatch): Promise<FlowRow> {
  if (!isUuid(id)) throw flowErrors.notFound();
  requireSameId(patch.id, id);
  return mapTaken(
    changeDefinitions(ctx, async tx => {
      const row = await tx.first(lockFlow, { id });
      if (row === undefined) throw flowErrors.notFound();
      const { name, slug, description, is_enabled } = row;
      const before: FlowValues = { name, slug, description, is_enabled };
      const values: FlowValues = {
        name: patch.name ?? name,
        slug: patch.slug ?? slug,
        description: patch.description ?? description,
        is_enabled: patch.enabled ?? is_enabled,
      };
      requireSameKind(slug, values.slug);
      if (isDeepStrictEqual(values, before)) return row;
      if (values.is_enabled !== is_enabled) {
        await tx.all(forgetIndexedDefaults, { flowId: id });
        if (await hasSearchedFields(tx, row.id)) await renewSearch(tx);
      }
      if (values.slug !== slug) await tx.all(followFlow, { from: slug, to: values.slug, now: ctx.now });
      await logDefinition(tx, ctx, 'flow.updated', id, before, values);
      return (await tx.first(updateFlow, { ...values, id, now: ctx.now })) ?? row;
    }),
  );
}

/**
 * Deletes a flow with its fields, also one that extends a resource (reference: ambiguities.md, A21). Entries and values are
 * gone with the next request, and removed in the background. Throws 404 when there is none.
 */
export async function removeFlow(ctx: Context, id: string): Promise<void> {
  if (!isUuid(id)) throw flowErrors.notFound();
  await changeDefinitions(ctx, async tx => {
    // Locked first, so that nobody gives it a field meanwhile.
    const row = await tx.first(lockFlowToDelete, { id });
    if (row === undefined) throw flowErrors.notFound();
    await logDefinition(tx, ctx, 'flow.deleted', id, { name: row.name, slug: row.slug }, {});
    const isSearched = await hasSearchedFields(tx, id);
    await tx.first(deleteFlow, { id, now: ctx.now });
    if (isSearched) await renewSearch(tx);
  });
}
