import type { StoreStatement } from '../../platform/db/statement.ts';
import { sql, storeStatement } from '../../platform/db/statement.ts';
import { valuedRows } from './core-flows.ts';

interface Targets {
  readonly ids: readonly string[];
}

type SelectTargets = StoreStatement<Targets, { id: string }>;

const selectIn = (table: string): SelectTargets =>
  storeStatement<Targets>()(
    p => sql<{ id: string }>`
      select id from ${sql.table(table)} where store_id = ${p.storeId} and id = any(${p.ids}::uuid[])`,
  );

/** Which of these there are, by the slug of the flow of their resource: of those that are found by their id alone. */
export const selectResources: ReadonlyMap<string, SelectTargets> = new Map(
  [...valuedRows].flatMap(([slug, { table, key }]) =>
    Object.keys(key).length === 1 && key.id === 'uuid' ? [[slug, selectIn(table)] as const] : [],
  ),
);

/** Which of these entries the flow with this slug has. */
export const selectEntries = storeStatement<Targets & { slug: string }>()(
  p => sql<{ id: string }>`
    select entries.id from flows
    join entries on entries.store_id = ${p.storeId} and entries.flow_id = flows.id
    where flows.store_id = ${p.storeId} and flows.slug = ${p.slug} and entries.id = any(${p.ids}::uuid[])`,
);
