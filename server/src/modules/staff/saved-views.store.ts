import type { Selectable } from 'kysely';
import type { Timestamp } from '../../platform/db/schema.ts';
import { query, sql, storeStatement } from '../../platform/db/statement.ts';
import type { ViewedPage, ViewState } from './saved-views.schema.ts';

interface SavedViewsTable {
  store_id: string;
  id: string;
  /** Who has made it. */
  staff_id: string;
  page: ViewedPage;
  name: string;
  state: ViewState;
  is_shared: boolean;
  created_at: Timestamp;
  updated_at: Timestamp;
}

declare module '../../platform/db/schema.ts' {
  interface StoreTables {
    saved_views: SavedViewsTable;
  }
}

export type SavedViewRow = Readonly<Selectable<SavedViewsTable>>;

/** The views that a member of staff sees, the oldest first: their own, and those that others share. */
export const selectViews = storeStatement<{ staffId: string }>()(p =>
  query
    .selectFrom('saved_views')
    .selectAll()
    .where('store_id', '=', p.storeId)
    .where(eb => eb.or([eb('staff_id', '=', p.staffId), eb('is_shared', '=', sql.lit(true))]))
    .orderBy('id'),
);

/** No row: they have as many as they may have. */
export const insertView = storeStatement<{
  id: string;
  staffId: string;
  page: ViewedPage;
  name: string;
  state: string;
  isShared: boolean;
  most: number;
  now: Date;
}>()(
  p => sql<SavedViewRow>`
    insert into saved_views (store_id, id, staff_id, page, name, state, is_shared, created_at, updated_at)
    select ${p.storeId}::uuid, ${p.id}::uuid, ${p.staffId}::uuid, ${p.page}, ${p.name}, ${p.state}::text::jsonb,
      ${p.isShared}, ${p.now}::timestamptz, ${p.now}::timestamptz
    where (select count(*) from saved_views where store_id = ${p.storeId} and staff_id = ${p.staffId}) < ${p.most}
    returning *`,
);

/** Null leaves a column as it is. */
export const updateView = storeStatement<{
  id: string;
  staffId: string;
  name: string | null;
  state: string | null;
  isShared: boolean | null;
  now: Date;
}>()(
  p => sql<SavedViewRow>`
    update saved_views set name = coalesce(${p.name}, name), state = coalesce(${p.state}::text::jsonb, state),
      is_shared = coalesce(${p.isShared}, is_shared), updated_at = ${p.now}
    where store_id = ${p.storeId} and id = ${p.id} and staff_id = ${p.staffId}
    returning *`,
);

/** Deletes a view of this member of staff, or a shared one of whomever. */
export const deleteView = storeStatement<{ id: string; staffId: string; mayDeleteShared: boolean }>()(
  p => sql<{ id: string }>`
    delete from saved_views
    where store_id = ${p.storeId} and id = ${p.id} and (staff_id = ${p.staffId} or (is_shared and ${p.mayDeleteShared}))
    returning id`,
);

/** Deletes what nobody else sees of a member of staff who is gone. */
export const deleteViewsOf = storeStatement<{ staffId: string }>()(
  p => sql`delete from saved_views where store_id = ${p.storeId} and staff_id = ${p.staffId} and not is_shared`,
);
