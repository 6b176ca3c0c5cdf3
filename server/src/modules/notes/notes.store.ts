import type { Generated, Selectable } from 'kysely';
import { type ExpectedTags, hasExpectedTag } from '../../platform/db/row-tags.ts';
import type { Timestamp } from '../../platform/db/schema.ts';
import { query, sql, storeStatement } from '../../platform/db/statement.ts';

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

/** No row: no such customer. */
export const insertNote = storeStatement<OneNote & { content: string; author: string; now: Date }>()(
  p => sql<NoteRow>`
    insert into notes (store_id, customer_id, id, content, author, created_at, updated_at)
    select store_id, id, ${p.id}::uuid, ${p.content}, ${p.author}, ${p.now}::timestamptz, ${p.now}::timestamptz
    from customers where store_id = ${p.storeId} and id = ${p.customerId}
    for key share
    returning *`,
);

/** No row: no such note, or not in an expected state. */
export const updateNote = storeStatement<OneNote & { content: string; now: Date; tags: ExpectedTags }>()(
  p => sql<NoteRow>`
    update notes set content = ${p.content}, updated_at = ${p.now}, revision = revision + 1
    where ${one(p)} and ${hasExpectedTag(p.tags)} returning *`,
);

/** No row: no such note, or not in an expected state. */
export const deleteNote = storeStatement<OneNote & { tags: ExpectedTags }>()(
  p => sql<{ id: string }>`delete from notes where ${one(p)} and ${hasExpectedTag(p.tags)} returning id`,
);
