import type { Selectable } from 'kysely';
import type { Timestamp } from '../../platform/db/schema.ts';
import { query, sql, storeStatement } from '../../platform/db/statement.ts';
import type { FieldRule } from './field-values.ts';
import type { FieldType } from './fields.schema.ts';

interface FieldsTable {
  store_id: string;
  id: string;
  flow_id: string;
  name: string;
  slug: string;
  field_type: FieldType;
  description: string;
  is_required: boolean;
  is_unique: boolean;
  default_value: unknown;
  is_enabled: boolean;
  position: number | null;
  omits_null: boolean;
  is_searchable: boolean;
  validation_rules: readonly FieldRule[];
  /** Whether the index may have rows for resources that show the default (docs/decisions/0041-values-of-fields-and-their-index.md). */
  has_default_rows: boolean;
  /** The default of which the index has all those rows; null while it may lack some. */
  indexed_default: unknown;
  created_at: Timestamp;
  updated_at: Timestamp;
}

declare module '../../platform/db/schema.ts' {
  interface StoreTables {
    fields: FieldsTable;
  }
}

export type FieldRow = Readonly<Selectable<FieldsTable>>;

/** What of a field can be changed. */
export type FieldValues = Omit<
  FieldRow,
  'store_id' | 'id' | 'flow_id' | 'field_type' | 'has_default_rows' | 'indexed_default' | 'created_at' | 'updated_at'
>;

export const fieldSlugConstraint = 'fields_slug_key';

/** Every field of the store, oldest first. */
export const selectFields = storeStatement<object>()(p =>
  query.selectFrom('fields').selectAll().where('store_id', '=', p.storeId).orderBy('created_at').orderBy('id'),
);

/** The fields of a flow in their order (reference: flows.md, "Field"). */
export const selectFieldsOfFlow = storeStatement<{ flowId: string }>()(
  p => sql<FieldRow>`
    select * from fields where store_id = ${p.storeId} and flow_id = ${p.flowId}
    order by position nulls last, created_at, id`,
);

export const countFieldsOfFlow = storeStatement<{ flowId: string }>()(
  p => sql<{ count: number }>`
    select count(*)::int as count from fields where store_id = ${p.storeId} and flow_id = ${p.flowId}`,
);

export const selectField = storeStatement<{ id: string }>()(p =>
  query.selectFrom('fields').selectAll().where('store_id', '=', p.storeId).where('id', '=', p.id),
);

/** A field with the slug of its flow, locked until the end of the transaction. */
export const lockField = storeStatement<{ id: string }>()(
  p => sql<FieldRow & { flow_slug: string }>`
    select fields.*, flows.slug as flow_slug from fields
    join flows on flows.store_id = ${p.storeId} and flows.id = fields.flow_id
    where fields.store_id = ${p.storeId} and fields.id = ${p.id} for update of fields`,
);

/** `default_value` and `validation_rules` as JSON text. */
export type FieldColumns = Omit<FieldValues, 'default_value' | 'validation_rules'> & {
  readonly default_value: string | null;
  readonly validation_rules: string;
};

const columns = sql.raw(
  'name, slug, description, is_required, is_unique, default_value, is_enabled, position, omits_null, is_searchable, validation_rules',
);
const valuesOf = (p: FieldColumns) => sql`${p.name}::text, ${p.slug}::text, ${p.description}::text,
  ${p.is_required}::boolean, ${p.is_unique}::boolean, ${p.default_value}::text::jsonb, ${p.is_enabled}::boolean,
  ${p.position}::integer, ${p.omits_null}::boolean, ${p.is_searchable}::boolean,
  ${p.validation_rules}::text::jsonb`;

export const insertField = storeStatement<
  FieldColumns & { id: string; flowId: string; fieldType: FieldType; now: Date }
>()(
  p => sql<FieldRow>`
    insert into fields (store_id, id, flow_id, field_type, created_at, updated_at, ${columns})
    values (${p.storeId}, ${p.id}, ${p.flowId}, ${p.fieldType}, ${p.now}, ${p.now}, ${valuesOf(p)})
    returning *`,
);

/** What is created while a field is disabled lacks its default. */
export const updateField = storeStatement<FieldColumns & { id: string; now: Date }>()(
  p => sql<FieldRow>`
    update fields set (updated_at, ${columns}) = row(${p.now}::timestamptz, ${valuesOf(p)}),
      indexed_default = case when is_enabled = ${p.is_enabled}::boolean then indexed_default end
    where store_id = ${p.storeId} and id = ${p.id}
    returning *`,
);

/** The fields of a flow in their order, which stay as they are until the end of the transaction. */
export const holdFieldsOfFlow = storeStatement<{ flowId: string }>()(
  p => sql<FieldRow>`
    select * from fields where store_id = ${p.storeId} and flow_id = ${p.flowId}
    order by position nulls last, created_at, id for share`,
);

/**
 * Deletes a field and notes that its values are to be removed. Its flow is locked first, as whoever deletes the flow does:
 * each of the two notes what the other deletes.
 */
export const deleteField = storeStatement<{ id: string; now: Date }>()(
  p => sql<Pick<FieldRow, 'name' | 'slug' | 'is_searchable' | 'is_enabled'>>`
    with flow as (
      select id, slug from flows where store_id = ${p.storeId}
        and id = (select flow_id from fields where store_id = ${p.storeId} and id = ${p.id}) for no key update
    ), deleted as (
      delete from fields using flow
      where fields.store_id = ${p.storeId} and fields.id = ${p.id} and fields.flow_id = flow.id
      returning fields.*, flow.slug as flow_slug
    ), noted as (
      insert into purges (store_id, id, kind, flow_id, flow_slug, created_at)
      select store_id, id, 'field', flow_id, flow_slug, ${p.now}::timestamptz from deleted
    )
    select name, slug, is_searchable, is_enabled from deleted`,
);

/** Lets relationships that point to a flow follow it to its new slug. */
export const followFlow = storeStatement<{ from: string; to: string; now: Date }>()(
  p => sql<object>`
    update fields set updated_at = ${p.now}, validation_rules = (
      select jsonb_agg(
        case when rule ->> 'to' = ${p.from}::text then jsonb_set(rule, '{to}', to_jsonb(${p.to}::text)) else rule end
        order by place)
      from jsonb_array_elements(validation_rules) with ordinality as each (rule, place))
    where store_id = ${p.storeId} and field_type = 'relationship'
      and validation_rules @> jsonb_build_array(jsonb_build_object('to', ${p.from}::text))`,
);
