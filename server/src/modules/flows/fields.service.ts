import { isDeepStrictEqual } from 'node:util';
import type { StoreDb, StoreTx } from '../../platform/db/database.ts';
import { violatedConstraint } from '../../platform/db/pool.ts';
import { validationError } from '../../platform/errors.ts';
import { requireSameId } from '../../platform/http/validation.ts';
import { wordings } from '../../platform/http/validation-errors.ts';
import { isUuid, newId } from '../../platform/text/uuid.ts';
import type { Context } from '../access/context.ts';
import { isCoreFlow, isCoreResource } from './core-flows.ts';
import { hasDuplicates, hasMoreTargets } from './custom-index.store.ts';
import { keepValuesAway } from './definitions.store.ts';
import { changeDefinitions, logDefinition } from './definitions.ts';
import { canBeSearched, canBeUnique } from './field-kinds.ts';
import { readDefault, readRules } from './field-rules.ts';
import type { FieldRule } from './field-values.ts';
import type { FieldPatch, FieldType, NewField, ValidationRule } from './fields.schema.ts';
import {
  countFieldsOfFlow,
  deleteField,
  type FieldColumns,
  type FieldRow,
  type FieldValues,
  fieldSlugConstraint,
  insertField,
  lockField,
  selectField,
  selectFields,
  selectFieldsOfFlow,
  updateField,
} from './fields.store.ts';
import { fieldLimit, flowErrors } from './flows.errors.ts';
import { getFlow } from './flows.service.ts';
import { type FlowRow, lockFlow, selectFlow, selectVersionedFlow } from './flows.store.ts';
import { isSearched, renewSearch } from './searched-fields.ts';
import { isFieldSlugFree, isSlug } from './slugs.ts';

/** Every field of the store, oldest first. */
export function listFields(db: StoreDb): Promise<FieldRow[]> {
  return db.all(selectFields, {});
}

/** A flow, and its fields in their order. */
export interface FlowWithFields {
  readonly flow: FlowRow;
  readonly fields: readonly FieldRow[];
}

/** A flow with its fields, of this version of the store's flows and fields or newer. */
export interface VersionedFlow extends FlowWithFields {
  readonly version: string | null;
}

/** A flow, by its id or slug, with its fields. Throws 404 when there is no such flow. */
export async function getFlowWithFields(db: StoreDb, idOrSlug: string): Promise<VersionedFlow> {
  const { field_version: version, ...flow } = await getFlow(db, idOrSlug, selectVersionedFlow);
  return { version, flow, fields: await db.all(selectFieldsOfFlow, { flowId: flow.id }) };
}

/** A field. Throws 404 when there is none. */
export async function getField(db: StoreDb, id: string): Promise<FieldRow> {
  const row = isUuid(id) ? await db.first(selectField, { id }) : undefined;
  if (row === undefined) throw flowErrors.fieldNotFound();
  return row;
}

/** A relationship points to a resource, or to a flow that is one of its own. */
async function requireTargets(db: StoreDb, rules: readonly FieldRule[]): Promise<void> {
  for (const [index, rule] of rules.entries()) {
    if (!('to' in rule) || isCoreResource(rule.to)) continue;
    const isFlow = isSlug(rule.to) && !isCoreFlow(rule.to);
    const flow = isFlow ? await db.first(selectFlow, { id: null, slug: rule.to }) : undefined;
    const source = `data.validation_rules.${index}.to`;
    if (flow === undefined) throw validationError(source, wordings.selected(source));
  }
}

function requireFreeSlug(slug: string, flowSlug: string, type: FieldType): void {
  if (!isFieldSlugFree(slug, flowSlug, type === 'relationship'))
    throw validationError('data.slug', wordings.selected('data.slug'));
}

function requireSearchable({ is_searchable }: FieldValues, type: FieldType, flowSlug: string): void {
  const source = 'data.searchable';
  if (is_searchable && !canBeSearched(type, flowSlug))
    throw validationError(source, wordings.constant(source, 'false'));
}

