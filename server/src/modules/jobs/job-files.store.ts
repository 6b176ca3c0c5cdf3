import { sql, storeStatement } from '../../platform/db/statement.ts';
import { type Held, isHeld } from './jobs.store.ts';

interface JobFilePartsTable {
  store_id: string;
  job_id: string;
  part: number;
  content: Buffer;
}

declare module '../../platform/db/schema.ts' {
  interface StoreTables {
    job_file_parts: JobFilePartsTable;
  }
}

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

/** Throws away parts that an earlier worker wrote, and shows that this one lives. No row: another worker has the job. */
export const clearParts = storeStatement<Held & { limit: number }>()(
  p => sql<{ updated_at: string; deleted: number }>`
    with alive as (
      update jobs set updated_at = ${p.now} where ${isHeld(p)} returning id, updated_at
    ), deleted as (
      delete from job_file_parts where store_id = ${p.storeId} and job_id = (select id from alive) and part = any(array(
        select part from job_file_parts where store_id = ${p.storeId} and job_id = ${p.id} order by part limit ${p.limit}))
      returning 1
    )
    select updated_at, (select count(*)::int from deleted) as deleted from alive`,
);

export const selectPart = storeStatement<{ id: string; part: number }>()(
  p => sql<{ content: Buffer }>`
    select content from job_file_parts
    where store_id = ${p.storeId} and job_id = ${p.id} and part = ${p.part}`,
);

/** Deletes parts of files that no link reaches any more. Answers how many. */
export const deleteOldParts = storeStatement<{ before: Date; limit: number }>()(
  p => sql<{ deleted: number }>`
    with old as materialized (
      select job_id, part from job_file_parts
      where store_id = ${p.storeId} and job_id = any(array(
        select id from jobs
        where store_id = ${p.storeId} and updated_at < ${p.before} and status in ('complete', 'failed')))
      limit ${p.limit} for update skip locked
    ), deleted as (
      delete from job_file_parts where store_id = ${p.storeId} and (job_id, part) in (select job_id, part from old)
      returning 1
    )
    select count(*)::int as deleted from deleted`,
);
