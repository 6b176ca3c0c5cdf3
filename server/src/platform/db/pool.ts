import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { type ApiError, commonErrors } from '../errors.ts';

/** How to reach the database: a URL, or the parts that the embedded PostgreSQL gives. */
export type Connection =
  | { readonly connectionString: string }
  | {
      readonly host: string;
      readonly port: number;
      readonly user: string;
      readonly password: string;
      readonly database: string;
    };

const int8 = 20;
const timestamptz = 1184;

// int8 is used for money and counts, which fit a double (design.md §3).
pg.types.setTypeParser(int8, Number);
// Straight to the wire form; the session's time zone is UTC and all times are written with milliseconds.
pg.types.setTypeParser(timestamptz, toWireTime);

/** `2021-03-04 09:15:27.48+00` → `2021-03-04T09:15:27.480Z`, the contract's time (reference: README.md, "Times"). */
export function toWireTime(text: string): string {
  const fraction = text.charCodeAt(19) === 46 ? text.slice(20, -3).padEnd(3, '0').slice(0, 3) : '000';
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${fraction}Z`;
}

/**
 * What PostgreSQL shows as the name of a connection's program ends so. The number is one more where a version writes what the one before
 * did not, which counts of values have to know (decision 0073).
 */
const generation = ' 2';

/** The name of the connections of this version, and of those of the version before, which tells of no changes of values. */
export function applicationNames(connection: Connection): { readonly own: string; readonly older: string } {
  const url = 'connectionString' in connection ? connection.connectionString : '';
  const [, given] = /[?&]application_name=([^&]*)/.exec(url) ?? [];
  const older = given === undefined ? 'clientele' : decodeURIComponent(given);
  return { own: older + generation, older };
}

/** The driver prefers what a URL says. */
const withoutName = (url: string) => url.replace(/([?&])application_name=[^&]*&?/, '$1').replace(/[?&]$/, '');

/** Options of every connection that this service opens. */
export function clientOptions(connection: Connection): pg.ClientConfig {
  return {
    ...('connectionString' in connection ? { connectionString: withoutName(connection.connectionString) } : connection),
    application_name: applicationNames(connection).own,
    connectionTimeoutMillis: 5000,
    keepAlive: true,
    // A connection that has died without a word, as after a cut cable, is noticed in minutes and not in hours.
    keepAliveInitialDelayMillis: 10_000,
    // Data lies on an SSD or in memory: a page out of turn costs hardly more than the next one.
    options: '-c timezone=UTC -c jit=off -c random_page_cost=1.1',
  };
}

/**
 * How long a request waits for the database, in milliseconds, before it answers 503: for a free connection, for a statement
 * that the database works on, and for a database that says nothing at all.
 */
const waits = { connection: 3000, statement: 5000, silence: 6000 };

/** How long this process hears nothing of a statement that is allowed to take a minute, in milliseconds. */
export const patientSilenceMs = 65_000;

/**
 * A connection is replaced after so long: a PostgreSQL that was told to end when its clients have gone (SIGTERM, "smart
 * shutdown") takes no new ones, and must not wait for ours for ever.
 */
export const connectionLifetimeSeconds = 60;

/** Opens the pool for requests. */
export function createPool(connection: Connection, size: number, onError: (error: Error) => void): pg.Pool {
  const pool = new pg.Pool({
    ...clientOptions(connection),
    max: size,
    maxLifetimeSeconds: connectionLifetimeSeconds,
    connectionTimeoutMillis: waits.connection,
    statement_timeout: waits.statement,
    query_timeout: waits.silence,
    idle_in_transaction_session_timeout: 15_000,
  });
  // Without a listener the loss of a connection would end the process. The pool tells of those that are idle; the loss of
  // one at work fails its query.
  pool.on('error', onError);
  pool.on('connect', client => client.on('error', () => {}));
  return pool;
}

/** SQLSTATE classes after which a connection is closed or may be broken. */
const breaking = /^(08|53|57P|58|XX)/;

/** Whether PostgreSQL refused a statement, a duplicate for one, and the connection is as good as before. */
function isRefusal(error: unknown): boolean {
  return error instanceof pg.DatabaseError && !breaking.test(error.code ?? 'XX');
}

/** Runs something on a connection of the pool, which is closed after an error that may have broken it. */
export async function withConnection<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let isBroken = false;
  try {
    return await work(client);
  } catch (error) {
    isBroken = !isRefusal(error);
    throw error;
  } finally {
    client.release(isBroken);
  }
}

/** SQLSTATE classes and codes that mean "not now": connection lost, shutting down, out of resources, deadlock, timeout. */
const temporary = /^(08...|57P0[1-5]|57014|53...|40001|40P01|55P03|58...|25006|25P03)$/;

/** Whether a prepared statement would have other columns than when it was prepared: a newer version has changed a table. */
export function isStaleStatement(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === '0A000' && error.routine === 'RevalidateCachedQuery';
}

/** Whether an error of the driver means that the database cannot answer now, and the request may be repeated. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (isStaleStatement(error)) return true;
  const { code } = error as { code?: unknown };
  return (typeof code === 'string' && temporary.test(code)) || isConnectionLost(error);
}

/**
 * Whether the database let nobody in: role or password refused, no such database, or one that takes no connections. The same
 * code of a statement means something else.
 */
export function isLoginRefused(error: unknown): boolean {
  if (!(error instanceof pg.DatabaseError)) return false;
  return /^(28...|3D000)$/.test(error.code ?? '') || (error.code === '55000' && error.routine === 'CheckMyDatabase');
}

/** Whether an error of the driver means that nothing more can be said on the connection, not even `rollback`. */
export function isConnectionLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  if (typeof code === 'string' && /^(ECONN|ENOTFOUND|EPIPE|ETIMEDOUT|EHOST|ENOENT|EAI_)/.test(code)) return true;
  return /^(Connection terminated|Client has encountered a connection error|timeout (exceeded|expired)|Query read timeout|Cannot use a pool|Client was closed)/.test(
    error.message,
  );
}

/** Awaits the end of a connection, but not for ever: a database that says nothing does not say goodbye either. */
export async function closeWithin(closing: Promise<unknown>, ms = 2000): Promise<void> {
  await Promise.race([closing, delay(ms, undefined, { ref: false })]);
}

/** The name of the violated constraint when an error is a violation of it, on PostgreSQL and on Citus (design.md §3). */
export function violatedConstraint(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, constraint } = error as { code?: unknown; constraint?: unknown };
  if (code !== '23505' && code !== '23503') return undefined;
  if (typeof constraint === 'string' && constraint !== '') return constraint;
  return /constraint "([a-z_]+?)(?:_\d+)?"/.exec(error.message)?.[1];
}

/** Translates errors of the driver that are answers: 503 when the database is away, otherwise undefined. */
export function databaseError(error: unknown): ApiError | undefined {
  return isDatabaseUnavailable(error) || isLoginRefused(error) ? commonErrors.databaseUnavailable() : undefined;
}
