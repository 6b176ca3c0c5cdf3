import type { Selectable } from 'kysely';
import type { Timestamp } from '../../platform/db/schema.ts';
import { query, sql, storeStatement } from '../../platform/db/statement.ts';
import type { JobType } from './jobs.schema.ts';

interface JobsTable {
  store_id: string;
  id: string;
  job_type: JobType;
  filter: string;
  status: 'pending' | 'processing' | 'complete' | 'failed';
  error: string | null;
  created_at: Timestamp;
  /** While processing, it moves with the work: a job whose time stands still has lost its worker. */
  updated_at: Timestamp;
}

declare module '../../platform/db/schema.ts' {
  interface StoreTables {
    jobs: JobsTable;
  }
}

export type JobRow = Readonly<Selectable<JobsTable>>;

export const insertJob = storeStatement<{ id: string; jobType: string; filter: string; now: Date }>()(
  p => sql<JobRow>`
    insert into jobs (store_id, id, job_type, filter, status, created_at, updated_at)
    values (${p.storeId}, ${p.id}, ${p.jobType}, ${p.filter}, 'pending', ${p.now}, ${p.now})
    returning *`,
);

export const selectJob = storeStatement<{ id: string }>()(p =>
  query.selectFrom('jobs').selectAll().where('store_id', '=', p.storeId).where('id', '=', p.id),
);

/** Jobs that wait, or whose worker is gone. */
export const selectOpenJobs = storeStatement<{ staleBefore: Date }>()(
  p => sql<{ id: string }>`
    select id from jobs where store_id = ${p.storeId}
      and status in ('pending', 'processing') and (status = 'pending' or updated_at < ${p.staleBefore})
    order by id`,
);

/** Takes a job for this worker; no row when another has it or it is done. */
export const claimJob = storeStatement<{ id: string; staleBefore: Date; now: Date }>()(
  p => sql<JobRow>`
    update jobs set status = 'processing', updated_at = ${p.now}
    where store_id = ${p.storeId} and id = ${p.id}
      and (status = 'pending' or (status = 'processing' and updated_at < ${p.staleBefore}))
    returning *`,
);

/** What a worker last wrote: when it is not the job's `updated_at` any more, another worker has the job. */
export interface Held {
  id: string;
  held: string;
  now: Date;
}

/** Whether this worker has the job still. */
export const isHeld = (p: Held & { storeId: string }) =>
  sql<boolean>`store_id = ${p.storeId} and id = ${p.id} and status = 'processing' and updated_at = ${p.held}::timestamptz`;

/** Ends a job, unless another worker has it. */
export const finishJob = storeStatement<Held & { status: 'complete' | 'failed'; error: string | null }>()(
  p => sql`
    update jobs set status = ${p.status}, error = ${p.error}, updated_at = ${p.now}
    where ${isHeld(p)}`,
);

/** Deletes jobs that ended long ago. Answers how many. */
export const deleteOldJobs = storeStatement<{ before: Date; limit: number }>()(
  p => sql<{ deleted: number }>`
    with old as materialized (
      select id from jobs
      where store_id = ${p.storeId} and updated_at < ${p.before} and status in ('complete', 'failed')
      order by updated_at limit ${p.limit} for update skip locked
    ), deleted as (
      delete from jobs where store_id = ${p.storeId} and id = any(array(select id from old)) returning 1
    )
    select count(*)::int as deleted from deleted`,
);
