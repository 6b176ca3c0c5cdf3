/** A command could not do what was asked; its message is for people. */
export class CliError extends Error {}

/** A command was asked for something that it does not know. */
export class UsageError extends CliError {
  readonly exitCode = 2;
}

type Cell = string | number | boolean | null | undefined | readonly string[];

/** On one line, whatever a name holds. */
const cellText = (cell: Cell): string =>
  (Array.isArray(cell) ? cell.join(',') : String(cell ?? '')).replace(/\p{Cc}/gu, ' ');

function printLine(text: string): void {
  process.stdout.write(`${text.trimEnd()}\n`);
}

function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Prints rows as JSON, or as a table of the given columns. */
export function printRows<T extends object>(
  rows: readonly T[],
  columns: readonly (keyof T & string)[],
  json: boolean,
): void {
  if (json) {
    printJson(rows);
    return;
  }
  const cells = rows.map(row => columns.map(column => cellText(row[column] as Cell)));
  const widths = columns.map((column, index) =>
    Math.max(column.length, ...cells.map(line => line[index]?.length ?? 0)),
  );
  for (const line of [columns, ...cells]) {
    printLine(line.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  '));
  }
}

/** Prints one thing as JSON, or as a line for each member. */
export function printOne(value: Readonly<Record<string, Cell>>, json: boolean): void {
  if (json) {
    printJson(value);
    return;
  }
  const width = Math.max(...Object.keys(value).map(key => key.length));
  for (const [key, cell] of Object.entries(value)) printLine(`${key.padEnd(width)}  ${cellText(cell)}`);
}