function requireIndexed({ is_unique }: FieldValues, type: FieldType, flowSlug: string): void {
  const source = 'data.unique';
  if (is_unique && !canBeUnique(type, flowSlug)) throw validationError(source, wordings.constant(source, 'false'));
}

/** A default would be the value of more than one. */
function requireNoDefault({ is_unique, default_value }: FieldValues): void {
  const source = 'data.default';
  if (is_unique && default_value !== null) throw validationError(source, wordings.constant(source, 'null'));
}

/** Refuses rules that some targets would not meet, as far as these are indexed. Nobody writes any until the end of the transaction. */
async function requireFittingTargets(tx: StoreTx, before: FieldRow, rules: readonly FieldRule[]): Promise<void> {
  const ruleOf = (all: readonly FieldRule[]) => all.find(rule => 'to' in rule);
  const [was, is] = [ruleOf(before.validation_rules), ruleOf(rules)];
  if (was === undefined || is === undefined) return;
  const count = was.to !== is.to ? 0 : was.type === 'one-to-many' && is.type === 'one-to-one' ? 1 : undefined;
  if (count === undefined) return;
  await tx.all(keepValuesAway, {});
  if ((await tx.all(hasMoreTargets, { fieldId: before.id, count })).length > 0) throw flowErrors.fieldHasTargets();
}

interface Definition {
  readonly name: string;
  readonly slug: string;
  readonly description: string;
  readonly required: boolean;
  readonly unique: boolean;
  readonly default: unknown;
  readonly enabled: boolean;
  readonly order: number | null;
  readonly omit_null: boolean;
  readonly searchable: boolean;
  readonly validation_rules: readonly ValidationRule[];
}

/** The values of a field of this type as they are stored. Throws 422 when they do not fit each other. */
function valuesOf(type: FieldType, field: Definition): FieldValues {
  const isValue = type !== 'relationship';
  const validation_rules = readRules(type, field.validation_rules);
  return {
    name: field.name,
    slug: field.slug,
    description: field.description,
    is_required: field.required && isValue,
    is_unique: field.unique && isValue,
    default_value: readDefault(type, validation_rules, field.default),
    is_enabled: field.enabled,
    position: field.order,
    omits_null: field.omit_null,
    is_searchable: field.searchable,
    validation_rules,
  };
}

const columnsOf = ({ default_value, validation_rules, ...values }: FieldValues): FieldColumns => ({
  ...values,
  default_value: default_value === null ? null : JSON.stringify(default_value),
  validation_rules: JSON.stringify(validation_rules),
});

/** Writes a field in one transaction. */
async function writeField<T>(ctx: Context, work: (tx: StoreTx) => Promise<T>): Promise<T> {
  try {
    return await changeDefinitions(ctx, work);
  } catch (error) {
    if (violatedConstraint(error) === fieldSlugConstraint) throw flowErrors.fieldSlugTaken();
    throw error;
  }
}

/** Creates a field of a flow. Throws 422 for what it may not be, 409 for a slug that the flow has already. */
export function createField(ctx: Context, input: NewField): Promise<FieldRow> {
  const flowId = input.relationships.flow.data.id.toLowerCase();
  const values = valuesOf(input.field_type, {
    ...input,
    unique: input.unique ?? false,
    default: input.default ?? null,
    order: input.order ?? null,
    omit_null: input.omit_null ?? false,
    searchable: input.searchable ?? false,
    validation_rules: input.validation_rules ?? [],
  });
  return writeField(ctx, async tx => {
    const flow = isUuid(flowId) ? await tx.first(lockFlow, { id: flowId }) : undefined;
    const source = 'data.relationships.flow.data.id';
    if (flow === undefined) throw validationError(source, wordings.selected(source));
    requireFreeSlug(values.slug, flow.slug, input.field_type);
    requireSearchable(values, input.field_type, flow.slug);
    requireIndexed(values, input.field_type, flow.slug);
    requireNoDefault(values);
    await requireTargets(tx, values.validation_rules);
    const { count = 0 } = (await tx.first(countFieldsOfFlow, { flowId })) ?? {};
    if (count >= fieldLimit) throw flowErrors.fieldLimitReached();
    const row = { ...columnsOf(values), id: newId(ctx.now), flowId, fieldType: input.field_type, now: ctx.now };
    const created = await tx.first(insertField, row);
    if (created === undefined) throw new Error('the field was not stored');
    await logDefinition(tx, ctx, 'field.created', created.id, {}, values);
    return created;
  });
}

