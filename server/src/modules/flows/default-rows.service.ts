import { setTimeout as delay } from 'node:timers/promises';
import { NIL } from 'uuid';
import type { StoreDb } from '../../platform/db/database.ts';
import { coreFlowSlugs } from './core-flows.ts';
import { indexRowsOf } from './custom-values.ts';
import {
  defaultStatementsOf,
  type FieldToIndex,
  holdVersion,
  indexedSlugs,
  removeDefaultRows,
  selectFieldsToIndex,
  updateIndexedDefault,
} from './default-rows.store.ts';
import { changeDefinitions } from './definitions.ts';
import { placeParameters, type RowKey } from './row-walk.ts';

interface Pace {
  /** Longer than any statement of a request lasts. */
  readonly settleMs: number;
  readonly rowsAtOnce: number;
  /** Lets the database plan by what the index has now, after many rows. */
  readonly analyze: () => Promise<unknown>;
}

/** Writes the default of a field into the index for all rows that have no value of it. */
async function addRows(db: StoreDb, field: FieldToIndex, version: string, limit: number): Promise<void> {
  const { indexNext, start } = defaultStatementsOf(field.flow_slug);
  const { texts, textKeys, numbers, dates } = indexRowsOf([field], { [field.id]: field.default_value });
  const row = {
    text: texts[0] ?? null,
    textKey: textKeys[0] ?? null,
    number: numbers[0] ?? null,
    date: dates[0] ?? null,
  };
  let after: RowKey | undefined = start;
  while (after !== undefined) {
    const place: RowKey = placeParameters(after);
    after = await db.first(indexNext, { ...row, ...place, fieldId: field.id, flowId: field.flow_id, version, limit });
  }
}

/** Removes the default of those rows that got a value, or were deleted, while it was written. */
async function removeStrays(db: StoreDb, { id, flow_id, flow_slug }: FieldToIndex, limit: number): Promise<void> {
  const statements = defaultStatementsOf(flow_slug);
  let last: { readonly entity_id: string } | undefined = { entity_id: NIL };
  while (last !== undefined) {
    last = await db.first(statements.removeStrays, { fieldId: id, flowId: flow_id, afterId: last.entity_id, limit });
  }
}

/** Brings the rows of the index for the default of a field to what is due; without an end if definitions change meanwhile. */
async function indexDefault(
  db: StoreDb,
  { id, flow_slug }: FieldToIndex,
  { settleMs, rowsAtOnce, analyze }: Pace,
): Promise<void> {
  // From here on nobody takes the rows for values, nor for all that there are.
  const { field, version } = await changeDefinitions({ db, now: new Date() }, async (tx, renewed) => ({
    field: await tx.first(updateIndexedDefault, { id, hasRows: true, isWhole: false }),
    version: renewed,
  }));
  if (field === undefined) return;
  const hasDefault = field.default_value !== null;
  if (hasDefault) {
    await addRows(db, { ...field, flow_slug }, version, rowsAtOnce);
    await analyze();
    // A statement that began before does not see what was written, and so leaves it where it should have removed it.
    await delay(settleMs);
    await removeStrays(db, { ...field, flow_slug }, rowsAtOnce);
  } else {
    while ((await db.all(removeDefaultRows, { fieldId: id, limit: rowsAtOnce })).length === rowsAtOnce);
  }
  await changeDefinitions({ db, now: new Date() }, async tx => {
    const isCurrent = (await tx.all(holdVersion, { version })).length > 0;
    if (isCurrent) await tx.all(updateIndexedDefault, { id, hasRows: hasDefault, isWhole: hasDefault });
  });
}

/**
 * Indexes the defaults of the fields that are newer than some of the rows that show them, so that these are found and sorted
 * like values. Nobody waits for it: until then they are looked for in the rows themselves. What changes fields meanwhile makes it
 * begin anew the next time. May be done again after a kill.
 */
export async function indexDefaults(db: StoreDb, pace: Pace): Promise<void> {
  for (const field of await db.all(selectFieldsToIndex, { coreSlugs: coreFlowSlugs, indexedSlugs }))
    await indexDefault(db, field, pace);
}
