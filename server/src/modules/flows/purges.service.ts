import { NIL } from 'uuid';
import type { StoreDb } from '../../platform/db/database.ts';
import { type ValuedRows, valuedRows } from './core-flows.ts';
import { entryTotal } from './entries.store.ts';
import {
  deletePurge,
  type PurgeRow,
  purgeEntries,
  purgeIndex,
  purgeTotal,
  purgeValuesOfEntries,
  resourcePurges,
  selectPurges,
  walkedRows,
} from './purges.store.ts';
import { placeParameters, startOfRows } from './row-walk.ts';
import { forgetCounts } from './value-counts.store.ts';

/** A request that writes values by the definitions of before the deletion has ended, or was ended, long before. */
const waitMs = 5 * 60_000;

/** Removes the values of a field that is deleted. Nobody writes any more of them. */
async function purgeField(db: StoreDb, purge: PurgeRow, limit: number): Promise<void> {
  const { id, flow_id, flow_slug } = purge;
  while ((await db.all(purgeIndex, { fieldId: id, limit })).length === limit);
  await db.all(forgetCounts, { fieldId: id });
  const rows = valuedRows.get(flow_slug);
  if (rows !== undefined) return purgeResource(db, purge, rows);
  for (let afterId: string = NIL; ; ) {
    const last: { id: string } | undefined = await db.first(purgeValuesOfEntries, {
      ...{ fieldId: id, flowId: flow_id, afterId, limit },
    });
    if (last === undefined) return;
    afterId = last.id;
  }
}

async function purgeResource(db: StoreDb, { id, flow_slug }: PurgeRow, { key }: ValuedRows): Promise<void> {
  const statements = resourcePurges.get(flow_slug);
  if (statements === undefined) return;
  const columns = Object.keys(key);
  let place = startOfRows(key);
  for (;;) {
    const seen = await db.all(statements.selectNext, { fieldId: id, ...placeParameters(place) });
    const withValue = seen.filter(row => row.has_value);
    const of = Object.fromEntries(columns.map(column => [`of_${column}`, withValue.map(row => row[column])]));
    if (withValue.length > 0) await db.all(statements.removeValues, { fieldId: id, ...of });
    const last = seen.at(-1);
    if (last === undefined || seen.length < walkedRows) return;
    place = Object.fromEntries(columns.map(column => [column, last[column] ?? '']));
  }
}

async function purgeFlow(db: StoreDb, { id }: PurgeRow, limit: number): Promise<void> {
  while ((await db.all(purgeEntries, { flowId: id, limit })).length === limit);
  await db.all(purgeTotal, { total: entryTotal(id) });
}

/**
 * Removes the values of fields, and the entries of flows, that a store has deleted; so many rows at a time, so that nobody
 * waits long; those of resources some minutes after. May be done by several processes at once, and again after a kill.
 */
export async function purgeValues(db: StoreDb, now: Date, limit: number): Promise<void> {
  for (const purge of await db.all(selectPurges, { before: new Date(now.getTime() - waitMs) })) {
    if (purge.kind === 'flow') await purgeFlow(db, purge, limit);
    else await purgeField(db, purge, limit);
    await db.all(deletePurge, { id: purge.id });
  }
}
