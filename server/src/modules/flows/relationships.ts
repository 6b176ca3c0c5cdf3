import type { StoreTx } from '../../platform/db/database.ts';
import { validationError } from '../../platform/errors.ts';
import { wordings } from '../../platform/http/validation-errors.ts';
import { isUuid } from '../../platform/text/uuid.ts';
import { coreFlowOfSingular } from './core-flows.ts';
import type { CustomValues } from './custom-values.ts';
import type { Target } from './entries.schema.ts';
import type { FieldRow } from './fields.store.ts';
import { flowErrors } from './flows.errors.ts';
import { selectEntries, selectResources } from './targets.store.ts';

/** At most so many targets has one relationship. */
export const targetLimit = 1000;

/** A relationship field and what it points to. */
export interface Relationship {
  readonly field: FieldRow;
  readonly to: string;
  readonly isToMany: boolean;
}

function relationshipOf(field: FieldRow): Relationship[] {
  const rule = field.validation_rules.find(each => 'to' in each);
  return rule === undefined ? [] : [{ field, to: rule.to, isToMany: rule.type === 'one-to-many' }];
}

/** The relationships among these fields. */
export const relationshipsOf = (fields: readonly FieldRow[]): Relationship[] => fields.flatMap(relationshipOf);

/** The targets that a row has. */
export const targetsOf = (values: CustomValues, { field }: Relationship): Target[] =>
  [values[field.id] ?? []].flat() as Target[];

/** Targets as they are stored: null for none (reference: flows.md, "Custom fields on core resources", 7). */
export function toStored(targets: readonly Target[], { isToMany }: Relationship): Target | Target[] | null {
  const [first = null] = targets;
  return isToMany && first !== null ? [...targets] : first;
}

/** `relationships` of a row; undefined without any. */
export function showRelationships(fields: readonly FieldRow[], values: CustomValues) {
  const shown = relationshipsOf(fields).map(relationship => {
    const { field } = relationship;
    return [field.slug, { data: toStored(targetsOf(values, relationship), relationship) }] as const;
  });
  return shown.length === 0 ? undefined : Object.fromEntries(shown);
}

const isSame = (target: Target) => (other: Target) => other.id === target.id && other.type === target.type;

/** Targets without those that came before. */
export const distinct = (targets: readonly Target[]): Target[] =>
  targets.filter((target, index) => targets.findIndex(isSame(target)) === index);

export const without = (targets: readonly Target[], removed: readonly Target[]): Target[] =>
  targets.filter(target => !removed.some(isSame(target)));

/** Which of these ids stand for something; undefined where it is not looked up. */
async function findIds(tx: StoreTx, to: string, ids: readonly string[]): Promise<ReadonlySet<string> | undefined> {
  const core = coreFlowOfSingular(to);
  if (core === undefined) return new Set((await tx.all(selectEntries, { slug: to, ids })).map(({ id }) => id));
  // There are no such resources yet.
  if (core.rows === undefined) return new Set();
  const select = selectResources.get(core.slug);
  return select && new Set((await tx.all(select, { ids })).map(({ id }) => id));
}

/** Throws 422 for targets that a relationship cannot have: of another type, missing, or too many. */
export async function requireTargets(
  tx: StoreTx,
  { to, isToMany }: Relationship,
  sent: readonly Target[],
): Promise<readonly Target[]> {
  if (sent.length > (isToMany ? targetLimit : 1)) throw flowErrors.tooManyTargets();
  const type = coreFlowOfSingular(to) === undefined ? 'entry' : to;
  const targets = sent.map(target => ({
    type: target.type,
    id: isUuid(target.id.toLowerCase()) ? target.id.toLowerCase() : target.id,
  }));
  const isCart = type === 'cart';
  for (const [index, target] of targets.entries()) {
    const source = `data.${index}.type`;
    if (target.type !== type) throw validationError(source, wordings.constant(source, type));
    const idSource = `data.${index}.id`;
    if (!isCart && !isUuid(target.id)) throw validationError(idSource, wordings.selected(idSource));
  }
  const known = targets.length === 0 ? undefined : await findIds(tx, to, isCart ? [] : targets.map(({ id }) => id));
  const missing = known === undefined ? -1 : targets.findIndex(({ id }) => !known.has(id));
  if (missing >= 0) throw validationError(`data.${missing}.id`, wordings.selected(`data.${missing}.id`));
  return targets;
}
