import type pg from 'pg';
import { asAsked, type NamedStatement, type Row, runTogether } from './named-query.ts';
import { isDatabaseUnavailable, withConnection } from './pool.ts';

/** So many reads share a connection: the last of them waits for all others. */
const readsOfAConnection = 8;

interface Read {
  readonly statement: NamedStatement;
  resolve(rows: readonly Row[]): void;
  reject(error: unknown): void;
}

/**
 * Runs brief reads: those that are asked for in one turn of the event loop go to the database in one packet, on one connection.
 * Waking its process for each of them costs more than all else that a request does
 * (docs/decisions/0037-brief-reads-share-a-connection.md). One that fails does not touch the others.
 */
export function sharedReads(pool: pg.Pool): (statement: NamedStatement) => Promise<readonly Row[]> {
  let waiting: Read[] = [];

  async function run(reads: readonly Read[]): Promise<void> {
    let left = reads;
    try {
      await withConnection(pool, async client => {
        const { done, error } = await runTogether(
          client,
          reads.map(({ statement }) => statement),
        );
        for (const [index, rows] of done.entries()) reads[index]?.resolve(rows);
        left = reads.slice(done.length);
        if (error !== null) throw error;
      });
    } catch (error) {
      const [failed, ...others] = left;
      failed?.reject(error);
      // Whoever has waited in vain for the database once is not made to wait again.
      const isInVain = isDatabaseUnavailable(error);
      for (const read of others) {
        if (isInVain) read.reject(error);
        else void run([read]);
      }
    }
  }

  function runAll(): void {
    const reads = waiting;
    waiting = [];
    for (let first = 0; first < reads.length; first += readsOfAConnection)
      void run(reads.slice(first, first + readsOfAConnection));
  }

  return async statement => {
    const { promise, resolve, reject } = Promise.withResolvers<readonly Row[]>();
    waiting.push({ statement, resolve, reject });
    // After whatever else the sockets have brought.
    if (waiting.length === 1) setImmediate(runAll);
    try {
      return await promise;
    } catch (error) {
      throw asAsked(error);
    }
  };
}
