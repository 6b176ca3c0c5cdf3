import {
  type CompiledQuery,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
  sql,
} from 'kysely';
import type { Database } from './schema.ts';

/** The query builder. It only builds: statements run through `StoreDb` or `GlobalDb`, which this file's types keep apart. */
export const query = new Kysely<Database>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: db => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});

export { type RawBuilder, sql };

/** Stands in a compiled statement for a value that is given when it runs. */
class Parameter {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** A query that was built and compiled once. `scope` says whether it may touch the tables of stores. */
export interface Statement<Scope extends 'store' | 'global', P, R> {
  readonly scope: Scope;
  readonly text: string;
  /** Whether the best plan depends so much on the values that each execution is planned anew. */
  readonly isReplanned: boolean;
  /** Whether it reads a few rows by a key: outside of a transaction it may share a connection (shared-reads.ts). */
  readonly isBrief: boolean;
  /** Whether it may take a minute, in a transaction whose `statement_timeout` allows that. */
  readonly isPatient: boolean;
  /** The values for `$1…`, in order, from named parameters. */
  bind(parameters: P): unknown[];
  /** Carries the row type; never read. */
  readonly row?: R;
}

export type StoreStatement<P, R> = Statement<'store', P, R>;
export type GlobalStatement<P, R> = Statement<'global', P, R>;

interface Compilable<R> {
  compile(executor?: unknown): CompiledQuery<R>;
}

interface StatementOptions {
  readonly isReplanned?: boolean;
  readonly isBrief?: boolean;
  readonly isPatient?: boolean;
  /** Whether requests shape it, so that there is no end of them. */
  readonly isShaped?: true;
}

/** Whether a statement neither writes nor locks. */
const isPlainRead = (text: string) => /^\s*select\b/.test(text) && !/\bfor (no key |key )?(update|share)\b/.test(text);

/** Every statement compiled so far that no request shapes: what the test of the store predicate reads. */
export const compiledStatements = new Map<string, Statement<'store' | 'global', never, unknown>>();

function compile<Scope extends 'store' | 'global', P, R>(
  scope: Scope,
  build: (parameters: P) => Compilable<R>,
  { isReplanned = false, isBrief = false, isPatient = false, isShaped }: StatementOptions = {},
): Statement<Scope, P, R> {
  const placeholders = new Proxy({}, { get: (_, name) => new Parameter(String(name)) }) as P;
  const compiled = build(placeholders).compile(query);
  if (isBrief && !isPlainRead(compiled.sql)) throw new Error(`not a plain read: ${compiled.sql}`);
  const slots = compiled.parameters;
  const statement: Statement<Scope, P, R> = {
    scope,
    text: compiled.sql,
    isReplanned,
    isBrief,
    isPatient,
    bind: parameters =>
      slots.map(slot => (slot instanceof Parameter ? (parameters as Record<string, unknown>)[slot.name] : slot)),
  };
  if (!isShaped) compiledStatements.set(compiled.sql, statement);
  return statement;
}

/**
 * Compiles a statement on the tables of one store. `parameters.storeId` is bound by the `StoreDb` that runs it, never by
 * the caller; the statement must use it on every table it touches, which a test proves from the plans.
 *
 *     const findCustomer = storeStatement<{ id: string }>()(p =>
 *       query.selectFrom('customers').selectAll().where('store_id', '=', p.storeId).where('id', '=', p.id));
 */
export function storeStatement<P extends object>(options: StatementOptions = {}) {
  return <R>(build: (parameters: P & { readonly storeId: string }) => Compilable<R>): StoreStatement<P, R> =>
    compile('store', build as (parameters: P) => Compilable<R>, options);
}

/** Compiles a statement on the global tables. */
export function globalStatement<P extends object>() {
  return <R>(build: (parameters: P) => Compilable<R>): GlobalStatement<P, R> => compile('global', build);
}

/** Keeps statements that are composed at run time (filters, sorts), by their shape, so that each is compiled once. */
export function statementCache<P, R>(
  limit = 500,
): (shape: string, make: () => StoreStatement<P, R>) => StoreStatement<P, R> {
  const cache = new Map<string, StoreStatement<P, R>>();
  return (shape, make) => {
    const known = cache.get(shape);
    if (known !== undefined) return known;
    const made = make();
    if (cache.size < limit) cache.set(shape, made);
    return made;
  };
}
