import type { TObject } from 'typebox';
import { showValues, usedFields } from './custom-values.ts';
import type { Entry } from './entries.schema.ts';
import type { Attributes, Field } from './fields.schema.ts';
import type { FlowWithFields } from './fields.service.ts';
import type { FieldRow } from './fields.store.ts';
import type { Flow } from './flows.schema.ts';
import type { FlowRow } from './flows.store.ts';
import { showRelationships } from './relationships.ts';
import type { ResourceRow } from './resource-rows.store.ts';

/** A flow as the contract shows it (reference: flows.md, "Flow"). */
export function toFlow(row: FlowRow, baseUrl: string): Flow {
  return {
    id: row.id,
    type: 'flow',
    name: row.name,
    slug: row.slug,
    description: row.description,
    enabled: row.is_enabled,
    links: { self: `${baseUrl}/v2/flows/${row.id}` },
    relationships: {},
    meta: { timestamps: { created_at: row.created_at, updated_at: row.updated_at } },
  };
}

/** A field as the contract shows it (reference: flows.md, "Field"). */
export function toField(row: FieldRow, baseUrl: string): Field {
  return {
    id: row.id,
    type: 'field',
    name: row.name,
    slug: row.slug,
    field_type: row.field_type,
    description: row.description,
    required: row.is_required,
    unique: row.is_unique,
    default: row.default_value,
    enabled: row.is_enabled,
    order: row.position,
    omit_null: row.omits_null,
    searchable: row.is_searchable,
    validation_rules: [...row.validation_rules],
    relationships: { flow: { data: { type: 'flow', id: row.flow_id } } },
    links: { self: `${baseUrl}/v2/flows/${row.flow_id}/fields/${row.id}` },
    meta: { timestamps: { created_at: row.created_at, updated_at: row.updated_at } },
  };
}

const toAttribute = (field: FieldRow): Attributes['data'][number] => ({
  label: field.name,
  value: field.slug,
  type: field.field_type,
  required: field.is_required,
  validation_rules: [...field.validation_rules],
});

/** What a flow adds, for dashboards: the fields that are shown and accepted (reference: customers.md, "Attributes"). */
export function toAttributes(flow: FlowRow, fields: readonly FieldRow[]): Attributes {
  return { data: usedFields(flow, fields).map(toAttribute), meta: { entity: flow.slug, version: '1' } };
}

/** The same of a resource of the contract: what a body may set of its own, by its schema, then these fields. */
export function toResourceAttributes(flowSlug: string, body: TObject, fields: readonly FieldRow[]): Attributes {
  const required = new Set(body.required);
  const own = Object.entries(body.properties).map(([name, schema]) => ({
    label: `${name.charAt(0).toUpperCase()}${name.slice(1).replaceAll('_', ' ')}`,
    value: name,
    type: typeNameOf(schema),
    required: required.has(name),
  }));
  return {
    data: [...own.filter(({ value }) => value !== 'type' && value !== 'id'), ...fields.map(toAttribute)],
    meta: { entity: flowSlug, version: '1' },
  };
}

/** The type of a member in JSON; the first, where it may have several. */
function typeNameOf(schema: { readonly type?: unknown; readonly anyOf?: unknown }): string {
  const [first] = [schema.type ?? schema.anyOf].flat() as (string | object)[];
  return typeof first === 'object' ? typeNameOf(first) : (first ?? 'string');
}

/** An entry as the contract shows it, of a flow or of a resource (reference: flows.md, "Entries"). */
export function toEntry({ flow, fields, row }: FlowWithFields & { row: ResourceRow }, baseUrl: string): Entry {
  const used = usedFields(flow, fields);
  const values = row.custom_values ?? {};
  const relationships = showRelationships(used, values);
  return {
    id: row.id,
    type: 'entry',
    ...showValues(used, values),
    ...(relationships && { relationships }),
    links: { self: `${baseUrl}/v2/flows/${flow.slug}/entries/${encodeURIComponent(row.id)}` },
    meta: { timestamps: { created_at: row.created_at, updated_at: row.updated_at } },
  };
}
