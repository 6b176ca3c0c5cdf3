import type { RawBuilder } from 'kysely';
import type { Timestamp } from '../../platform/db/schema.ts';
import { globalStatement, sql, storeStatement } from '../../platform/db/statement.ts';
import type { FieldType } from './fields.schema.ts';

/**
 * How many rows of the index have which values of a field: for ranges that do not overlap, in ascending order, as of one
 * moment. Only of values of which many have one; no ranges where a field has few.
 */
interface ValueCountsTable {
  store_id: string;
  field_id: string;
  /** All rows with a value at that moment. */
  row_count: number;
  counted_at: Timestamp;
  number_from: number[] | null;
  number_to: number[] | null;
  date_from: Date[] | null;
  date_to: Date[] | null;
  digest_from: string[] | null;
  digest_to: string[] | null;
  /** The rows in each range. */
  row_counts: number[];
}

/** What was added to the index (1) or removed from it (-1) since its values were counted. */
interface ValueChangesTable {
  store_id: string;
  field_id: string;
  id: string;
  number_value: number | null;
  date_value: Date | null;
  text_digest: string | null;
  change: 1 | -1;
}

declare module '../../platform/db/schema.ts' {
  interface StoreTables {
    value_counts: ValueCountsTable;
    value_changes: ValueChangesTable;
  }
}

/** Where the values of a type stand: the column of the index, and those of the bounds of their ranges. */
export interface CountedColumn {
  readonly type: 'float8' | 'timestamptz' | 'uuid';
  readonly column: 'number_value' | 'date_value' | 'text_digest';
  readonly from: 'number_from' | 'date_from' | 'digest_from';
  readonly to: 'number_to' | 'date_to' | 'digest_to';
}

const numbers: CountedColumn = { type: 'float8', column: 'number_value', from: 'number_from', to: 'number_to' };

const dates: CountedColumn = { type: 'timestamptz', column: 'date_value', from: 'date_from', to: 'date_to' };
const texts: CountedColumn = { type: 'uuid', column: 'text_digest', from: 'digest_from', to: 'digest_to' };

/** Of the types whose values are counted. */
export const countedColumns: Readonly<Partial<Record<FieldType, CountedColumn>>> = {
  integer: numbers,
  float: numbers,
  boolean: numbers,
  date: dates,
  string: texts,
};

/** When the values of a field are counted, and how finely. */
export interface CountingLimits {
  /** A field of fewer rows has no ranges: it is counted as it is asked for. */
  readonly manyRows: number;
  /** So many ranges, and at most as many again for common values: what a filter cuts of two of them is read row by row. */
  readonly ranges: number;
  /** So many changes of a field, or a hundredth of its rows, are added up with its counts before it is counted anew. */
  readonly fewChanges: number;
}

/** Fields of the index whose values were never counted since `since`, or have changed much afterwards. */
export const selectFieldsToCount = storeStatement<
  Pick<CountingLimits, 'fewChanges'> & { types: readonly string[]; since: Date }
>()(
  p => sql<{ id: string; field_type: FieldType }>`
    select fields.id, fields.field_type from fields
    left join value_counts on value_counts.store_id = ${p.storeId} and value_counts.field_id = fields.id
    left join (
      select field_id, count(*) as changes from value_changes where store_id = ${p.storeId} group by field_id
    ) changed on changed.field_id = fields.id
    where fields.store_id = ${p.storeId} and fields.field_type = any(${p.types}::text[])
      and (value_counts.field_id is null or value_counts.counted_at < ${p.since}
        or changed.changes > greatest(${p.fewChanges}::bigint, value_counts.row_count / 100))
    order by fields.id`,
);

/** Keeps others from counting the field, until the transaction ends, which may take a minute. */
export const lockCounts = storeStatement<{ fieldId: string }>()(
  p => sql<object>`
    select pg_advisory_xact_lock(hashtextextended('value_counts.' || ${p.storeId}::text || '.' || ${p.fieldId}::text, 0)),
      set_config('statement_timeout', '60s', true)`,
);

/**
 * Counts the values of a field, as of the moment at which the statement begins: what had been told of by then is forgotten, what
 * is told of later comes on top. A value that many have is a range of its own. Of digests, which have no order that
 * anybody asks for, only such are kept.
 */
