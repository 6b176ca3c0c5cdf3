import type { Selectable } from 'kysely';
import type { Timestamp } from '../../platform/db/schema.ts';
import { query, sql, storeStatement } from '../../platform/db/statement.ts';
import { fieldVersion, type Versioned } from './values.store.ts';

interface FlowsTable {
  store_id: string;
  id: string;
  name: string;
  slug: string;
  description: string;
  is_enabled: boolean;
  created_at: Timestamp;
  updated_at: Timestamp;
}

declare module '../../platform/db/schema.ts' {
  interface StoreTables {
    flows: FlowsTable;
  }
}

export type FlowRow = Readonly<Selectable<FlowsTable>>;

/** What of a flow can be changed. */
export type FlowValues = Pick<FlowRow, 'name' | 'slug' | 'description' | 'is_enabled'>;

export const flowSlugConstraint = 'flows_slug_key';

/** Every flow, oldest first. */
export const selectFlows = storeStatement<object>()(p =>
  query.selectFrom('flows').selectAll().where('store_id', '=', p.storeId).orderBy('created_at').orderBy('id'),
);

/** What a path names a flow by: its slug, which may look like an id. */
export interface FlowKey {
  readonly id: string | null;
  readonly slug: string;
}

const named = (p: FlowKey & { readonly storeId: string }) => sql<FlowRow>`
  select * from flows where store_id = ${p.storeId} and (id = ${p.id}::uuid or slug = ${p.slug})
  order by id = ${p.id}::uuid desc nulls last limit 1`;

/** The flow with this id, else the one with this slug. */
export const selectFlow = storeStatement<FlowKey>()(named);

/** The same, with the version of the store's flows and fields in that moment. */
export const selectVersionedFlow = storeStatement<FlowKey>()(
  p => sql<FlowRow & Versioned>`
    select flow.*, ${fieldVersion(p.storeId)} as field_version from (${named(p)}) flow`,
);

/** The same, which cannot be deleted before the end of the transaction. */
export const holdFlow = storeStatement<FlowKey>()(p => sql<FlowRow>`${named(p)} for key share`);

/** Locks a flow against other changes of it and of its fields until the end of the transaction. */
export const lockFlow = storeStatement<{ id: string }>()(
  p => sql<FlowRow>`select * from flows where store_id = ${p.storeId} and id = ${p.id} for no key update`,
);

export const insertFlow = storeStatement<FlowValues & { id: string; now: Date }>()(p =>
  query
    .insertInto('flows')
    .values({
      store_id: p.storeId,
      id: p.id,
      name: p.name,
      slug: p.slug,
      description: p.description,
      is_enabled: p.is_enabled,
      created_at: p.now,
      updated_at: p.now,
    })
    .returningAll(),
);

export const updateFlow = storeStatement<FlowValues & { id: string; now: Date }>()(p =>
  query
    .updateTable('flows')
    .set({
      name: p.name,
      slug: p.slug,
      description: p.description,
      is_enabled: p.is_enabled,
      updated_at: p.now,
    })
    .where('store_id', '=', p.storeId)
    .where('id', '=', p.id)
    .returningAll(),
);

/** Deletes a flow that the caller has locked, notes that its values are to be removed; its fields go with it. */
export const deleteFlow = storeStatement<{ id: string; now: Date }>()(
  p => sql<{ id: string }>`
    with deleted as (
      delete from flows where store_id = ${p.storeId} and id = ${p.id} returning store_id, id, slug
    ), noted as (
      insert into purges (store_id, id, kind, flow_id, flow_slug, created_at)
      select store_id, id, 'flow', id, slug, ${p.now}::timestamptz from deleted
    ), noted_fields as (
      insert into purges (store_id, id, kind, flow_id, flow_slug, created_at)
      select fields.store_id, fields.id, 'field', flow_id, deleted.slug, ${p.now}::timestamptz from deleted, fields
      where fields.store_id = ${p.storeId} and fields.flow_id = ${p.id}
    )
    select id from deleted`,
);

/** Locks a flow against everything until the end of the transaction. */
export const lockFlowToDelete = storeStatement<{ id: string }>()(
  p => sql<FlowRow>`select * from flows where store_id = ${p.storeId} and id = ${p.id} for update`,
);
