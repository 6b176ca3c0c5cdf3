import { isUuid, newId } from '../../platform/text/uuid.ts';
import type { Context } from '../access/context.ts';
import type { NewSavedView, SavedViewPatch } from './saved-views.schema.ts';
import { deleteView, insertView, type SavedViewRow, selectViews, updateView } from './saved-views.store.ts';
import { staffErrors } from './staff.errors.ts';

/** So many views may a member of staff have in a store. */
const mostViews = 200;

/** The own views and those that others share, oldest first. */
export function listViews({ db, actor }: Context): Promise<SavedViewRow[]> {
  return db.all(selectViews, { staffId: actor.id });
}

/** Keeps a view. Throws 409 when there are too many. */
export async function saveView({ db, actor, now }: Context, input: NewSavedView): Promise<SavedViewRow> {
  const { page, name, state, is_shared: isShared = false } = input;
  const row = await db.first(insertView, {
    ...{ id: newId(now), staffId: actor.id, page, name, isShared, now },
    ...{ state: JSON.stringify(state), most: mostViews },
  });
  if (row === undefined) throw staffErrors.tooManyViews();
  return row;
}

/** Changes an own view. Throws 404 for any other. */
export async function changeView(
  { db, actor, now }: Context,
  id: string,
  { name, state, is_shared: isShared }: SavedViewPatch,
): Promise<SavedViewRow> {
  if (!isUuid(id)) throw staffErrors.viewNotFound();
  const row = await db.first(updateView, {
    ...{ id, staffId: actor.id, now },
    ...{ name: name ?? null, isShared: isShared ?? null },
    state: state === undefined ? null : JSON.stringify(state),
  });
  if (row === undefined) throw staffErrors.viewNotFound();
  return row;
}

/** Deletes an own view; an owner deletes shared ones of others, too. Throws 404. */
export async function removeView({ db, actor }: Context, id: string): Promise<void> {
  if (!isUuid(id)) throw staffErrors.viewNotFound();
  const deleted = await db.first(deleteView, {
    id,
    staffId: actor.id,
    mayDeleteShared: actor.type === 'staff' && actor.role === 'owner',
  });
  if (deleted === undefined) throw staffErrors.viewNotFound();
}
