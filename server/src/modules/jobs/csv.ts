import { stringify } from 'csv-stringify/sync';

/** What a job writes into its file: a header, then rows, some at a time. */
export interface Export {
  readonly columns: readonly string[];
  readonly batches: AsyncIterable<readonly (readonly unknown[])[]>;
}

const options = {
  // A cell that a spreadsheet would compute is shown as text.
  escape_formulas: true,
  record_delimiter: '\r\n',
  // Of line breaks alone the library quotes only the delimiter.
  quoted_match: /[\r\n]/,
  cast: { boolean: String },
} as const;

/** The first line of a file, with the mark by which spreadsheets know UTF-8. */
export const csvHeader = (columns: readonly string[]): string => `\uFEFF${stringify([columns], options)}`;

/** Lines of a file. */
export const csvLines = (rows: readonly (readonly unknown[])[]): string => stringify([...rows], options);
