import { type Kysely, sql } from 'kysely';

export const creates = [];

/** Whether a search for customers looks at the values of a field. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table fields add column is_searchable boolean not null default false`.execute(db);
}
