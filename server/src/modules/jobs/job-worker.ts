import type { StoreDb } from '../../platform/db/database.ts';
import { isDatabaseUnavailable } from '../../platform/db/pool.ts';
import { csvHeader, csvLines } from './csv.ts';
import { exporters } from './exports.ts';
import { clearParts, insertPart } from './job-files.store.ts';
import { claimJob, finishJob, selectOpenJobs } from './jobs.store.ts';

/** A worker that has written nothing for so long is taken for gone. */
const staleAfterMs = 60_000;
/** So long a job that the database cannot serve is taken up again. */
const triedForMs = 3_600_000;
/** A part of a file ends with the rows that bring it to so many characters. */
const partCharacters = 250_000;
/** So many rows are written as text at a time. */
const rowsAtOnce = 100;
/** Parts of an earlier worker that one statement throws away. */
const clearedAtOnce = 50;

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
    for (let left = clearedAtOnce; left === clearedAtOnce; ) {
      const cleared = await db.first(clearParts, { id, held, limit: clearedAtOnce, now: now() });
      if (cleared === undefined) return;
      held = cleared.updated_at;
      left = cleared.deleted;
    }
    let part = 0;
    const { columns, batches } = await exporters[job.job_type].open(db, job.filter);
    let text = csvHeader(columns);
    let isEmpty = true;
    /** Answers whether the job is still that of this worker. */
    const writePart = async () => {
      const added = await db.first(insertPart, { id, held, part, content: Buffer.from(text), now: now() });
      if (added === undefined) return false;
      held = added.updated_at;
      text = '';
      part += 1;
      return true;
    };
    for await (const rows of batches) {
      isEmpty = false;
      for (let from = 0; from < rows.length; from += rowsAtOnce) {
        text += csvLines(rows.slice(from, from + rowsAtOnce));
        if (text.length >= partCharacters && !(await writePart())) return;
      }
    }
    if (!isEmpty && text !== '' && !(await writePart())) return;
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
