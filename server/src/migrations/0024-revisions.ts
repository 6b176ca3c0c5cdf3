import { type Kysely, sql } from 'kysely';

export const creates: string[] = [];

/** Counts the changes of a row, so that two within a millisecond differ. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table customers add column revision integer not null default 1;
    alter table addresses add column revision integer not null default 1;
  `.execute(db);
}
