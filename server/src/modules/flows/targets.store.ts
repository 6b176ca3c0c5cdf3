import { sql, storeStatement } from '../../platform/db/statement.ts';

/** Which of these entries the flow with this slug has. */
export const selectEntries = storeStatement<{ slug: string; ids: readonly string[] }>()(
  p => sql<{ id: string }>`
    select entries.id from flows
    join entries on entries.store_id = ${p.storeId} and entries.flow_id = flows.id
    where flows.store_id = ${p.storeId} and flows.slug = ${p.slug} and entries.id = any(${p.ids}::uuid[])`,
);
