import type { StoreTx } from '../../platform/db/database.ts';
import { failedMember, throwAny } from '../../platform/errors.ts';
import { wordings } from '../../platform/http/validation-errors.ts';
import { lockValues, selectTakenFields } from './custom-index.store.ts';
import { type CustomValues, indexRowsOf } from './custom-values.ts';
import type { FieldRow } from './fields.store.ts';

/** The fields among these whose values no other entity may have. */
export const uniqueFields = (fields: readonly FieldRow[], values: CustomValues): FieldRow[] =>
  fields.filter(field => field.is_unique && (values[field.id] ?? null) !== null);

/**
 * Throws 422 when another entity has one of these values in a field that is unique. Writers of the same value wait for
 * each other, so that none looks before another has written.
 */
export async function requireUnique(
  tx: StoreTx,
  id: string,
  fields: readonly FieldRow[],
  values: CustomValues,
): Promise<void> {
  const unique = uniqueFields(fields, values);
  if (unique.length === 0) return;
  const rows = indexRowsOf(unique, values);
  const keyOf = (index: number) =>
    `${rows.fieldIds[index]}.${rows.texts[index] ?? rows.numbers[index] ?? rows.dates[index]?.toISOString()}`;
  await tx.all(lockValues, { keys: unique.map((_, index) => keyOf(index)).toSorted() });
  const taken = new Set((await tx.all(selectTakenFields, { ...rows, id })).map(row => row.field_id));
  throwAny(
    unique
      .filter(field => taken.has(field.id))
      .map(field => failedMember(`data.${field.slug}`, wordings.unique(`data.${field.slug}`))),
  );
}
