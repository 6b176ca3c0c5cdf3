import type { Selectable } from 'kysely';
import { type RawBuilder, sql, storeStatement } from '../../platform/db/statement.ts';

/** How many customers have a tag, kept in the statement that gives or takes it; 0 until it is forgotten. */
interface CustomerTagsTable {
  store_id: string;
  /** The tag. */
  id: string;
  customers: number;
}

declare module '../../platform/db/schema.ts' {
  interface StoreTables {
    customer_tags: CustomerTagsTable;
  }
}

export type CustomerTagRow = Readonly<Selectable<CustomerTagsTable>>;

/**
 * For a `with` clause: counts tags. `changes` has rows of a `tag`, its `store_id` and how many customers more have it, `delta`.
 * The counters are changed in the order of their tags, so that changes at once wait for each other in that order.
 */
export const countTags = (changes: RawBuilder<unknown>): RawBuilder<unknown> => sql`
  insert into customer_tags (store_id, id, customers)
  select store_id, tag, sum(delta) from (${changes}) change
  group by store_id, tag having sum(delta) <> 0 order by tag
  on conflict (store_id, id) do update set customers = customer_tags.customers + excluded.customers`;

/** Tags that no customer has any more, at most so many. Answers how many. */
export const deleteUnusedTags = storeStatement<{ limit: number }>()(
  p => sql<{ deleted: number }>`
    with deleted as (
      delete from customer_tags where store_id = ${p.storeId} and customers = 0 and id = any(array(
        select id from customer_tags where store_id = ${p.storeId} and customers = 0 limit ${p.limit}))
      returning 1
    )
    select count(*)::int as deleted from deleted`,
);
