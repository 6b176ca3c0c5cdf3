import { createHash } from 'node:crypto';
import type pg from 'pg';
import { type Connection, createPool } from './pool.ts';
import type { GlobalStatement, Statement, StoreStatement } from './statement.ts';

interface Runner {
  query(config: { text: string; values: unknown[]; name?: string }): Promise<pg.QueryResult>;
}

type RunStatement = <P, R>(statement: Statement<'store' | 'global', P, R>, parameters: P) => Promise<R[]>;

/** Names for prepared statements: a hash of the SQL, for the first 1,000 texts, so that a connection's memory has a bound. */
function statementNames(): (text: string) => string | undefined {
  const names = new Map<string, string>();
  return text => {
    const known = names.get(text);
    if (known !== undefined || names.size >= 1000) return known;
    const name = createHash('sha256').update(text).digest('base64url').slice(0, 22);
    names.set(text, name);
    return name;
  };
}

/** Runs statements on the tables of one store, which it binds to each of them. */
export class StoreDb {
  readonly storeId: string;
  readonly #run: RunStatement;

  constructor(storeId: string, run: RunStatement) {
    this.storeId = storeId;
    this.#run = run;
  }

  /** All rows. */
  all<P extends object, R>(statement: StoreStatement<P, R>, parameters: P): Promise<R[]> {
    return this.#run(statement, { ...parameters, storeId: this.storeId });
  }

  /** The first row, or undefined. */
  async first<P extends object, R>(statement: StoreStatement<P, R>, parameters: P): Promise<R | undefined> {
    return (await this.all(statement, parameters))[0];
  }
}

/** Statements on global tables. */
export interface GlobalDb {
  all<P extends object, R>(statement: GlobalStatement<P, R>, parameters: P): Promise<R[]>;
}

/** The process's door to PostgreSQL. */
export interface DatabaseConnection extends GlobalDb {
  /** For `LISTEN`, `COPY` and migrations, which need a connection of their own. */
  readonly connection: Connection;
  readonly pool: pg.Pool;
  /** The first row, or undefined. */
  first<P extends object, R>(statement: GlobalStatement<P, R>, parameters: P): Promise<R | undefined>;
  /** The tables of one store. */
  forStore(storeId: string): StoreDb;
  /** Runs `work` in one transaction on the tables of a store; rolls back when it throws. */
  inTransaction<T>(storeId: string, work: (tx: StoreDb) => Promise<T>): Promise<T>;
  /** Runs `work` in one transaction on the global tables, while holding the advisory lock of that name. */
  inLockedTransaction<T>(lock: string, work: (tx: GlobalDb) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly connection: Connection;
  readonly poolSize: number;
  readonly preparedStatements: boolean;
  readonly onError: (error: Error) => void;
}

/** Opens the pool; connects lazily. */
export function openDatabase(options: DatabaseOptions): DatabaseConnection {
  const pool = createPool(options.connection, options.poolSize, options.onError);
  const nameOf = options.preparedStatements ? statementNames() : () => undefined;

  const runOn =
    (runner: Runner): RunStatement =>
    async (statement, parameters) => {
      const name = nameOf(statement.text);
      const values = statement.bind(parameters);
      const result = await runner.query(
        name === undefined ? { text: statement.text, values } : { text: statement.text, values, name },
      );
      return result.rows;
    };
  const run = runOn(pool);

  async function transaction<T>(work: (runner: Runner) => Promise<T>): Promise<T> {
    const client = await pool.connect();
    let broken: unknown;
    try {
      await client.query('begin');
      const result = await work(client);
      await client.query('commit');
      return result;
    } catch (error) {
      await client.query('rollback').catch(rollbackError => {
        broken = rollbackError;
      });
      throw error;
    } finally {
      client.release(broken !== undefined);
    }
  }

  return {
    connection: options.connection,
    pool,
    all: (statement, parameters) => run(statement, parameters),
    first: async (statement, parameters) => (await run(statement, parameters))[0],
    forStore: storeId => new StoreDb(storeId, run),
    inTransaction: (storeId, work) => transaction(runner => work(new StoreDb(storeId, runOn(runner)))),
    inLockedTransaction: (lock, work) =>
      transaction(async runner => {
        await runner.query({ text: 'select pg_advisory_xact_lock(hashtextextended($1, 0))', values: [lock] });
        const runGlobal = runOn(runner);
        return work({ all: (statement, parameters) => runGlobal(statement, parameters) });
      }),
    close: () => pool.end(),
  };
}
