import { timingSafeEqual } from 'node:crypto';
import type { MasterKey } from '../../platform/crypto/master-key.ts';
import type { StoreDb } from '../../platform/db/database.ts';
import { dayMs } from '../../platform/durations.ts';
import { exporters } from './exports.ts';
import { deleteOldParts, selectPart } from './job-files.store.ts';
import { jobErrors } from './jobs.errors.ts';
import { type JobRow, selectJob } from './jobs.store.ts';

/** Files and their links live this long after the export. */
const fileTtlMs = 7 * dayMs;

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

/** The file of a job, a part at a time, and its name. Throws 404 when there is none. */
export async function openFile(
  db: StoreDb,
  id: string,
): Promise<{ readonly name: string; readonly parts: AsyncGenerator<Buffer> }> {
  const job = await db.first(selectJob, { id });
  const first = await db.first(selectPart, { id, part: 0 });
  if (job === undefined || first === undefined) throw jobErrors.noFile();
  const parts = (async function* parts() {
    let next: { content: Buffer } | undefined = first;
    for (let part = 1; next !== undefined; part += 1) {
      yield next.content;
      next = await db.first(selectPart, { id, part });
    }
  })();
  return { name: `${exporters[job.job_type].fileName}-${id}.csv`, parts };
}

/** Removes parts of files that no link reaches any more, at most `limit`. Answers how many. */
export async function removeOldFiles(db: StoreDb, now: Date, limit: number): Promise<number> {
  const before = new Date(now.getTime() - fileTtlMs);
  return (await db.first(deleteOldParts, { before, limit }))?.deleted ?? 0;
}
