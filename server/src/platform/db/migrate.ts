import { Kysely, PostgresDialect } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import pg from 'pg';
import { type Connection, clientOptions } from './pool.ts';
import { globalStatement, sql } from './statement.ts';

const tables = { migrationTableName: 'schema_migrations', migrationLockTableName: 'schema_migrations_lock' };

/** A step in the history of the schema. */
export interface SchemaStep extends Migration {
  /** The tables that it creates, those that others refer to first. Backups go by it, and a test compares. */
  readonly creates: readonly string[];
}

/** The history of the schema: its steps by name, in order. */
export type SchemaHistory = Readonly<Record<string, SchemaStep>>;

/**
 * Brings the database to the newest schema, in one transaction and under an advisory lock, so that processes may start
 * at the same time. Returns the names of the migrations that were applied now; none are, and it throws, when `signal` ends it.
 */
export async function migrateToLatest(
  connection: Connection,
  history: SchemaHistory,
  signal?: AbortSignal,
): Promise<string[]> {
  // A pool of its own: a migration may take longer than the statement timeout of requests.
  const pool = new pg.Pool({ ...clientOptions(connection), max: 1 });
  // Without a listener the loss of its connection would end the process; the next statement fails by it.
  pool.on('error', () => {});
  pool.on('connect', client => signal?.addEventListener('abort', () => client.end().catch(() => {})));
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  try {
    const migrator = new Migrator({
      db,
      provider: { getMigrations: async () => ({ ...history }) },
      ...tables,
      // Of two that were written side by side, the one with the greater name may have been merged first.
      allowUnorderedMigrations: true,
    });
    const { error, results } = await migrator.migrateToLatest();
    if (error !== undefined) throw explained(error);
    return (results ?? []).filter(result => result.status === 'Success').map(result => result.migrationName);
  } finally {
    await db.destroy();
  }
}

/** An extension that is missing, in words of what to do about it. */
function explained(error: unknown): unknown {
  const { code, message = '' } = error as { code?: string; message?: string };
  const [, extension] = /extension "(\w+)"/.exec(message) ?? [];
  if (extension === undefined) return error;
  const advice =
    code === '42501'
      ? `let a superuser run \`create extension ${extension}\` in this database`
      : 'install the contrib modules of PostgreSQL (package postgresql-contrib, on Debian the server itself)';
  return new Error(`PostgreSQL needs the extension ${extension}: ${advice}. It says: ${message}`, { cause: error });
}

/** The names of the migrations applied, in order; none when the database has no schema yet. */
export async function findAppliedMigrations(client: pg.ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ exists: boolean }>(
    `select to_regclass('${tables.migrationTableName}') is not null as exists`,
  );
  if (rows[0]?.exists !== true) return [];
  const found = await client.query<{ name: string }>(`select name from ${tables.migrationTableName} order by name`);
  return found.rows.map(row => row.name);
}

/** For the readiness check: how many migrations are applied, and whether the database takes no writes, as a standby or by a setting. */
export const findReadiness = globalStatement<object>()(
  () => sql<{ applied: number; is_read_only: boolean }>`
    select count(*)::int as applied, current_setting('transaction_read_only')::boolean as is_read_only
    from ${sql.table(tables.migrationTableName)}`,
);
