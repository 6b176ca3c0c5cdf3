import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import pg from 'pg';
import {
  type Connection,
  closeWithin,
  createPool,
  isConnectionLost,
  isStaleStatement,
  withConnection,
} from './pool.ts';
import { sharedReads } from './shared-reads.ts';
import { type GlobalStatement, globalStatement, type Statement, type StoreStatement, sql } from './statement.ts';
import { type Send, sendOn, Transaction } from './transaction.ts';

type RunStatement = <P, R>(statement: Statement<'store' | 'global', P, R>, parameters: P) => Promise<R[]>;

/** Runs work in one transaction; inside one already, behind a savepoint. */
type Begin = <T>(work: (run: RunStatement, begin: Begin) => Promise<T>) => Promise<T>;

const lockByName = globalStatement<{ lock: string }>()(
  p => sql`select pg_advisory_xact_lock(hashtextextended(${p.lock}, 0))`,
);

/** Names for prepared statements. */
interface StatementNames {
  of(text: string): string | undefined;
  /** The connections that have prepared the statement cannot run it any more: gives it a name that none knows. */
  renew(text: string, refused: string): void;
}

/** A hash of the SQL, for the first 1,000 texts, so that a connection's memory has a bound. */
function statementNames(): StatementNames {
  const names = new Map<string, string>();
  let renewals = 0;
  const nameOf = (text: string) => createHash('sha256').update(text).digest('base64url').slice(0, 22);
  return {
    of: text => {
      const known = names.get(text);
      if (known !== undefined || names.size >= 1000) return known;
      const name = nameOf(text);
      names.set(text, name);
      return name;
    },
    renew: (text, refused) => {
      // Each connection that has it refuses it; once is enough.
      if (names.get(text) !== refused) return;
      renewals += 1;
      names.set(text, `${nameOf(text)}.${renewals}`);
    },
  };
}

const noNames: StatementNames = { of: () => undefined, renew: () => {} };

/** Runs statements on the tables of one store, which it binds to each of them. */
export class StoreDb {
  readonly storeId: string;
  /** Stands for what this process remembers of the store: a key for a `WeakMap`. May be a new one at any time. */
  readonly memory: object;
  readonly #run: RunStatement;
  readonly #begin: Begin;

  constructor(storeId: string, run: RunStatement, begin: Begin, memory: object = {}) {
    this.storeId = storeId;
    this.memory = memory;
    this.#run = run;
    this.#begin = begin;
  }

  /** All rows. */
  all<P extends object, R>(statement: StoreStatement<P, R>, parameters: P): Promise<R[]> {
    return this.#run(statement, { ...parameters, storeId: this.storeId });
  }

  /** The first row, or undefined. */
  async first<P extends object, R>(statement: StoreStatement<P, R>, parameters: P): Promise<R | undefined> {
    return (await this.all(statement, parameters))[0];
  }

  /** Runs `work` in one transaction on the tables of the store; rolls back when it throws. May be nested. */
  inTransaction<T>(work: (tx: StoreTx) => Promise<T>): Promise<T> {
    return this.#begin((run, begin) => work(new StoreTx(this.storeId, run, begin, this.memory)));
  }
}

/** A transaction on the tables of one store: what a function asks for that must not run outside of one. */
export class StoreTx extends StoreDb {
  /** Never read: makes a plain `StoreDb` another type. */
  declare protected readonly isTransaction: true;
}

/** A process remembers something of so many stores, those asked for last. */
const rememberedStores = 1000;

/** Statements on global tables. */
export interface GlobalDb {
  all<P extends object, R>(statement: GlobalStatement<P, R>, parameters: P): Promise<R[]>;
}

/** A transaction on the global tables, which may also be one on those of stores. */
export interface GlobalTx extends GlobalDb {
  /** The tables of one store, in the same transaction. */
  forStore(storeId: string): StoreTx;
}

