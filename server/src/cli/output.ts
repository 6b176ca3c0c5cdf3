/** A command could not do what was asked; its message is for people. */
export class CliError extends Error {}

type Cell = string | number | boolean | null | undefined;

/** Prints rows as JSON, or as a table of the given columns. */
export function printRows<T extends object>(rows: readonly T[], columns: readonly (keyof T & string)[], json: boolean) {
  if (json) {
    process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
    return;
  }
  const cells = rows.map(row => columns.map(column => String((row[column] as Cell) ?? '')));
  const widths = columns.map((column, index) =>
    Math.max(column.length, ...cells.map(line => line[index]?.length ?? 0)),
  );
  for (const line of [columns, ...cells]) {
    process.stdout.write(
      `${line
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd()}\n`,
    );
  }
}

/** Prints one thing as JSON, or as a line for each member. */
export function printOne(value: Readonly<Record<string, Cell>>, json: boolean): void {
  if (json) {
    process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
    return;
  }
  const width = Math.max(...Object.keys(value).map(key => key.length));
  for (const [key, cell] of Object.entries(value)) process.stdout.write(`${key.padEnd(width)}  ${cell ?? ''}\n`);
}
