import { availableParallelism, cpus, totalmem } from 'node:os';
import type { Figures, Result } from './measure.ts';
import { type SignInResult, signInLimits } from './sign-in.ts';

/** The machine and versions that the figures belong to. */
export function describeMachine(postgres: string): string {
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${availableParallelism()} cores of ${cpus()[0]?.model.trim()}, ${memory} GiB, Node ${process.version}, PostgreSQL ${postgres}`;
}

/** A table in Markdown: text to the left, numbers to the right. */
export function table(rows: readonly Readonly<Record<string, string | number>>[]): string {
  const columns = Object.keys(rows[0] ?? {});
  const isNumber = (column: string) => rows.every(row => typeof row[column] === 'number');
  const text = (value: string | number | undefined) => (typeof value === 'number' ? String(value) : (value ?? ''));
  const widths = columns.map(column => Math.max(column.length, ...rows.map(row => text(row[column]).length)));
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  const pad = (value: string, index: number, column: string) =>
    isNumber(column) ? value.padStart(widths[index] ?? 0) : value.padEnd(widths[index] ?? 0);
  return [
    line(columns.map((column, index) => pad(column, index, column))),
    line(
      columns.map((column, index) =>
        isNumber(column) ? `${'-'.repeat((widths[index] ?? 1) - 1)}:` : '-'.repeat(widths[index] ?? 0),
      ),
    ),
    ...rows.map(row => line(columns.map((column, index) => pad(text(row[column]), index, column)))),
  ].join('\n');
}

const rounded = (value: number, digits: number) => Number(value.toFixed(digits));

/** One line per scenario. */
export function requestTable(results: readonly Result[]): string {
  const both = (result: Result, name: keyof Figures, digits: number) =>
    `${rounded(result.floor[name], digits)} / ${rounded(result.product[name], digits)}`;
  return table(
    results.map(result => ({
      scenario: result.scenario,
      bytes: result.bytes,
      'round trips': rounded(result.product.statements, 2),
      'CPU ms per request, floor / product': both(result, 'cpu', 3),
      ratio: rounded(result.ratio, 2),
      limit: result.limit ?? '',
      'p50 ms': both(result, 'p50', 1),
      'p99 ms': both(result, 'p99', 1),
      'requests/s': both(result, 'perSecond', 0),
    })),
  );
}

/** The storms of sign-ins. */
export function signInTable({ rawPerSecond, hashCpu, floor, product }: SignInResult): string {
  return table(
    Object.entries({ floor, product }).map(([server, figures]) => ({
      server,
      'argon2id/s alone': rounded(rawPerSecond, 1),
      'sign-ins/s': rounded(figures.perSecond, 1),
      share: rounded(figures.share, 2),
      'at least': signInLimits.share,
      'GET p99 ms, idle': rounded(figures.idleP99, 2),
      'during sign-ins': rounded(figures.stormP99, 2),
      times: rounded(figures.stormP99 / figures.idleP99, 2),
      'less than': signInLimits.slowdown,
      'CPU ms, hash': rounded(hashCpu, 2),
      'sign-in': rounded(figures.cpu, 2),
    })),
  );
}