/** The process's door to PostgreSQL. */
export interface DatabaseConnection extends GlobalDb {
  /** For `LISTEN`, `COPY` and migrations, which need a connection of their own. */
  readonly connection: Connection;
  /** The first row, or undefined. */
  first<P extends object, R>(statement: GlobalStatement<P, R>, parameters: P): Promise<R | undefined>;
  /** The tables of one store. */
  forStore(storeId: string): StoreDb;
  /** Runs `work` in one transaction on the global tables, while holding the advisory lock of that name. */
  inLockedTransaction<T>(lock: string, work: (tx: GlobalTx) => Promise<T>): Promise<T>;
  /** Lets PostgreSQL plan by what a table has now, after many rows were written. */
  analyze(table: string): Promise<void>;
  /** Removes all rows of a table that holds nothing but what can be told again from others. */
  clear(table: string): Promise<void>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly connection: Connection;
  readonly poolSize: number;
  readonly preparedStatements: boolean;
  readonly onError: (error: Error) => void;
}

/** Runs statements, under names where there are some. */
function statementRunner(names: StatementNames): (send: Send) => RunStatement {
  return send => async (statement, parameters) => {
    // PostgreSQL plans an unnamed statement for its values; a named one, after some executions, for any values.
    const name = statement.isReplanned || statement.isPatient ? undefined : names.of(statement.text);
    try {
      return (await send(statement.text, statement.bind(parameters), name, statement)) as never;
    } catch (error) {
      if (name !== undefined && isStaleStatement(error)) names.renew(statement.text, name);
      throw error;
    }
  };
}

/** Statements on global tables, on a connection that the platform holds for something else. */
export function globalDb(client: pg.ClientBase): GlobalDb {
  const run = statementRunner(noNames)(sendOn(client));
  return { all: (statement, parameters) => run(statement, parameters) };
}

/** Opens the pool; connects lazily. */
export function openDatabase(options: DatabaseOptions): DatabaseConnection {
  const pool = createPool(options.connection, options.poolSize, options.onError);
  const runOn = statementRunner(options.preparedStatements ? statementNames() : noNames);
  const readShared = sharedReads(pool);
  const runOnce = runOn((text, values, name, duration) =>
    duration.isBrief && name !== undefined
      ? readShared({ name, text, values })
      : withConnection(pool, client => sendOn(client)(text, values, name, duration)),
  );
  const run: RunStatement = async (statement, parameters) => {
    try {
      return await runOnce(statement, parameters);
    } catch (error) {
      if (isStaleStatement(error)) return runOnce(statement, parameters);
      throw error;
    }
  };

  const begin: Begin = async work => {
    const client = await pool.connect();
    let isBroken = false;
    // The pool listens only while a connection is idle; without a listener its loss would end the process.
    const onLost = () => {
      isBroken = true;
    };
    client.on('error', onLost);
    const transaction = new Transaction(client);
    try {
      transaction.begin('begin');
      const result = await work(runOn(transaction.send), savepoint(transaction));
      await transaction.end('commit');
      return result;
    } catch (error) {
      isBroken ||= isConnectionLost(error);
      if (!isBroken) {
        await transaction.end('rollback').catch(() => {
          isBroken = true;
        });
      }
      throw error;
    } finally {
      client.off('error', onLost);
      client.release(isBroken);
    }
  };

  const savepoint =
    (transaction: Transaction): Begin =>
    async work => {
      transaction.begin('savepoint nested');
      try {
        const result = await work(runOn(transaction.send), savepoint(transaction));
        await transaction.end('release savepoint nested');
        return result;
      } catch (error) {
        if (!isConnectionLost(error)) await transaction.end('rollback to savepoint nested');
        throw error;
      }
    };

  const memories = new LRUCache<string, object>({ max: rememberedStores });
  const memoryOf = (storeId: string): object => {
    const known = memories.get(storeId);
    if (known !== undefined) return known;
    const made = {};
    memories.set(storeId, made);
    return made;
  };

  return {
    connection: options.connection,
    all: (statement, parameters) => run(statement, parameters),
    first: async (statement, parameters) => (await run(statement, parameters))[0],
    forStore: storeId => new StoreDb(storeId, run, begin, memoryOf(storeId)),
    inLockedTransaction: (lock, work) =>
      begin(async (runInside, beginInside) => {
        await runInside(lockByName, { lock });
        return work({
          all: (statement, parameters) => runInside(statement, parameters),
          forStore: storeId => new StoreTx(storeId, runInside, beginInside, memoryOf(storeId)),
        });
      }),
    analyze: async table => {
      await pool.query(`analyze ${pg.escapeIdentifier(table)}`);
    },
    clear: async table => {
      await pool.query(`delete from ${pg.escapeIdentifier(table)}`);
    },
    close: () => closeWithin(pool.end()),
  };
}
