import { StoreDb, type StoreTx } from './database.ts';
import type { StoreStatement } from './statement.ts';

/** How the work of a deferred transaction ended. */
export type Outcome<T> = { readonly value: T } | { readonly error: unknown };

interface Steps<T> {
  /** Runs when the transaction begins. What it throws is thrown to the work. */
  first(tx: StoreTx): Promise<void>;
  /** What it does with `db` is undone when it throws. */
  work(db: StoreDb): Promise<T>;
  /** Runs at the end, whatever became of the work. What it throws undoes everything and replaces the outcome. */
  last(tx: StoreTx, outcome: Outcome<T>): Promise<void>;
}

/** Begins its transaction with the first statement, so that no connection is held while a password is hashed. */
class DeferredDb extends StoreDb {
  readonly #start: () => Promise<StoreTx>;

  constructor({ storeId, memory }: StoreDb, start: () => Promise<StoreTx>) {
    const notBegun = () => Promise.reject(new Error('the transaction has not begun'));
    super(storeId, notBegun, notBegun, memory);
    this.#start = start;
  }

  override async all<P extends object, R>(statement: StoreStatement<P, R>, parameters: P): Promise<R[]> {
    return (await this.#start()).all(statement, parameters);
  }

  override async inTransaction<T>(work: (tx: StoreTx) => Promise<T>): Promise<T> {
    return (await this.#start()).inTransaction(work);
  }
}

/** Runs work in a transaction that begins when it is first used, and that may be kept although the work has failed. */
export async function inDeferredTransaction<T>(db: StoreDb, steps: Steps<T>): Promise<T> {
  const work = Promise.withResolvers<T>();
  work.promise.catch(() => {});
  let transaction: Promise<void> | undefined;
  let begun: Promise<StoreTx> | undefined;

  function start(): Promise<StoreTx> {
    begun ??= new Promise((resolve, reject) => {
      transaction = db.inTransaction(async tx => {
        await steps.first(tx);
        const outcome = await tx
          .inTransaction(savepoint => {
            resolve(savepoint);
            return work.promise;
          })
          .then(
            value => ({ value }),
            error => ({ error }),
          );
        await steps.last(tx, outcome);
      });
      transaction.catch(reject);
    });
    return begun;
  }

  try {
    work.resolve(await steps.work(new DeferredDb(db, start)));
  } catch (error) {
    work.reject(error);
  }
  await start().catch(() => {});
  await transaction;
  return work.promise;
}
