import { type ErrorEntry, failedMember, throwAny } from '../../platform/errors.ts';
import { maxFaults, wordings } from '../../platform/http/validation-errors.ts';
import { foldCase } from '../../platform/text/fold.ts';
import type { IndexRows } from './custom-index.store.ts';
import type { Target } from './entries.schema.ts';
import { findValueFault, timeOfDate } from './field-values.ts';
import type { FieldRow } from './fields.store.ts';
import type { FlowRow } from './flows.store.ts';

/** Values by the id of their field; a field that came later has none. */
export type CustomValues = Readonly<Record<string, unknown>>;

/** The fields that are shown and accepted (reference: flows.md, "Flow", "Field"). */
export function usedFields(flow: FlowRow, fields: readonly FieldRow[]): FieldRow[] {
  return flow.is_enabled ? fields.filter(field => field.is_enabled) : [];
}

/** A value that the server gives a field, where a body would have one: it is taken as it is, also for a relationship. */
export class StoredValue {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }
}

const isValueField = (field: FieldRow) => field.field_type !== 'relationship';

function findFault(field: FieldRow, value: unknown): string | undefined {
  const path = `data.${field.slug}`;
  if (value === null) return field.is_required ? wordings.required(path) : undefined;
  return findValueFault(field, value, path);
}

/** What a body says of a field: undefined for what is to stay as it is. */
function readValue(field: FieldRow, body: Readonly<Record<string, unknown>>, isNew: boolean): unknown {
  const sent = Object.hasOwn(body, field.slug) ? body[field.slug] : undefined;
  return sent === undefined && isNew ? field.default_value : sent;
}

/**
 * The values that a body sets, by the id of their field; a new resource gets the defaults of what is not sent. Throws 422
 * with an entry for each value that does not fit its field.
 */
export function readValues(
  fields: readonly FieldRow[],
  body: Readonly<Record<string, unknown>>,
  isNew: boolean,
): CustomValues {
  const values: Record<string, unknown> = {};
  const faults: ErrorEntry[] = [];
  for (const field of fields) {
    const value = readValue(field, body, isNew);
    if (value instanceof StoredValue) values[field.id] = value.value;
    if (value === undefined || value instanceof StoredValue || !isValueField(field)) continue;
    const fault = findFault(field, value);
    if (fault === undefined) values[field.id] = value;
    else faults.push(failedMember(`data.${field.slug}`, fault));
  }
  throwAny(faults.slice(0, maxFaults));
  return values;
}

/**
 * The values of a new row that is made of another resource's: those of fields with the same slug, where they have one that fits, else
 * the defaults. `shown`: what the fields of the other show.
 */
export function copyValues(fields: readonly FieldRow[], shown: Readonly<Record<string, unknown>>): CustomValues {
  const copied = (field: FieldRow) => {
    const value = Object.hasOwn(shown, field.slug) ? (shown[field.slug] ?? null) : null;
    return value === null || findFault(field, value) !== undefined ? field.default_value : value;
  };
  return Object.fromEntries(fields.filter(isValueField).map(field => [field.id, copied(field)]));
}

/** The slugs of the values that resources show. */
export const slugsOf = (fields: readonly FieldRow[]): string[] => fields.filter(isValueField).map(field => field.slug);

const nothing: Readonly<Record<string, unknown>> = {};

/** Values as a resource shows them: by slug, with the default for a field that is newer than the resource. */
export function showValues(fields: readonly FieldRow[], values: CustomValues): Readonly<Record<string, unknown>> {
  if (fields.length === 0) return nothing;
  const shown = fields.filter(isValueField).map(field => {
    const value = Object.hasOwn(values, field.id) ? values[field.id] : field.default_value;
    return [field, value] as const;
  });
  return Object.fromEntries(
    shown.filter(([field, value]) => value !== null || !field.omits_null).map(([field, value]) => [field.slug, value]),
  );
}

/** The ids of what a relationship points to. */
const idsOf = (targets: unknown): string[] => [targets as Target | Target[]].flat().map(({ id }) => id);

/** The rows of the index for the values of these fields that are not null. */
export function indexRowsOf(fields: readonly FieldRow[], values: CustomValues): IndexRows {
  const indexed = fields.filter(field => (values[field.id] ?? null) !== null);
  const textOf = (field: FieldRow) => (field.field_type === 'string' ? String(values[field.id]) : null);
  const isNumber = ({ field_type }: FieldRow) => ['integer', 'float', 'boolean'].includes(field_type);
  return {
    fieldIds: indexed.map(field => field.id),
    texts: indexed.map(textOf),
    textKeys: indexed.map(field => {
      const text = textOf(field);
      return text === null ? null : foldCase(text);
    }),
    numbers: indexed.map(field => (isNumber(field) ? Number(values[field.id]) : null)),
    dates: indexed.map(field => (field.field_type === 'date' ? (timeOfDate(String(values[field.id])) ?? null) : null)),
    targets: indexed.map(field => (isValueField(field) ? null : JSON.stringify(idsOf(values[field.id])))),
  };
}
