import type { RawBuilder } from 'kysely';
import { type StoreStatement, sql, storeStatement } from '../../platform/db/statement.ts';
import { valuedRows } from './core-flows.ts';
import { deleteClauses, deleteIndexRows, type IndexRows, insertIndexRows } from './custom-index.store.ts';

/** Pieces of SQL for the statements of resources that flows extend. */

/** The version of the store's flows and fields; null while it has had none. */
export const fieldVersion = (storeId: unknown) =>
  sql<string | null>`(select version from field_versions where field_versions.store_id = ${storeId})`;

/** What a row that is read must say beside its columns. */
export interface Versioned {
  readonly field_version: string | null;
}

/** Values to be written with a row. */
export interface ValueParameters extends IndexRows {
  /** JSON text: the values by the id of their field, without those that stay as they are. */
  readonly customValues: string;
  /** By which definitions they were read. */
  readonly fieldVersion: string | null;
  /** The fields among them that are null. */
  readonly unset: readonly string[];
}

type Stored = { readonly storeId: string; readonly id: string };

/** Values of a row by the slugs of their fields. */
export const valuesBySlug = (storeId: unknown) => sql`coalesce((
  select jsonb_object_agg(fields.slug, value.value) from jsonb_each(custom_values) value
  join fields on fields.store_id = ${storeId} and fields.id = value.key::uuid
), '{}')`;

/** Values of a row after those of the parameters were written over them. */
export const valuesAfter = (p: { readonly customValues: string }) =>
  sql`custom_values || ${p.customValues}::text::jsonb`;

/** The parts of a statement that writes a row with values. */
interface ValueParts {
  /** True while flows and fields are what they were when the values were read: to be asked before anything is written. */
  isCurrent(p: Stored & ValueParameters): RawBuilder<boolean>;
  /** For the end of a `with` clause: writes the index where the clause `written` has a row. */
  index(p: Stored & ValueParameters, written: string): RawBuilder<unknown>;
}

/** The same for rows that are not indexed, of which no field is unique. */
export const isCurrent = (p: Pick<Stored, 'storeId'> & Pick<ValueParameters, 'fieldVersion'>) =>
  sql<boolean>`${fieldVersion(p.storeId)} is not distinct from ${p.fieldVersion}::uuid`;

const withoutValues: ValueParts = {
  isCurrent,
  index: () => sql``,
};

const withValues: ValueParts = {
  // A field that becomes unique meanwhile waits, or is waited for and then seen; no other change of fields waits.
  isCurrent: p => sql<boolean>`(
    select version from field_versions where field_versions.store_id = ${p.storeId} for key share
  ) is not distinct from ${p.fieldVersion}::uuid`,
  index: (p, written) => {
    const isWritten = sql<boolean>`exists (select from ${sql.table(written)})`;
    return sql`, ${insertIndexRows(p, isWritten)}, ${deleteIndexRows(p, isWritten)}`;
  },
};

/** A statement that writes a row: as most requests need it, and with values of fields. */
export interface ValueStatement<P, R> {
  readonly plain: StoreStatement<P, R>;
  readonly withValues: StoreStatement<P, R>;
}

export function valueStatement<P, R>(build: (values: ValueParts) => StoreStatement<P, R>): ValueStatement<P, R> {
  return { plain: build(withoutValues), withValues: build(withValues) };
}

/** Statements that lock rows of a resource until the end of the transaction, by the slug of the flow that extends it. */
export const rowLocks: ReadonlyMap<string, StoreStatement<{ ids: readonly string[] }, object>> = new Map(
  [...valuedRows].flatMap(([slug, { table, isUnindexed }]) => {
    if (isUnindexed) return [];
    const lock = storeStatement<{ ids: readonly string[] }>()(
      p => sql<object>`
        select from ${sql.table(table)} where store_id = ${p.storeId} and id = any(${p.ids}::uuid[]) order by id for no key update`,
    );
    return [[slug, lock] as const];
  }),
);

/** Clauses of a `with`, of this name: removes the rows of the index of rows that are deleted, which the caller has locked; `rows` has their ids and values. */
export const unindexRows = (storeId: unknown, name: string, rows: RawBuilder<unknown>) =>
  deleteClauses(
    name,
    sql`
    delete from custom_index using (
      select gone.id, field_id::uuid from ${rows} gone cross join lateral jsonb_object_keys(gone.custom_values) field_id
      union
      select gone.id, fields.id from ${rows} gone join fields on fields.store_id = ${storeId} and fields.has_default_rows
    ) value
    where custom_index.store_id = ${storeId} and custom_index.field_id = value.field_id and custom_index.entity_id = value.id`,
  );

/** The values of a row that loses all: null for the fields of the flow that have a default, so that it does not show that. */
export const noValues = (storeId: unknown, flowSlug: string) => sql`coalesce((
  select jsonb_object_agg(fields.id, null) from flows join fields on fields.store_id = ${storeId} and fields.flow_id = flows.id
  where flows.store_id = ${storeId} and flows.slug = ${sql.lit(flowSlug)} and fields.default_value is not null
), '{}')`;

/** Clauses of a `with`, of this name: removes the rows of the index of rows that lose all values of the fields of a flow, locked as well; `ids` gives their ids. */
export const unindexFlow = (storeId: unknown, name: string, flowSlug: string, ids: RawBuilder<unknown>) =>
  deleteClauses(
    name,
    sql`
    delete from custom_index
    where store_id = ${storeId} and entity_id in (${ids}) and field_id in (
      select fields.id from flows join fields on fields.store_id = ${storeId} and fields.flow_id = flows.id
      where flows.store_id = ${storeId} and flows.slug = ${sql.lit(flowSlug)})`,
  );
