import type { StoreDb } from '../../platform/db/database.ts';
import type { Found } from '../../platform/db/listing.ts';
import { dayMs } from '../../platform/durations.ts';
import type { Page } from '../../platform/query/page.ts';
import { isUuid, newId } from '../../platform/text/uuid.ts';
import type { Context } from '../access/context.ts';
import { exporters } from './exports.ts';
import { jobErrors } from './jobs.errors.ts';
import { allJobs, jobListing } from './jobs.list.ts';
import type { NewJob } from './jobs.schema.ts';
import { deleteOldJobs, insertJob, type JobRow, selectJob } from './jobs.store.ts';

export type { JobRow } from './jobs.store.ts';

/** A job that has ended is kept this long. */
const jobTtlMs = 30 * dayMs;

/** Writes a job down; a worker takes it up within seconds. Throws 400 for a filter that the exported do not have. */
export async function createJob(ctx: Context, input: NewJob): Promise<JobRow> {
  const filter = input.filter ?? '';
  await exporters[input.job_type].check(ctx.db, filter);
  const id = newId(ctx.now);
  const row = await ctx.db.first(insertJob, { id, jobType: input.job_type, filter, now: ctx.now });
  if (row === undefined) throw new Error('the job was not stored');
  return row;
}

/** A page of the jobs, newest first. */
export async function listJobs(ctx: Context, page: Page): Promise<Found<JobRow>> {
  const { defaultSort: sort } = jobListing;
  return (await jobListing.select(ctx.db, { filter: [], sort, page, scope: allJobs })) ?? { rows: [], total: 0 };
}

/** A job. Throws 404 when there is none. */
export async function getJob(ctx: Context, id: string): Promise<JobRow> {
  const row = isUuid(id) ? await ctx.db.first(selectJob, { id }) : undefined;
  if (row === undefined) throw jobErrors.notFound();
  return row;
}

/** Forgets jobs that ended long ago, at most `limit`; their files have gone before. Answers how many. */
export async function forgetOldJobs(db: StoreDb, now: Date, limit: number): Promise<number> {
  const before = new Date(now.getTime() - jobTtlMs);
  return (await db.first(deleteOldJobs, { before, limit }))?.deleted ?? 0;
}
