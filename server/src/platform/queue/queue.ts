import { type ConstructorOptions, PgBoss } from 'pg-boss';
import { type Connection, clientOptions, connectionLifetimeSeconds } from '../db/pool.ts';

/** Background work: what is done on request, and what is done at fixed times, by whichever process comes first. */
export interface Queue {
  /** Wakes the worker of a topic; never throws, since the work itself is written down in the database. */
  wake(topic: string, data: object): Promise<void>;
  stop(): Promise<void>;
}

/** What a process works on. */
export interface QueueWork {
  /** By topic: work on what `wake` sends. */
  readonly onWake: Readonly<Record<string, (data: object) => Promise<void>>>;
  /** By topic: work at the times of a cron expression (UTC), once in all processes together. */
  readonly atTimes: Readonly<Record<string, { readonly cron: string; readonly work: () => Promise<void> }>>;
}

/** Work in progress gets this long when the process stops; what is not finished is taken up again later. */
const stopMs = 5000;

/** A connection that says nothing for so long is given up. */
const silenceMs = 30_000;

/**
 * Starts pg-boss in the schema `pgboss` of the database. It is only the bell: work that must not be lost is a row of a
 * table of ours, which a timed work looks through, so that a bell that did not ring costs a minute and nothing else.
 */
export async function startQueue(options: {
  readonly connection: Connection;
  readonly work: QueueWork;
  readonly onError: (error: unknown) => void;
}): Promise<Queue> {
  const { onError } = options;
  const connection = {
    ...clientOptions(options.connection),
    query_timeout: silenceMs,
    maxLifetimeSeconds: connectionLifetimeSeconds,
  };
  const boss = new PgBoss({ ...(connection as ConstructorOptions), max: 2 });
  boss.on('error', copy => onError(asError(copy)));
  await boss.start();

  const work = (topic: string, pollingIntervalSeconds: number, handle: (data: object) => Promise<void>) =>
    boss.work<object>(topic, { pollingIntervalSeconds }, async ([job]) => {
      try {
        if (job !== undefined) await handle(job.data ?? {});
      } catch (error) {
        onError(error);
      }
    });
  const once = { retryLimit: 0, deleteAfterSeconds: 3600, retentionSeconds: 3600 };
  for (const [topic, handle] of Object.entries(options.work.onWake)) {
    await boss.createQueue(topic, once);
    await work(topic, 1, handle);
  }
  for (const [topic, timed] of Object.entries(options.work.atTimes)) {
    await boss.createQueue(topic, { ...once, policy: 'singleton' });
    await boss.schedule(topic, timed.cron);
    await work(topic, 15, timed.work);
  }

  return {
    wake: async (topic, data) => {
      await boss.send(topic, data).catch(onError);
    },
    stop: () => boss.stop({ graceful: true, timeout: stopMs }),
  };
}

/** pg-boss tells of some errors by plain objects that have the error's fields. */
function asError(copy: Error): Error {
  return copy instanceof Error ? copy : Object.assign(new Error(), copy);
}
