import { timingSafeEqual } from 'node:crypto';
import type { MasterKey } from '../../platform/crypto/master-key.ts';
import type { StoreDb } from '../../platform/db/database.ts';
import { isDatabaseUnavailable } from '../../platform/db/pool.ts';
import { isUuid, newId } from '../../platform/text/uuid.ts';
import type { Context } from '../access/context.ts';
import { checkOrderFilter, exportOrders } from '../orders/orders.export.ts';
import { jobErrors } from './jobs.errors.ts';
import type { NewJob } from './jobs.schema.ts';
import {
  claimJob,
  deleteOldFiles,
  finishJob,
  insertJob,
  insertPart,
  type JobRow,
  selectJob,
  selectJobs,
  selectOpenJobs,
  selectPart,
} from './jobs.store.ts';
import { exportHeader, exportLines } from './order-export.ts';

export type { JobRow } from './jobs.store.ts';

/** A worker that has written nothing for so long is taken for gone. */
const staleAfterMs = 60_000;
/** So long a job that the database cannot serve is taken up again. */
const triedForMs = 3_600_000;
/** Files and their links live this long after the export. */
const fileTtlMs = 7 * 86_400_000;

/** Writes a job down; a worker takes it up at once. Throws 400 for a filter that orders do not have. */
export async function createJob(ctx: Context, input: NewJob): Promise<JobRow> {
  const filter = input.filter ?? '';
  checkOrderFilter(filter);
  const id = newId(ctx.now);
  const row = await ctx.db.first(insertJob, { id, jobType: input.job_type, filter, now: ctx.now });
  if (row === undefined) throw new Error('the job was not stored');
  return row;
}

/** All jobs, newest first. */
export function listJobs(ctx: Context): Promise<JobRow[]> {
  return ctx.db.all(selectJobs, {});
}

/** A job. Throws 404 when there is none. */
export async function getJob(ctx: Context, id: string): Promise<JobRow> {
  const row = isUuid(id) ? await ctx.db.first(selectJob, { id }) : undefined;
  if (row === undefined) throw jobErrors.notFound();
  return row;
}

/** The jobs of a store that wait for a worker, also those whose worker is gone. */
export async function findOpenJobs(db: StoreDb, now: Date): Promise<string[]> {
  const staleBefore = new Date(now.getTime() - staleAfterMs);
  return (await db.all(selectOpenJobs, { staleBefore })).map(row => row.id);
}

/**
 * Does a job, unless another worker has it, or takes it up meanwhile because this one wrote nothing for too long. Whatever
 * happens, the job says how it ended, or is taken up again.
 */
export async function runJob(db: StoreDb, id: string): Promise<void> {
  const now = () => new Date();
  const staleBefore = new Date(Date.now() - staleAfterMs);
  const job = await db.first(claimJob, { id, staleBefore, now: now() });
  if (job === undefined) return;
  let held = job.updated_at;
  try {
    let part = 0;
    let text = exportHeader();
    for await (const orders of exportOrders(db, job.filter)) {
      text += exportLines(orders);
      const added = await db.first(insertPart, { id, held, part, content: Buffer.from(text), now: now() });
      if (added === undefined) return;
      held = added.updated_at;
      text = '';
      part += 1;
    }
    const isEmpty = part === 0;
    const error = isEmpty ? 'No results matched the supplied filter' : null;
    await db.all(finishJob, { id, held, status: isEmpty ? 'failed' : 'complete', error, now: now() });
  } catch (error) {
    const mayGoOn = isDatabaseUnavailable(error) && Date.now() - Date.parse(job.created_at) < triedForMs;
    if (!mayGoOn) {
      await db.all(finishJob, { id, held, status: 'failed', error: 'The export could not be completed', now: now() });
    }
    throw error;
  }
}

/** Removes the files of a store that no link reaches any more. */
export async function removeOldFiles(db: StoreDb, now: Date): Promise<void> {
  await db.all(deleteOldFiles, { before: new Date(now.getTime() - fileTtlMs) });
}

const signatureOf = (masterKey: MasterKey, storeId: string, jobId: string, expires: number): string =>
  masterKey.digest(`job file\n${storeId}\n${jobId}\n${expires}`, 32).toString('base64url');

/** The path of a job's file, signed; undefined before it is complete. */
export function filePathOf(masterKey: MasterKey, job: JobRow): string | undefined {
  if (job.status !== 'complete') return undefined;
  const expires = Math.floor((Date.parse(job.updated_at) + fileTtlMs) / 1000);
  const signature = signatureOf(masterKey, job.store_id, job.id, expires);
  return `/files/${job.store_id}/${job.id}.csv?expires=${expires}&signature=${signature}`;
}

/** Whether a link to a file was made by `filePathOf` and is still valid. */
export function isValidLink(
  masterKey: MasterKey,
  link: { readonly storeId: string; readonly jobId: string; readonly expires: string; readonly signature: string },
): boolean {
  const expires = Number(link.expires);
  if (!/^\d{1,12}$/.test(link.expires) || expires * 1000 <= Date.now()) return false;
  const right = Buffer.from(signatureOf(masterKey, link.storeId, link.jobId, expires));
  const given = Buffer.from(link.signature);
  return given.length === right.length && timingSafeEqual(given, right);
}

/** The file of a job, a part at a time. Throws 404 when there is none. */
export async function openFile(db: StoreDb, id: string): Promise<AsyncGenerator<Buffer>> {
  const first = await db.first(selectPart, { id, part: 0 });
  if (first === undefined) throw jobErrors.noFile();
  return (async function* parts() {
    let next: { content: Buffer } | undefined = first;
    for (let part = 1; next !== undefined; part += 1) {
      yield next.content;
      next = await db.first(selectPart, { id, part });
    }
  })();
}
