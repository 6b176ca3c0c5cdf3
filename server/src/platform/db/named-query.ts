import pg from 'pg';

/** Part of the driver's public object, missing in its types: a value as PostgreSQL reads it. */
const { prepareValue } = (pg as unknown as { utils: { prepareValue(value: unknown): string | Buffer | null } }).utils;

/** What the driver's connection offers to a query of one's own, beyond its types. */
interface Wire {
  readonly stream: { cork(): void; uncork(): void };
  close(statement: { type: 'S'; name: string }): void;
  parse(statement: { name: string; text: string }): void;
  bind(portal: { statement: string; values: readonly (string | Buffer | null)[] }): void;
  describe(portal: { type: 'P'; name: string }): void;
  execute(portal: { portal: string; rows: number }): void;
  sync(): void;
}

interface Columns {
  readonly names: readonly string[];
  readonly parsers: readonly ((text: string) => unknown)[];
}

/** The values of a row by the names of its columns. */
export type Row = Record<string, unknown>;

const noColumns: Columns = { names: [], parsers: [] };

/** By connection, what it has prepared, by name. PostgreSQL refuses to run a prepared statement whose columns have changed. */
const prepared = new WeakMap<Wire, Map<string, Columns>>();

function preparedOn(wire: Wire): Map<string, Columns> {
  const known = prepared.get(wire);
  if (known !== undefined) return known;
  const made = new Map<string, Columns>();
  prepared.set(wire, made);
  return made;
}

/** A statement as it is sent: PostgreSQL prepares it under its name once per connection. */
export interface NamedStatement {
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

/** A statement on its way, and what has come of it. */
class Execution {
  readonly statement: NamedStatement;
  readonly rows: Row[] = [];
  columns: Columns | undefined;

  constructor(statement: NamedStatement) {
    this.statement = statement;
  }

  send(wire: Wire): void {
    const { name, text, values } = this.statement;
    this.columns = preparedOn(wire).get(name);
    if (this.columns === undefined) {
      // It may be prepared, and not known to be, when something failed after it.
      wire.close({ type: 'S', name });
      wire.parse({ name, text });
    }
    wire.bind({ statement: name, values: values.map(value => prepareValue(value)) });
    if (this.columns === undefined) wire.describe({ type: 'P', name: '' });
    wire.execute({ portal: '', rows: 0 });
  }

  addRow(fields: readonly (string | null)[]): void {
    const { names, parsers } = this.columns ?? noColumns;
    const row: Row = {};
    for (let index = 0; index < names.length; index += 1) {
      const text = fields[index] ?? null;
      row[names[index] as string] = text === null ? null : parsers[index]?.(text);
    }
    this.rows.push(row);
  }
}

/**
 * Statements under names, for `client.query`. The driver's own query asks with every execution what columns the rows will have,
 * and builds its readers for them; this one asks when a connection prepares a statement, and remembers (measured:
 * docs/decisions/0035-named-queries.md).
 */
class NamedQuery implements pg.Submittable {
  /** The driver puts its own around it, to end a query that takes too long. */
  callback: (error: Error | null) => void;
  readonly #executions: readonly Execution[];
  #done = 0;
  #wire: Wire | undefined;
  #failure: Error | undefined;

  constructor(executions: readonly Execution[], callback: (error: Error | null) => void) {
    this.#executions = executions;
    this.callback = callback;
  }

  /** How many statements are done, one after the other. */
  get done(): number {
    return this.#done;
  }

  submit(connection: pg.Connection): void {
    const wire = connection as unknown as Wire;
    this.#wire = wire;
    // All in one packet.
    wire.stream.cork();
    for (const execution of this.#executions) execution.send(wire);
    wire.sync();
    wire.stream.uncork();
  }

  handleRowDescription({ fields }: { fields: readonly { name: string; dataTypeID: number }[] }): void {
    const execution = this.#executions[this.#done];
    if (execution === undefined) return;
    execution.columns = {
      names: fields.map(field => field.name),
      parsers: fields.map(field => pg.types.getTypeParser(field.dataTypeID, 'text')),
    };
  }

  handleDataRow({ fields }: { fields: readonly (string | null)[] }): void {
    if (this.#failure !== undefined) return;
    try {
      this.#executions[this.#done]?.addRow(fields);
    } catch (error) {
      this.#failure = error as Error;
    }
  }

  handleCommandComplete(): void {
    const execution = this.#executions[this.#done];
    if (execution === undefined || this.#wire === undefined || this.#failure !== undefined) return;
    // A statement without rows describes nothing.
    preparedOn(this.#wire).set(execution.statement.name, execution.columns ?? noColumns);
    this.#done += 1;
  }

  handleReadyForQuery(): void {
    this.callback(this.#failure ?? null);
  }

  handleError(error: Error): void {
    this.callback(error);
  }
}

/** What has come of statements: the rows of those that are done, and what the next one failed with, if not all are. */
interface Outcome {
  readonly done: readonly (readonly Row[])[];
  readonly error: unknown;
}

/**
 * Runs named statements on a connection, one after the other and in one packet; none after one that fails. PostgreSQL takes them
 * for one transaction, so that only reads may be given together, or what belongs to one.
 */
export function runTogether(client: pg.ClientBase, statements: readonly NamedStatement[]): Promise<Outcome> {
  const executions = statements.map(statement => new Execution(statement));
  return new Promise(resolve => {
    const query = new NamedQuery(executions, error =>
      resolve({ done: executions.slice(0, query.done).map(({ rows }) => rows), error }),
    );
    client.query(query);
  });
}

/** Runs a named statement on a connection, after others that give no rows, and gives its rows. */
export async function runNamed(
  client: pg.ClientBase,
  statement: NamedStatement,
  before: readonly NamedStatement[] = [],
): Promise<readonly Row[]> {
  const { done, error } = await runTogether(client, [...before, statement]);
  const rows = done[before.length];
  if (rows === undefined || error !== null) throw asAsked(error);
  return rows;
}

/** An error with the stack of who asked, which a log needs: it was made where the socket is read. */
export function asAsked(error: unknown): unknown {
  if (error instanceof Error) Error.captureStackTrace(error, asAsked);
  return error;
}
