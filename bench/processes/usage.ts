import pg from 'pg';

// Loaded into a measured server before its own code (`node --import`): answers each message of the benchmark with what
// the process has used so far. The server itself is the one that users run.

/** What a process has used since its start. */
export interface Usage {
  /** User and system time of all threads, in microseconds. */
  readonly cpu: number;
  /** Statements sent to the database; each is one round trip. */
  readonly statements: number;
  /** Memory that the process holds now, in bytes. */
  readonly rss: number;
}

let statements = 0;
const { query } = pg.Client.prototype;
pg.Client.prototype.query = function (this: pg.Client, ...parameters: unknown[]) {
  statements += 1;
  return (query as (...parameters: unknown[]) => unknown).apply(this, parameters);
} as typeof query;

process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpu: user + system, statements, rss: process.memoryUsage.rss() } satisfies Usage);
});
// Not a reason to go on running.
process.channel?.unref();
// However the benchmark has ended: what it measured must not outlive it.
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