const countValues = ({ column, from, to }: CountedColumn, onlyCommon: boolean) =>
  storeStatement<Omit<CountingLimits, 'fewChanges'> & { fieldId: string; now: Date }>({ isPatient: true })(p => {
    const value = sql.ref(column);
    return sql<object>`
      with forgotten as (
        delete from value_changes where store_id = ${p.storeId} and field_id = ${p.fieldId}
      ), each as (
        select ${value} as value, count(*)::int as rows from custom_index
        where store_id = ${p.storeId} and field_id = ${p.fieldId} and ${value} is not null group by ${value}
      ), placed as (
        select value, rows, sum(rows) over (order by value) - rows as before, sum(rows) over () as total from each
      ), sized as (
        select value, rows, before, ceil(total::numeric / ${p.ranges}::integer) as size from placed where total >= ${p.manyRows}::bigint
      ), ranges as (
        select (array_agg(value order by value))[1] as low, (array_agg(value order by value desc))[1] as high, sum(rows)::bigint as rows
        from sized ${onlyCommon ? sql`where rows >= size` : sql``}
        group by floor(before / size), case when rows >= size then value end
      )
      insert into value_counts (store_id, field_id, row_count, counted_at, ${sql.ref(from)}, ${sql.ref(to)}, row_counts)
      select ${p.storeId}, ${p.fieldId}, coalesce((select sum(rows) from each), 0), ${p.now}::timestamptz, array_agg(low order by low),
        array_agg(high order by low), coalesce(array_agg(rows order by low), '{}')
      from ranges
      on conflict (store_id, field_id) do update set row_count = excluded.row_count, counted_at = excluded.counted_at, ${sql.ref(from)} = excluded.${sql.ref(from)},
        ${sql.ref(to)} = excluded.${sql.ref(to)}, row_counts = excluded.row_counts`;
  });

/** Statements that count the values of a field, by where they stand. */
export const countStatements = {
  number_value: countValues(numbers, false),
  date_value: countValues(dates, false),
  text_digest: countValues(texts, true),
};

/** Forgets the counts of a field, or of all for null. */
export const forgetCounts = storeStatement<{ fieldId: string | null }>()(p => {
  const isMeant = sql`store_id = ${p.storeId} and field_id = coalesce(${p.fieldId}::uuid, field_id)`;
  return sql<object>`
    with forgotten as (delete from value_counts where ${isMeant}) delete from value_changes where ${isMeant}`;
});

/** Whether a program of that name is connected. */
export const selectProcess = globalStatement<{ name: string }>()(
  p => sql<object>`
    select from pg_stat_activity where datname = current_database() and application_name = ${p.name} limit 1`,
);

/**
 * The number of rows of the index of a field that meet conditions on one column of `custom_index`, as of the statement that asks:
 * ranges that were counted and meet them as a whole, what has changed in those since, and what lies in none of them, row by row.
 * What meets them at both ends of a range meets them in it, so that the values of an `in` are looked for one by one.
 */
export function countOf(options: {
  readonly storeId: unknown;
  readonly fieldId: unknown;
  readonly counted: CountedColumn;
  readonly condition: RawBuilder<boolean>;
  /** Those of an `in`, if the condition is one. */
  readonly values: unknown;
}): RawBuilder<number> {
  const { storeId, fieldId, counted, condition, values } = options;
  const value = sql.ref(counted.column);
  const ofField = sql`store_id = ${storeId} and field_id = ${fieldId}`;
  const rows = (where: RawBuilder<unknown>) => sql`(select count(*) from custom_index where ${ofField} and ${where})`;
  const changes = (where: RawBuilder<unknown>) =>
    sql`(select coalesce(sum(change), 0) from value_changes where ${ofField} and ${where})`;
  const ranges = sql`value_counts, unnest(${sql.ref(counted.from)}, ${sql.ref(counted.to)}, row_counts) as range (low, high, rows)
    where ${ofField}`;
  if (values !== undefined) {
    const given = sql`unnest(${values}::${sql.raw(counted.type)}[])`;
    return sql<number>`
      select (whole.rows + ${changes(sql`${value} = any(whole.each)`)}
        + ${rows(sql`${value} = any(array(select given from ${given} given where given <> all(whole.each)))`)})::int
      from (
        select coalesce(sum(range.rows), 0) as rows, coalesce(array_agg(range.low), '{}') as each
        from ${ranges} and range.low = range.high and range.low in (select ${given})
      ) whole`;
  }
  const infinity = (sign: '' | '-') => sql`${sql.lit(`${sign}infinity`)}::${sql.raw(counted.type)}`;
  // Of digests a filter asks for one alone. Bounded on both sides: of one bound alone PostgreSQL expects a third of all rows.
  const edges =
    counted.type === 'uuid'
      ? sql``
      : sql`
    + ${rows(sql`${condition} and ${value} >= ${infinity('-')} and ${value} < whole.low`)}
    + ${rows(sql`${condition} and ${value} > whole.high and ${value} <= ${infinity('')}`)}`;
  return sql<number>`
    select (case when whole.rows is null then ${rows(condition)}
      else whole.rows + ${changes(sql`${value} between whole.low and whole.high`)} ${edges}
      end)::int
    from (
      select sum(range.rows) as rows, (array_agg(range.low order by range.low))[1] as low,
        (array_agg(range.high order by range.high desc))[1] as high
      from ${ranges} and (
        select bool_and(${condition}) from (values (range.low), (range.high)) custom_index (${value}))
    ) whole`;
}
