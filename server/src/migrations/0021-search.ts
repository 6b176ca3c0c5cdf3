import { type Kysely, sql } from 'kysely';

export const creates = ['customer_search', 'customer_search_sweeps'];

/**
 * What a search finds of customers: one row each with their own folded texts and those of their addresses. Beside
 * `customers`, so that an address does not write that row and its indexes. The planner chooses by the words that are sought
 * whether it reads the index or the newest rows, so its statistics are finer than usual. The rows of customers who are older
 * are written in the background, as far as `customer_search_sweeps` says.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table customer_search (
      store_id uuid not null,
      customer_id uuid not null,
      search_text text collate "C" not null,
      primary key (store_id, customer_id),
      constraint customer_search_customer_fkey foreign key (store_id, customer_id)
        references customers (store_id, id) on delete cascade
    );
    alter table customer_search alter column search_text set statistics 1000;
    create index customer_search_text_idx on customer_search using gin (store_id, search_text gin_trgm_ops);

    create table customer_search_sweeps (
      store_id uuid not null,
      pass smallint not null,
      after_id uuid not null,
      starts_at timestamptz not null,
      is_done boolean not null default false,
      primary key (store_id, pass)
    );
  `.execute(db);
}
