import pg from 'pg';

/** Part of the driver's public object, missing in its types: a value as PostgreSQL reads it. */
const { prepareValue } = (pg as unknown as { utils: { prepareValue(value: unknown): string | Buffer | null } }).utils;

/** What the driver's connection offers to a query of one's own, beyond its types. */
interface Wire {
  readonly stream: { cork(): void; uncork(): void };
  /** By name: what this connection has prepared, and what it has been asked to prepare. */
  readonly parsedStatements: Record<string, string | undefined>;
  readonly submittedNamedStatements: Record<string, string | undefined>;
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

type Row = Record<string, unknown>;

const noColumns: Columns = { names: [], parsers: [] };

/** By connection and name. PostgreSQL refuses to run a prepared statement whose columns have changed. */
const knownColumns = new WeakMap<Wire, Map<string, Columns>>();

function columnsOf(wire: Wire): Map<string, Columns> {
  const known = knownColumns.get(wire);
  if (known !== undefined) return known;
  const made = new Map<string, Columns>();
  knownColumns.set(wire, made);
  return made;
}

/**
 * A statement under a name, for `client.query`. The driver's own query asks with every execution what columns the rows
 * will have, and builds its readers for them; this one asks when a connection prepares the statement, and remembers
 * (measured: docs/decisions/0035-named-queries.md).
 */
class NamedQuery implements pg.Submittable {
  readonly name: string;
  readonly text: string;
  /** The driver puts its own around it, to end a query that takes too long. */
  callback: (error: Error | null, rows?: Row[]) => void;
  readonly values: readonly (string | Buffer | null)[];
  readonly #rows: Row[] = [];
  #columns: Columns | undefined;
  #wire: Wire | undefined;
  #failure: Error | undefined;

  constructor(statement: NamedStatement, callback: (error: Error | null, rows?: Row[]) => void) {
    this.name = statement.name;
    this.text = statement.text;
    this.values = statement.values.map(value => prepareValue(value));
    this.callback = callback;
  }

  submit(connection: pg.Connection): void {
    const wire = connection as unknown as Wire;
    this.#wire = wire;
    const isPrepared =
      wire.parsedStatements[this.name] !== undefined || wire.submittedNamedStatements[this.name] !== undefined;
    if (isPrepared) this.#columns = columnsOf(wire).get(this.name);
    // All in one packet.
    wire.stream.cork();
    if (!isPrepared) {
      wire.parse({ name: this.name, text: this.text });
      wire.submittedNamedStatements[this.name] = this.text;
    }
    wire.bind({ statement: this.name, values: this.values });
    if (this.#columns === undefined) wire.describe({ type: 'P', name: '' });
    wire.execute({ portal: '', rows: 0 });
    wire.sync();
    wire.stream.uncork();
  }

  handleRowDescription({ fields }: { fields: readonly { name: string; dataTypeID: number }[] }): void {
    this.#remember({
      names: fields.map(field => field.name),
      parsers: fields.map(field => pg.types.getTypeParser(field.dataTypeID, 'text')),
    });
  }

  handleDataRow({ fields }: { fields: readonly (string | null)[] }): void {
    const { names, parsers } = this.#columns ?? noColumns;
    const row: Row = {};
    try {
      for (let index = 0; index < names.length; index += 1) {
        const text = fields[index] ?? null;
        row[names[index] as string] = text === null ? null : parsers[index]?.(text);
      }
      this.#rows.push(row);
    } catch (error) {
      this.#failure ??= error as Error;
    }
  }

  handleCommandComplete(): void {
    // A statement without rows describes nothing.
    if (this.#columns === undefined) this.#remember(noColumns);
  }

  handleReadyForQuery(): void {
    if (this.#failure !== undefined) this.callback(this.#failure);
    else this.callback(null, this.#rows);
  }

  handleError(error: Error): void {
    this.callback(error);
  }

  #remember(columns: Columns): void {
    this.#columns = columns;
    if (this.#wire !== undefined) columnsOf(this.#wire).set(this.name, columns);
  }
}

/** A statement as it is sent: PostgreSQL prepares it under its name once per connection. */
export interface NamedStatement {
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Runs a named statement on a connection, and gives its rows. */
export async function runNamed(client: pg.ClientBase, statement: NamedStatement): Promise<Row[]> {
  const answer = Promise.withResolvers<Row[]>();
  client.query(
    new NamedQuery(statement, (error, rows) => {
      if (error !== null) answer.reject(error);
      else answer.resolve(rows ?? []);
    }),
  );
  try {
    return await answer.promise;
  } catch (error) {
    // The error was made where the socket is read; who asked is what a log needs.
    Error.captureStackTrace(error as Error);
    throw error;
  }
}