/** What a field is and where it belongs cannot be changed; the same may be sent again. */
function requireUnchanged(row: FieldRow, patch: FieldPatch): void {
  const flowId = patch.relationships?.flow?.data.id;
  const source = 'data.relationships.flow.data.id';
  if (flowId !== undefined && flowId.toLowerCase() !== row.flow_id)
    throw validationError(source, wordings.constant(source, row.flow_id));
  if (patch.field_type !== undefined && patch.field_type !== row.field_type)
    throw validationError('data.field_type', wordings.constant('data.field_type', row.field_type));
}

/** Changes a field: keys not sent keep their value. `updated_at` moves only when something did. */
export async function changeField(ctx: Context, id: string, patch: FieldPatch): Promise<FieldRow> {
  if (!isUuid(id)) throw flowErrors.fieldNotFound();
  requireSameId(patch.id, id);
  return writeField(ctx, async tx => {
    const locked = await tx.first(lockField, { id });
    if (locked === undefined) throw flowErrors.fieldNotFound();
    const { flow_slug, ...row } = locked;
    requireUnchanged(row, patch);
    const before: Definition = {
      name: row.name,
      slug: row.slug,
      description: row.description,
      required: row.is_required,
      unique: row.is_unique,
      default: row.default_value,
      enabled: row.is_enabled,
      order: row.position,
      omit_null: row.omits_null,
      searchable: row.is_searchable,
      validation_rules: row.validation_rules,
    };
    const values = valuesOf(row.field_type, { ...before, ...patch });
    if (values.slug !== row.slug) requireFreeSlug(values.slug, flow_slug, row.field_type);
    requireSearchable(values, row.field_type, flow_slug);
    if (isDeepStrictEqual(values, valuesOf(row.field_type, before))) return row;
    if (!isDeepStrictEqual(values.validation_rules, row.validation_rules)) {
      await requireTargets(tx, values.validation_rules);
      await requireFittingTargets(tx, row, values.validation_rules);
    }
    if (!row.is_unique || !isDeepStrictEqual(values.default_value, row.default_value)) requireNoDefault(values);
    if (values.is_unique && !row.is_unique) {
      requireIndexed(values, row.field_type, flow_slug);
      // The lock of the field keeps writers of entries away meanwhile.
      await tx.all(keepValuesAway, {});
      if ((await tx.all(hasDuplicates, { fieldId: id })).length > 0) throw flowErrors.fieldNotUnique();
    }
    if (isSearched(values) !== isSearched(row)) await renewSearch(tx);
    await logDefinition(tx, ctx, 'field.updated', id, valuesOf(row.field_type, before), values);
    return (await tx.first(updateField, { ...columnsOf(values), id, now: ctx.now })) ?? row;
  });
}

/** Deletes a field; its values are gone with the next request, and removed in the background. Throws 404 when there is none. */
export async function removeField(ctx: Context, id: string): Promise<void> {
  if (!isUuid(id)) throw flowErrors.fieldNotFound();
  await changeDefinitions(ctx, async tx => {
    const deleted = await tx.first(deleteField, { id, now: ctx.now });
    if (deleted === undefined) throw flowErrors.fieldNotFound();
    await logDefinition(tx, ctx, 'field.deleted', id, { name: deleted.name, slug: deleted.slug }, {});
    if (isSearched(deleted)) await renewSearch(tx);
  });
}
