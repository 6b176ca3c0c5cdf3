import type { RawBuilder } from 'kysely';
import { NIL } from 'uuid';
import { sql, storeStatement } from '../../platform/db/statement.ts';

/** What a search finds of a customer: a line for each source (search-texts.ts), in no order. */
interface CustomerSearchTable {
  store_id: string;
  customer_id: string;
  search_text: string;
}

/** How far a pass has come that writes the rows of all customers: of those who are older, or were written past the table. */
interface CustomerSearchSweepsTable {
  store_id: string;
  pass: number;
  /** The last customer that it has seen. */
  after_id: string;
  starts_at: Date;
  is_done: boolean;
}

declare module '../../platform/db/schema.ts' {
  interface StoreTables {
    customer_search: CustomerSearchTable;
    customer_search_sweeps: CustomerSearchSweepsTable;
  }
}

/**
 * For a `with` clause: writes lines in the place of those that `replaced` matches, for each row of an earlier clause, which
 * has columns `store_id` and the customer's id. Changes of one customer at once wait for each other, and none undoes another:
 * each works on what the one before left.
 */
export const writeLines = (
  from: string,
  customerId: string,
  p: { readonly searchLines: unknown; readonly replacedLines: unknown },
): RawBuilder<unknown> => sql`
  insert into customer_search (store_id, customer_id, search_text)
  select store_id, ${sql.ref(customerId)}, ${p.searchLines}::text from ${sql.table(from)} where ${p.searchLines}::text <> ''
  on conflict (store_id, customer_id) do update set
    search_text = regexp_replace(customer_search.search_text, ${p.replacedLines}::text, '', 'g') || excluded.search_text
  where position(chr(10) || excluded.search_text in chr(10) || customer_search.search_text) = 0`;

/** For a `with` clause: removes lines, for each row of an earlier clause that has a column `customer_id`. */
export const deleteLines = (storeId: unknown, from: string, lines: unknown): RawBuilder<unknown> => sql`
  update customer_search set search_text = regexp_replace(customer_search.search_text, ${lines}::text, '', 'g')
  from ${sql.table(from)} gone
  where customer_search.store_id = ${storeId} and customer_search.customer_id = gone.customer_id`;

/** Writes the whole texts of customers. */
export const replaceTexts = storeStatement<{ ids: readonly string[]; texts: readonly string[] }>()(
  p => sql<object>`
    insert into customer_search (store_id, customer_id, search_text)
    select ${p.storeId}::uuid, written.id, written.text from unnest(${p.ids}::uuid[], ${p.texts}::text[]) as written (id, text)
    on conflict (store_id, customer_id) do update set search_text = excluded.search_text
    where customer_search.search_text <> excluded.search_text`,
);

/** So many passes there are in any case. */
export const plannedPasses = 2;

export const startSweep = storeStatement<{ pass: number; afterId: string; startsAt: Date }>()(
  p => sql<object>`
    insert into customer_search_sweeps (store_id, pass, after_id, starts_at)
    values (${p.storeId}, ${p.pass}, ${p.afterId}, ${p.startsAt}) on conflict do nothing`,
);

/** Starts a pass over all customers, beside those of `startSweep` and after them. */
export const startSweepAnew = storeStatement<{ now: Date }>()(
  p => sql<object>`
    insert into customer_search_sweeps (store_id, pass, after_id, starts_at)
    values (${p.storeId}, (
      select greatest(max(pass), ${sql.lit(plannedPasses)}) + 1 from customer_search_sweeps where store_id = ${p.storeId}
    ), ${NIL}, ${p.now})`,
);

/** The pass that is due, locked until the end of the transaction; no row when there is none, or another process is at it. */
export const lockSweep = storeStatement<{ now: Date }>()(
  p => sql<CustomerSearchSweepsTable>`
    select * from customer_search_sweeps
    where store_id = ${p.storeId} and not is_done and starts_at <= ${p.now}
    order by pass limit 1 for update skip locked`,
);

export const updateSweep = storeStatement<{ pass: number; afterId: string; isDone: boolean }>()(
  p => sql<object>`
    update customer_search_sweeps set after_id = ${p.afterId}, is_done = ${p.isDone}
    where store_id = ${p.storeId} and pass = ${p.pass}`,
);
