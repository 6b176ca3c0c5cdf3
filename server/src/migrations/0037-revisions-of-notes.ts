import { type Kysely, sql } from 'kysely';

export const creates: string[] = [];

/** Counts the changes of a note: two people who rewrite one do not overwrite each other (docs/decisions/0065). */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table notes add column revision integer not null default 1`.execute(db);
}
