import { type Kysely, sql } from 'kysely';

export const creates = ['customer_tags'];

/**
 * Tags of customers, folded and in order, with the row; and how many customers have each. The index knows only customers with
 * tags: a store without pays nothing.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table customers add column tags text[] collate "C" not null default '{}';
    create index customers_tags_idx on customers using gin (store_id, tags) where tags <> '{}';

    create table customer_tags (
      store_id uuid not null,
      id text collate "C" not null,
      customers bigint not null,
      primary key (store_id, id)
    );
  `.execute(db);
}
