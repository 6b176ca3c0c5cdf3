import type { Selectable } from 'kysely';
import type { Timestamp } from '../../platform/db/schema.ts';
import { query, sql, storeStatement } from '../../platform/db/statement.ts';

interface JobsTable {
  store_id: string;
  id: string;
  job_type: string;
  filter: string;
  status: 'pending' | 'processing' | 'complete' | 'failed';
  error: string | null;
  created_at: Timestamp;
  /** While processing, it moves with the work: a job whose time stands still has lost its worker. */
  updated_at: Timestamp;
}

interface JobFilePartsTable {
  store_id: string;
  job_id: string;
  part: number;
  content: Buffer;
}

declare module '../../platform/db/schema.ts' {
  interface StoreTables {
    jobs: JobsTable;
    job_file_parts: JobFilePartsTable;
  }
}

export type JobRow = Readonly<Selectable<JobsTable>>;

export const insertJob = storeStatement<{ id: string; jobType: string; filter: string; now: Date }>()(
  p => sql<JobRow>`
    insert into jobs (store_id, id, job_type, filter, status, created_at, updated_at)
    values (${p.storeId}, ${p.id}, ${p.jobType}, ${p.filter}, 'pending', ${p.now}, ${p.now})
    returning *`,
);

/** Newest first. */
export const selectJobs = storeStatement<object>()(p =>
  query.selectFrom('jobs').selectAll().where('store_id', '=', p.storeId).orderBy('id', 'desc'),
);

export const selectJob = storeStatement<{ id: string }>()(p =>
  query.selectFrom('jobs').selectAll().where('store_id', '=', p.storeId).where('id', '=', p.id),
);

/** Jobs that wait, or whose worker is gone. */
export const selectOpenJobs = storeStatement<{ staleBefore: Date }>()(
  p => sql<{ id: string }>`
    select id from jobs where store_id = ${p.storeId}
      and (status = 'pending' or (status = 'processing' and updated_at < ${p.staleBefore}))
    order by id`,
);

/** Takes a job for this worker and throws away what an earlier one wrote; no row when another has it or it is done. */
export const claimJob = storeStatement<{ id: string; staleBefore: Date; now: Date }>()(
  p => sql<JobRow>`
    with claimed as (
      update jobs set status = 'processing', updated_at = ${p.now}
      where store_id = ${p.storeId} and id = ${p.id}
        and (status = 'pending' or (status = 'processing' and updated_at < ${p.staleBefore}))
      returning *
    ), cleared as (
      delete from job_file_parts where store_id = ${p.storeId} and job_id in (select id from claimed)
    )
    select * from claimed`,
);

/** What a worker last wrote: when it is not the job's `updated_at` any more, another worker has the job. */
interface Held {
  id: string;
  held: string;
  now: Date;
}

const isHeld = (p: Held & { storeId: string }) =>
  sql<boolean>`store_id = ${p.storeId} and id = ${p.id} and status = 'processing' and updated_at = ${p.held}::timestamptz`;

/** Adds a part to the file of a job, and shows that its worker lives. No row: another worker has the job. */
export const insertPart = storeStatement<Held & { part: number; content: Buffer }>()(
  p => sql<{ updated_at: string }>`
    with alive as (
      update jobs set updated_at = ${p.now} where ${isHeld(p)} returning id, updated_at
    ), added as (
      insert into job_file_parts (store_id, job_id, part, content)
      select ${p.storeId}, id, ${p.part}, ${p.content}::bytea from alive
    )
    select updated_at from alive`,
);

/** Ends a job, unless another worker has it. */
export const finishJob = storeStatement<Held & { status: 'complete' | 'failed'; error: string | null }>()(
  p => sql`
    update jobs set status = ${p.status}, error = ${p.error}, updated_at = ${p.now}
    where ${isHeld(p)}`,
);

export const selectPart = storeStatement<{ id: string; part: number }>()(
  p => sql<{ content: Buffer }>`
    select content from job_file_parts
    where store_id = ${p.storeId} and job_id = ${p.id} and part = ${p.part}`,
);

/** Removes files that no link reaches any more. */
export const deleteOldFiles = storeStatement<{ before: Date }>()(
  p => sql`
    delete from job_file_parts where store_id = ${p.storeId} and job_id in (
      select id from jobs where store_id = ${p.storeId} and updated_at < ${p.before})`,
);
