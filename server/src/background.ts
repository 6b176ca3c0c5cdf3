import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { forgetOldEntries } from './modules/audit/audit.service.ts';
import { deleteExpiredCarts } from './modules/carts/carts.service.ts';
import { forgetUnusedTags } from './modules/customers/customer-tags.service.ts';
import { indexDefaults } from './modules/flows/default-rows.service.ts';
import { purgeValues } from './modules/flows/purges.service.ts';
import { countValues } from './modules/flows/value-counts.service.ts';
import { forgetOldAnswers } from './modules/idempotency/idempotency.ts';
import { removeOldFiles } from './modules/jobs/job-files.ts';
import { findOpenJobs, runJob } from './modules/jobs/job-worker.ts';
import { forgetOldJobs } from './modules/jobs/jobs.service.ts';
import { sweepSearchTexts } from './modules/search-sweep/search-sweep.service.ts';
import { listStores, type StoreRow } from './modules/stores/stores.service.ts';
import type { DatabaseConnection, StoreDb } from './platform/db/database.ts';
import { closeWithin, isDatabaseUnavailable } from './platform/db/pool.ts';
import { describeError } from './platform/http/error-document.ts';
import type { Queue, QueueWork } from './platform/queue/queue.ts';

/** A job that a worker shall take up. */
export interface JobToDo {
  readonly storeId: string;
  readonly jobId: string;
}

/** The background work of a process. */
export interface Background {
  /** Tells a worker, in whatever process, of a new job. */
  wake(job: JobToDo): void;
  stop(): Promise<void>;
}

/** Rows removed by one statement: nobody waits long for it. */
const batchSize = 500;
/** The same of the parts of files, which are large. */
const fileBatchSize = 50;
/** Customers whose rows are locked together. */
const sweptAtOnce = 200;
/** Longer than any statement of a request lasts. */
const settleMs = 10_000;
const retryMs = 5000;
/** A little more than the queue gives to work in progress. */
const stopMs = 6000;

async function untilDone(remove: (limit: number) => Promise<number>, limit = batchSize): Promise<void> {
  while ((await remove(limit)) === limit);
}

/** Works on each, also after one has failed; throws in the end what the first that failed threw. */
async function onEach<T>(things: readonly T[], work: (thing: T) => Promise<unknown>): Promise<void> {
  const faults: unknown[] = [];
  for (const thing of things) await work(thing).catch(error => faults.push(error));
  if (faults.length > 0) throw faults[0];
}

/** What is done, and when. Every work may be done by several processes at once, and again after a kill. */
export function backgroundWork(database: DatabaseConnection): QueueWork {
  const inEveryStore = (work: (db: StoreDb, store: StoreRow) => Promise<unknown>) => async () => {
    await onEach(await listStores(database), store => work(database.forStore(store.id), store));
  };
  const run = ({ storeId, jobId }: JobToDo) => runJob(database.forStore(storeId), jobId);
  return {
    onWake: { job: data => run(data as JobToDo) },
    atTimes: {
      'expired-carts': {
        cron: '* * * * *',
        work: inEveryStore(db => untilDone(limit => deleteExpiredCarts(db, new Date(), limit))),
      },
      'open-jobs': {
        cron: '* * * * *',
        work: inEveryStore(async db =>
          onEach(await findOpenJobs(db, new Date()), jobId => run({ storeId: db.storeId, jobId })),
        ),
      },
      'deleted-fields': { cron: '* * * * *', work: inEveryStore(db => purgeValues(db, new Date(), batchSize)) },
      'defaults-of-fields': {
        cron: '* * * * *',
        work: inEveryStore(db =>
          indexDefaults(db, { settleMs, rowsAtOnce: batchSize, analyze: () => database.analyze('custom_index') }),
        ),
      },
      'counts-of-values': { cron: '* * * * *', work: inEveryStore(db => countValues(database, db, new Date())) },
      'search-texts': { cron: '* * * * *', work: inEveryStore(db => sweepSearchTexts(db, new Date(), sweptAtOnce)) },
      'old-answers': {
        cron: '*/10 * * * *',
        work: inEveryStore(db => untilDone(limit => forgetOldAnswers(db, new Date(), limit))),
      },
      'old-files': {
        cron: '17 * * * *',
        work: inEveryStore(db => untilDone(limit => removeOldFiles(db, new Date(), limit), fileBatchSize)),
      },
      'old-jobs': {
        cron: '41 3 * * *',
        work: inEveryStore(db => untilDone(limit => forgetOldJobs(db, new Date(), limit))),
      },
      'unused-tags': {
        cron: '11 3 * * *',
        work: inEveryStore(db => untilDone(limit => forgetUnusedTags(db, limit))),
      },
      'old-audit': {
        cron: '23 3 * * *',
        work: inEveryStore((db, store) => untilDone(limit => forgetOldEntries(db, store, new Date(), limit))),
      },
    },
  };
}

/**
 * Starts the background work beside the server, and again until it has started: requests do not wait for it. `afterMs`: so
 * much later, because loading pg-boss would keep the first requests waiting.
 */
export function startBackground(database: DatabaseConnection, log: Logger, afterMs = 0): Background {
  const stopping = new AbortController();
  const onError = (error: unknown) => {
    // It stops with the server, and work that had not begun may be the last to hear of it.
    if (stopping.signal.aborted && isDatabaseUnavailable(error)) return;
    log.error({ ...describeError(error), work: 'background' });
  };

  async function start(): Promise<Queue | undefined> {
    const { signal } = stopping;
    await delay(afterMs, undefined, { signal }).catch(() => {});
    while (!signal.aborted) {
      try {
        const { startQueue } = await import('./platform/queue/queue.ts');
        return await startQueue({ connection: database.connection, work: backgroundWork(database), onError });
      } catch (error) {
        onError(error);
        await delay(retryMs, undefined, { signal }).catch(() => {});
      }
    }
    return undefined;
  }
  const queue = start();

  return {
    wake: job => void queue.then(started => started?.wake('job', job)),
    stop: async () => {
      stopping.abort();
      await closeWithin(queue.then(started => started?.stop()).catch(onError), stopMs);
    },
  };
}
