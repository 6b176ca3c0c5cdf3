import type { RawBuilder } from 'kysely';
import type { Bind } from './filter-plan.ts';
import { isOffset, type RowOrder } from './listing-order.ts';
import { sql } from './statement.ts';

interface Matching {
  /** What the rows of the table must meet. */
  readonly where: RawBuilder<unknown>;
  /** Whether that is no more than being of the store. */
  readonly isUnfiltered: boolean;
  readonly bind: Bind;
}

/** An order of matches, computed for a bounded number of them: by a rank, then newest first, as ids are made in the order of time. */
export interface Ranking {
  /** Rankings of the same shape have the same SQL. */
  readonly shape: string;
  readonly values: Readonly<Record<string, unknown>>;
  /** So many are listed. */
  readonly maxRows: number;
  /**
   * Ids of rows of the table with their `rank`, 0 to 9: all that match, or more than `maxRows`. Where fewer may be found without
   * being all, `is_cut` says so in each.
   */
  matches(options: Matching): RawBuilder<unknown>;
}

const by = sql`rank, id desc`;

/** The order of a ranking. */
export function rankedOrder(ranking: Ranking): RowOrder {
  return {
    shape: `ranked ${ranking.shape}`,
    isIndexed: false,
    startAfter: key => (key !== null && /^\d$/.test(key) ? 'after' : undefined),
    matched: { select: options => ranking.matches(options), maxRows: ranking.maxRows },
    by,
    key: sql<string>`rank::text`,
    rows: ({ table, start, bind }) => {
      const rank = sql`${bind('afterKey')}::text::int`;
      const place = isOffset(start)
        ? sql`true`
        : sql`(best.rank > ${rank} or (best.rank = ${rank} and best.id < ${bind('afterId')}::uuid))`;
      const offset = isOffset(start) ? sql`offset ${bind('offset')}` : sql``;
      return sql`
        select ${table}.*, best.rank from (
          select * from (select * from matched order by ${by} limit ${sql.lit(ranking.maxRows)}) best where ${place} order by ${by} limit ${bind('limit')} ${offset}
        ) best
        join ${table} on ${table}.store_id = ${bind('storeId')} and ${table}.id = best.id`;
    },
  };
}
