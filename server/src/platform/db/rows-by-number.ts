import type { RawBuilder } from 'kysely';
import type { Bind, Elsewhere } from './filter-plan.ts';
import { isOffset, joinRow, pastMany, type Start } from './listing-order.ts';
import { sql } from './statement.ts';

/** So many are read by their ids at the most. */
const few = 10_000;
/** To read a row by its id takes as long as to pass so many in an index. */
const passedMeanwhile = 30;
/** To look up a row takes as long as to keep so many ids in memory. */
const keptMeanwhile = 9;
/** The ids of so many are kept sooner than a sample is taken. */
const some = 4000;
/** The ids of more are never kept: 70 MB. */
const tooMany = 1_000_000;
/** The first so many rows of a page's order are tried. */
const tried = 2000;
/** One in so many of those is looked up: a prime, for values that come round with every tenth customer. */
const step = 11;

/**
 * The rows of a page of those whose ids another table has, in the cheapest of three ways, by their number, which is known by then
 * (`counted.listing_total` of `counted.listing_whole`):
 *
 * - few are read by their ids and put in order;
 * - some are looked for in the order of the page, with the ids of all at hand;
 * - of many, where a sample finds them near the start of the page, rows in its order are looked up one by one.
 *
 * PostgreSQL would have to guess the number, and may be wrong by a factor of ten; and it does not know that all of many may be far
 * from the start. Only one of the three is worked on.
 */
export function rowsByNumber(options: {
  readonly table: RawBuilder<unknown>;
  readonly within: RawBuilder<unknown>;
  readonly elsewhere: Elsewhere<[bind: Bind]>;
  /** The rows of a page of those that meet `where`, from the table, or what stands in its place. */
  readonly rows: (
    where: RawBuilder<unknown>,
    start: Start,
    bind: Bind,
    from?: RawBuilder<unknown>,
  ) => RawBuilder<unknown>;
  readonly start: Start;
  readonly bind: Bind;
}): RawBuilder<unknown> {
  const { table, within, elsewhere, rows, start, bind } = options;
  const total = sql`counted.listing_total`;
  const limit = sql`${bind('limit')}::float8`;
  const wanted = sql`(${limit} + ${bind('offset')}::float8)`;
  const areFew = sql`(${total} <= ${sql.lit(few)}
    and ${sql.lit(passedMeanwhile)} * ${total}::float8 ^ 2 <= ${wanted} * counted.listing_whole)`;
  const areMany = sql`(${total} > ${sql.lit(some)}
    and ${total}::float8 ^ 2 > ${sql.lit(keptMeanwhile)} * ${wanted} * counted.listing_whole)`;
  const areNear = sql`(${areMany} and (${sql.lit(step)} * sample.met >= ${limit} or ${total} > ${sql.lit(tooMany)}))`;
  const past = pastMany(start);
  const first = rows(sql`${areMany} and ${within}`, isOffset(start) ? 'offset' : start, name =>
    name === 'limit' ? sql.lit(tried) : bind(name),
  );
  // What is in a bracket of its own, or an array, is not made a join, whose order PostgreSQL would choose.
  const byId = sql`(
    select ${table}.* from unnest(array(select * from (${elsewhere.ids(bind)} limit ${sql.lit(few)}) matching)) matching_id
    ${joinRow({ table, within }, sql`matching_id`)} where ${areFew}
  ) ${table}`;
  return sql`
    select ${table}.* from (
      select count(case when place % ${sql.lit(step)} = 0 then ${elsewhere.isAmong(bind)} end) as met
      from (select id, row_number() over () as place from (${first}) first_rows) ${table} offset 0
    ) sample
    cross join lateral (
      (${rows(sql`${areFew} and ${within}`, start, bind, byId)})
      union all
      (${rows(sql`not ${areFew} and not ${areNear} and ${within} and (${table}.id in (select unnest(array(${elsewhere.ids(bind)})))) is true`, past, bind)})
      union all
      (${rows(sql`${areNear} and ${within} and ${elsewhere.isAmong(bind)}`, past, bind)})
    ) ${table}`;
}
