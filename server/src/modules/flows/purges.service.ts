import { NIL } from 'uuid';
import type { StoreDb } from '../../platform/db/database.ts';
import { entryTotal } from './entries.store.ts';
import {
  deletePurge,
  type PurgeRow,
  purgeEntries,
  purgeIndex,
  purgeTotal,
  purgeValuesOfEntries,
  selectPurges,
} from './purges.store.ts';

/** Removes the values of a field that is deleted. Nobody writes any more of them: writers hold the field while they write. */
async function purgeField(db: StoreDb, { id, flow_id }: PurgeRow, limit: number): Promise<void> {
  while ((await db.all(purgeIndex, { fieldId: id, limit })).length === limit);
  for (let afterId: string = NIL; ; ) {
    const last: { id: string } | undefined = await db.first(purgeValuesOfEntries, {
      fieldId: id,
      flowId: flow_id,
      afterId,
      limit,
    });
    if (last === undefined) return;
    afterId = last.id;
  }
}

async function purgeFlow(db: StoreDb, { id }: PurgeRow, limit: number): Promise<void> {
  while ((await db.all(purgeEntries, { flowId: id, limit })).length === limit);
  await db.all(purgeTotal, { total: entryTotal(id) });
}

/**
 * Removes the values of fields, and the entries of flows, that a store has deleted; so many rows at a time, so that nobody
 * waits long. May be done by several processes at once, and again after a kill.
 */
export async function purgeValues(db: StoreDb, limit: number): Promise<void> {
  for (const purge of await db.all(selectPurges, {})) {
    if (purge.kind === 'flow') await purgeFlow(db, purge, limit);
    else await purgeField(db, purge, limit);
    await db.all(deletePurge, { id: purge.id });
  }
}
