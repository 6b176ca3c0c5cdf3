import { type RawBuilder, sql, storeStatement } from '../../platform/db/statement.ts';
import { deltaOf, type EntryParameters, writeEntry } from '../audit/audit-entries.store.ts';
import { countTags } from './customer-tags.store.ts';

const asMember = (tags: RawBuilder<unknown>) => sql`jsonb_build_object('tags', nullif(to_jsonb(${tags}), '[]'))`;

/**
 * Gives tags to customers and takes others from them, but for those who would have more than `maxTags` by it. Answers each
 * that there is, and whether they were too many. `entryIds`: an id for the log entry of each.
 */
export const tagCustomers = storeStatement<
  EntryParameters & {
    ids: readonly string[];
    entryIds: readonly string[];
    add: readonly string[];
    remove: readonly string[];
    maxTags: number;
    now: Date;
  }
>()(
  p => sql<{ id: string; is_refused: boolean }>`
    with former as materialized (
      select id, tags as former_tags, array(
        select unnest(tags) as tag union select unnest(${p.add}::text[]) except select unnest(${p.remove}::text[]) order by tag
      ) as next_tags
      from customers where store_id = ${p.storeId} and id = any(${p.ids}::uuid[]) order by id for no key update
    ), judged as (
      select *, cardinality(next_tags) > greatest(${p.maxTags}::int, cardinality(former_tags)) as is_refused from former
    ), changed as (
      update customers set tags = next_tags, updated_at = ${p.now}, revision = revision + 1
      from judged
      where customers.store_id = ${p.storeId} and customers.id = judged.id and next_tags <> former_tags and not is_refused
      returning customers.store_id, customers.id, tags, former_tags
    ), tagged as (
      ${countTags(sql`
        select store_id, unnest(tags) as tag, 1 as delta from changed
        union all select store_id, unnest(former_tags), -1 from changed`)}
    ), logged as (
      ${writeEntry(p, {
        type: 'customer.updated',
        entryId: sql`entry_id`,
        resource: { type: 'customer', id: sql`id` },
        customerId: sql`id`,
        delta: deltaOf(asMember(sql`former_tags`), asMember(sql`tags`)),
        from: sql`changed join unnest(${p.ids}::uuid[], ${p.entryIds}::uuid[]) entry (of_customer, entry_id) on of_customer = id`,
      })}
    )
    select id, is_refused from judged`,
);
