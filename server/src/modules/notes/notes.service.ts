import type { ExpectedTags } from '../../platform/db/row-tags.ts';
import { commonErrors } from '../../platform/errors.ts';
import { requireSameId } from '../../platform/http/validation.ts';
import type { Extent, Page } from '../../platform/query/page.ts';
import { isUuid, newId } from '../../platform/text/uuid.ts';
import type { Context } from '../access/context.ts';
import { entryParameters } from '../audit/audit.service.ts';
import { customerErrors } from '../customers/customers.errors.ts';
import { noteErrors } from './notes.errors.ts';
import type { NewNote, NotePatch } from './notes.schema.ts';
import { deleteNote, insertNote, type NoteRow, selectNote, selectNotePage, updateNote } from './notes.store.ts';

export type { NoteRow } from './notes.store.ts';

/** Which note. Throws 404 for what can be none. */
function oneNote(customerId: string, id: string): { customerId: string; id: string } {
  if (!isUuid(customerId) || !isUuid(id)) throw noteErrors.notFound();
  return { customerId, id };
}

/** A page of the notes about a customer, newest first. Throws 404 for an unknown customer. */
export async function listNotes(
  ctx: Context,
  customerId: string,
  page: Page,
): Promise<Extent & { readonly rows: NoteRow[] }> {
  if (!isUuid(customerId)) throw customerErrors.notFound();
  const rows = await ctx.db.all(selectNotePage, { customerId, ...page });
  const [first] = rows;
  if (first === undefined) throw customerErrors.notFound();
  return { rows: rows.filter((row): row is NoteRow & { total: number } => row.id !== null), total: first.total };
}

/** A note. Throws 404 for an unknown one and for one about another customer alike. */
export async function getNote(ctx: Context, customerId: string, id: string): Promise<NoteRow> {
  const row = await ctx.db.first(selectNote, oneNote(customerId, id));
  if (row === undefined) throw noteErrors.notFound();
  return row;
}

/** Writes a note, signed with the name of the key or the member of staff. Throws 404 for an unknown customer. */
export async function addNote(ctx: Context, customerId: string, { content }: NewNote): Promise<NoteRow> {
  const row = isUuid(customerId)
    ? await ctx.db.first(insertNote, {
        ...entryParameters(ctx),
        ...{ customerId, id: newId(ctx.now), content, author: ctx.actor.name, now: ctx.now },
      })
    : undefined;
  if (row === undefined) throw customerErrors.notFound();
  return row;
}

/** Why a note was not written: 404, or 412 for one that is in no expected state. */
async function refusalOf(ctx: Context, customerId: string, id: string, tags: ExpectedTags): Promise<Error> {
  if (tags !== null) await getNote(ctx, customerId, id);
  return tags === null ? noteErrors.notFound() : commonErrors.preconditionFailed();
}

/** Gives a note another text; its author stays. Throws 404, and 412 when it is in no expected state. */
export async function changeNote(
  ctx: Context,
  customerId: string,
  id: string,
  patch: NotePatch,
  tags: ExpectedTags,
): Promise<NoteRow> {
  requireSameId(patch.id, id);
  const { content } = patch;
  const row = await ctx.db.first(updateNote, {
    ...entryParameters(ctx),
    ...oneNote(customerId, id),
    ...{ content, tags, now: ctx.now },
  });
  if (row === undefined) throw await refusalOf(ctx, customerId, id, tags);
  return row;
}

/** Deletes a note. Throws 404, and 412 when it is in no expected state. */
export async function removeNote(ctx: Context, customerId: string, id: string, tags: ExpectedTags): Promise<void> {
  const deleted = await ctx.db.first(deleteNote, { ...entryParameters(ctx), ...oneNote(customerId, id), tags });
  if (deleted === undefined) throw await refusalOf(ctx, customerId, id, tags);
}
