import { createHash } from 'node:crypto';
import type { RawBuilder } from 'kysely';
import { sql, storeStatement } from '../../platform/db/statement.ts';

/** One row for each value that is not null, of whatever resource (design.md §3, "Rows"). */
interface CustomIndexTable {
  store_id: string;
  field_id: string;
  /** The id of the row that has the value. */
  entity_id: string;
  /** A string, as it is and folded for comparison. */
  text_value: string | null;
  text_key: string | null;
  /** What `textDigest` makes of `text_value`; the database computes it. */
  readonly text_digest: string | null;
  /** A number; 0 and 1 for booleans. */
  number_value: number | null;
  date_value: Date | null;
  /** The ids of all targets of a relationship. */
  target_ids: string[] | null;
  /** Whether the row of the entity has no value and shows the default, which this row holds. */
  is_default: boolean;
  /** What the last write of the row replaced. */
  replaced_number: number | null;
  replaced_date: Date | null;
  replaced_digest: string | null;
}

declare module '../../platform/db/schema.ts' {
  interface StoreTables {
    custom_index: CustomIndexTable;
  }
}

/** So many characters of a string carry its order; the index holds no more. */
export const indexedCharacters = 200;

/** By what a text is found: the first half of its SHA-256, as the column `text_digest` has it. */
export const textDigest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);

/** Rows of the index, a column each. */
export interface IndexRows {
  readonly fieldIds: readonly string[];
  readonly texts: readonly (string | null)[];
  readonly textKeys: readonly (string | null)[];
  readonly numbers: readonly (number | null)[];
  readonly dates: readonly (Date | null)[];
  /** JSON texts: lists of ids. */
  readonly targets: readonly (string | null)[];
}

type OfEntity = { readonly storeId: string; readonly id: string };

const unnested = (p: IndexRows) => sql`
  unnest(${p.fieldIds}::uuid[], ${p.texts}::text[], ${p.textKeys}::text[], ${p.numbers}::float8[], ${p.dates}::timestamptz[],
    ${p.targets}::text[]) as value (field_id, text_value, text_key, number_value, date_value, targets)`;

const always = sql<boolean>`true`;

/** For an upsert of rows of the index: keeps what it replaces, which `writeClauses` reads. */
export const keepReplaced = sql`
  replaced_number = custom_index.number_value, replaced_date = custom_index.date_value, replaced_digest = custom_index.text_digest`;

/** Clauses of a `with` of which the first writes rows of the index; the other tells of it, for the counts of values. */
export const writeClauses = (name: string, write: RawBuilder<unknown>) => sql`
  ${sql.ref(name)} as (
    ${write} returning custom_index.*
  ), ${sql.ref(`${name}_told`)} as (
    insert into value_changes (store_id, field_id, number_value, date_value, text_digest, change)
    select ${sql.ref(name)}.store_id, field_id, told.* from ${sql.table(name)} cross join lateral (values
      (number_value, date_value, text_digest, 1), (replaced_number, replaced_date, replaced_digest, -1)
    ) as told (number, date, digest, change)
    where num_nonnulls(told.number, told.date, told.digest) > 0
      and (number_value, date_value, text_digest) is distinct from (replaced_number, replaced_date, replaced_digest)
  )`;

/** The same for a deletion of rows of the index. */
export const deleteClauses = (name: string, removal: RawBuilder<unknown>) => sql`
  ${sql.ref(name)} as (
    ${removal} returning custom_index.*
  ), ${sql.ref(`${name}_told`)} as (
    insert into value_changes (store_id, field_id, number_value, date_value, text_digest, change)
    select store_id, field_id, number_value, date_value, text_digest, -1 from ${sql.table(name)}
    where num_nonnulls(number_value, date_value, text_digest) > 0
  )`;

/** Clauses of a `with`: `indexed` writes rows of the index, in the place of those that the entity has for these fields, if `when` holds. */
export const insertIndexRows = (p: OfEntity & IndexRows, when = always) =>
  writeClauses(
    'indexed',
    sql`
    insert into custom_index (store_id, field_id, entity_id, text_value, text_key, number_value, date_value, target_ids)
    select ${p.storeId}::uuid, value.field_id, ${p.id}::uuid, value.text_value, value.text_key, value.number_value, value.date_value,
      (select array_agg(target) from jsonb_array_elements_text(value.targets::jsonb) target)
    from ${unnested(p)} where ${when}
    on conflict (store_id, field_id, entity_id) do update set text_value = excluded.text_value,
      text_key = excluded.text_key, number_value = excluded.number_value, date_value = excluded.date_value, target_ids = excluded.target_ids,
      is_default = false, ${keepReplaced}`,
  );

/** Clauses of a `with`: `unindexed` removes the rows of these fields, if `when` holds. */
export const deleteIndexRows = (p: OfEntity & { readonly unset: readonly string[] }, when = always) =>
  deleteClauses(
    'unindexed',
    sql`
    delete from custom_index
    where store_id = ${p.storeId} and field_id = any(${p.unset}::uuid[]) and entity_id = ${p.id} and ${when}`,
  );

/** Makes writes of these values wait for each other until the end of the transaction, in the given order. */
export const lockValues = storeStatement<{ keys: readonly string[] }>()(
  p => sql<object>`
    select pg_advisory_xact_lock(hashtextextended('custom_index.' || ${p.storeId}::text || '.' || key, 0))
    from unnest(${p.keys}::text[]) as key`,
);

/** Which of these fields have the value in another entity. */
export const selectTakenFields = storeStatement<IndexRows & { id: string }>()(p => {
  // One look-up for each index: PostgreSQL 15 reads the whole field for alternatives in one condition.
  const isTaken = (condition: RawBuilder<boolean>) => sql<boolean>`exists (
    select from custom_index taken
    where taken.store_id = ${p.storeId} and taken.field_id = value.field_id and taken.entity_id <> ${p.id}::uuid
      and not taken.is_default
      and ${condition})`;
  const prefix = (row: string) => sql`left(${sql.ref(`${row}.text_key`)}, ${sql.lit(indexedCharacters)})`;
  return sql<{ field_id: string }>`
    select value.field_id from ${unnested(p)}
    where ${isTaken(sql`${prefix('taken')} = ${prefix('value')} and taken.text_value = value.text_value`)}
      or ${isTaken(sql`taken.number_value = value.number_value`)}
      or ${isTaken(sql`taken.date_value = value.date_value`)}`;
});

/** Whether an entity has more than so many targets of a relationship. Reads all of them: for when its rules change. */
export const hasMoreTargets = storeStatement<{ fieldId: string; count: number }>()(
  p => sql<object>`
    select from custom_index where store_id = ${p.storeId} and field_id = ${p.fieldId} and cardinality(target_ids) > ${p.count}
    limit 1`,
);

/** Whether two entities have the same value of a field. Reads all its values: for when a field becomes unique. */
export const hasDuplicates = storeStatement<{ fieldId: string }>()(
  p => sql<object>`
    select from custom_index where store_id = ${p.storeId} and field_id = ${p.fieldId} and not is_default
    group by text_value, number_value, date_value having count(*) > 1 limit 1`,
);
