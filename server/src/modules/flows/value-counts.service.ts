import type { DatabaseConnection, StoreDb } from '../../platform/db/database.ts';
import { applicationNames } from '../../platform/db/pool.ts';
import {
  type CountingLimits,
  countedColumns,
  countStatements,
  forgetCounts,
  lockCounts,
  selectFieldsToCount,
  selectProcess,
} from './value-counts.store.ts';

export const countingLimits: CountingLimits = { manyRows: 20_000, ranges: 256, fewChanges: 5000 };

/** Counts are made anew after so long in any case: a process of the version before may have come and gone unseen. */
const countedForMs = 3_600_000;

/**
 * Counts the values of those fields of a store that have changed much since the last time, or were never counted. Writes go on.
 * Forgets all counts instead while a process is connected that does not tell of its changes.
 */
export async function countValues(
  database: DatabaseConnection,
  db: StoreDb,
  now: Date,
  limits = countingLimits,
): Promise<void> {
  if ((await database.first(selectProcess, { name: applicationNames(database.connection).older })) !== undefined) {
    await db.all(forgetCounts, { fieldId: null });
    return;
  }
  const since = new Date(now.getTime() - countedForMs);
  const fields = await db.all(selectFieldsToCount, { ...limits, since, types: Object.keys(countedColumns) });
  for (const { id: fieldId, field_type } of fields) {
    const counted = countedColumns[field_type];
    if (counted === undefined) continue;
    await db.inTransaction(async tx => {
      await tx.all(lockCounts, { fieldId });
      await tx.all(countStatements[counted.column], { ...limits, fieldId, now });
    });
  }
}
