import type { StoreTx } from '../../platform/db/database.ts';
import { validationError } from '../../platform/errors.ts';
import { wordings } from '../../platform/http/validation-errors.ts';
import { isStorable } from '../../platform/text/storable.ts';
import { isUuid, toStoredId } from '../../platform/text/uuid.ts';
import { coreFlowOfSingular } from './core-flows.ts';
import type { CustomValues } from './custom-values.ts';
import type { Relationships, Target } from './entries.schema.ts';
import type { FieldRow } from './fields.store.ts';
import { flowErrors } from './flows.errors.ts';
import { resourceRows } from './resource-rows.store.ts';
import { selectEntries } from './targets.store.ts';

/** At most so many targets has one relationship. */
const targetLimit = 1000;

/** Where targets are looked up, and when. */
interface TargetContext {
  readonly db: StoreTx;
  readonly now: Date;
}

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

/** `relationships` of a row, as far as they are fields; undefined without any. */
export function showRelationships(fields: readonly FieldRow[], values: CustomValues): Relationships | undefined {
  const shown = relationshipsOf(fields).flatMap(relationship => {
    const { slug, omits_null } = relationship.field;
    const data = toStored(targetsOf(values, relationship), relationship);
    return data === null && omits_null ? [] : [[slug, { data }] as const];
  });
  return shown.length === 0 ? undefined : Object.fromEntries(shown);
}

const isSame = (target: Target) => (other: Target) => other.id === target.id && other.type === target.type;

/** Targets without those that came before. */
const distinct = (targets: readonly Target[]): Target[] =>
  targets.filter((target, index) => targets.findIndex(isSame(target)) === index);

/** Which of these ids stand for something. */
async function findIds(ctx: TargetContext, to: string, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const { db, now } = ctx;
  const core = coreFlowOfSingular(to);
  // Without rows there are no such resources yet.
  const rows = core && resourceRows.get(core.slug);
  const select =
    core === undefined
      ? db.all(selectEntries, { slug: to, ids })
      : rows && db.all(rows.selectIds, { ids, now, isPublic: false });
  return new Set(((await select) ?? []).map(({ id }) => id));
}

/** Throws 422 for targets that a relationship cannot have: of another type, missing unless it has them, or too many. */
async function requireTargets(
  ctx: TargetContext,
  { to, isToMany }: Relationship,
  before: readonly Target[],
  sent: readonly Target[],
): Promise<readonly Target[]> {
  if (sent.length > (isToMany ? targetLimit : 1)) throw flowErrors.tooManyTargets();
  const type = coreFlowOfSingular(to) === undefined ? 'entry' : to;
  const isText = coreFlowOfSingular(to)?.rows?.key.id === 'text';
  const targets = sent.map(target => ({ type: target.type, id: isText ? target.id : toStoredId(target.id) }));
  for (const [index, target] of targets.entries()) {
    const source = `data.${index}.type`;
    if (target.type !== type) throw validationError(source, wordings.constant(source, type));
  }
  // What it has may stay, also when it is gone: who reads a list can write it back.
  const fresh = targets.filter(target => !before.some(isSame(target)));
  const named = fresh.map(({ id }) => id).filter(id => (isText ? isStorable(id) : isUuid(id)));
  const known = named.length === 0 ? new Set() : await findIds(ctx, to, named);
  const missing = targets.findIndex(target => fresh.includes(target) && !known.has(target.id));
  if (missing >= 0) throw validationError(`data.${missing}.id`, wordings.selected(`data.${missing}.id`));
  return targets;
}

/** What a request does to the targets of a relationship; `sent`: undefined without a body. */
export interface TargetsRequest {
  readonly change: 'add' | 'replace' | 'remove';
  readonly sent: readonly Target[] | undefined;
}

/**
 * The targets of a relationship after a change. Adding to a one-to-one replaces; removing without targets removes all
 * (reference: flows.md, "Entries"). Throws 422 for targets that it cannot have.
 */
export async function targetsAfter(
  ctx: TargetContext,
  relationship: Relationship,
  before: readonly Target[],
  { change, sent }: TargetsRequest,
): Promise<readonly Target[]> {
  if (change === 'remove') {
    if (sent === undefined) return [];
    const removed = sent.flatMap(({ type, id }) => [
      { type, id },
      { type, id: toStoredId(id) },
    ]);
    return before.filter(target => !removed.some(isSame(target)));
  }
  const targets = distinct(await requireTargets(ctx, relationship, before, sent ?? []));
  const all = change === 'add' && relationship.isToMany ? distinct([...before, ...targets]) : targets;
  if (all.length > targetLimit) throw flowErrors.tooManyTargets();
  return all;
}
