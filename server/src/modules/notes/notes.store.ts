import type { Generated, Selectable } from 'kysely';
import { type ExpectedTags, hasExpectedTag } from '../../platform/db/row-tags.ts';
import type { Timestamp } from '../../platform/db/schema.ts';
import { query, sql, storeStatement } from '../../platform/db/statement.ts';
import { deltaOf, type EntryParameters, nothing, writeEntry } from '../audit/audit-entries.store.ts';

interface NotesTable {
  store_id: string;
  customer_id: string;
  id: string;
  content: string;
  author: string;
  created_at: Timestamp;
  updated_at: Timestamp;
  /** Counts the changes. */
  revision: Generated<number>;
}

declare module '../../platform/db/schema.ts' {
  interface StoreTables {
    notes: NotesTable;
  }
}

export type NoteRow = Readonly<Selectable<NotesTable>>;

interface OneNote {
  customerId: string;
  id: string;
}

/** A page of a customer's notes, newest first, with their number on every row. No row: no such customer. */
export const selectNotePage = storeStatement<{ customerId: string; limit: number; offset: number }>()(
  p => sql<(NoteRow | { readonly [Column in keyof NoteRow]: null }) & { total: number }>`
    select page.*, counted.total from customers
    cross join lateral (
      select count(*)::int as total from notes where store_id = ${p.storeId} and customer_id = customers.id
    ) counted
    left join lateral (
      select * from notes where store_id = ${p.storeId} and customer_id = customers.id
      order by id desc limit ${p.limit} offset ${p.offset}
    ) page on true
    where customers.store_id = ${p.storeId} and customers.id = ${p.customerId}
    order by page.id desc`,
);

const one = (p: OneNote & { storeId: string }) =>
  sql<boolean>`store_id = ${p.storeId} and customer_id = ${p.customerId} and id = ${p.id}`;

export const selectNote = storeStatement<OneNote>()(p => query.selectFrom('notes').selectAll().where(one(p)));

/** What the audit log tells of a note. */
const imageOf = (row: 'before' | 'written') => sql`jsonb_build_object('content', ${sql.ref(`${row}.content`)})`;
const logged = (row: 'before' | 'written') =>
  ({ resource: { type: 'note', id: sql.ref(`${row}.id`) }, customerId: sql.ref(`${row}.customer_id`) }) as const;

/** No row: no such customer. */
export const insertNote = storeStatement<OneNote & EntryParameters & { content: string; author: string; now: Date }>()(
  p => sql<NoteRow>`
    with written as (
      insert into notes (store_id, customer_id, id, content, author, created_at, updated_at)
      select store_id, id, ${p.id}::uuid, ${p.content}, ${p.author}, ${p.now}::timestamptz, ${p.now}::timestamptz
      from customers where store_id = ${p.storeId} and id = ${p.customerId}
      for key share
      returning *
    ), logged as (
      ${writeEntry(p, {
        ...logged('written'),
        type: 'note.created',
        delta: deltaOf(nothing, imageOf('written')),
        from: sql`written`,
      })}
    )
    select * from written`,
);

/** No row: no such note, or not in an expected state. */
export const updateNote = storeStatement<
  OneNote & EntryParameters & { content: string; now: Date; tags: ExpectedTags }
>()(
  p => sql<NoteRow>`
    with before as (
      select * from notes where ${one(p)} and ${hasExpectedTag(p.tags)} for update
    ), written as (
      update notes set content = ${p.content}, updated_at = ${p.now}, revision = notes.revision + 1
      from before
      where notes.store_id = ${p.storeId} and notes.customer_id = before.customer_id and notes.id = before.id
      returning notes.*
    ), logged as (
      ${writeEntry(p, {
        ...logged('written'),
        type: 'note.updated',
        delta: deltaOf(imageOf('before'), imageOf('written')),
        from: sql`before cross join written`,
      })}
    )
    select * from written`,
);

/** No row: no such note, or not in an expected state. */
export const deleteNote = storeStatement<OneNote & EntryParameters & { tags: ExpectedTags }>()(
  p => sql<{ id: string }>`
    with before as (
      delete from notes where ${one(p)} and ${hasExpectedTag(p.tags)} returning *
    ), logged as (
      ${writeEntry(p, {
        ...logged('before'),
        type: 'note.deleted',
        delta: deltaOf(imageOf('before'), nothing),
        from: sql`before`,
      })}
    )
    select id from before`,
);
