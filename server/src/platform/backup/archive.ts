import { createHash } from 'node:crypto';
import Type from 'typebox';

/**
 * The contents of a backup, which is text under gzip so that it can be read without this program:
 *
 *     {"format":"clientele-backup","version":1,"migrations":[…],"tables":[{"name":…,"columns":[…]},…],…}
 *     rows of the first table, as PostgreSQL's COPY writes them
 *     \.
 *     rows of the second table, and so on
 *     \.
 *     {"rows":{"customers":3,…},"sha256":"…"}
 *
 * The last line counts the rows and carries a checksum of everything before it: without it the backup is not complete.
 * COPY doubles every backslash of the data, so no row is `\.`.
 */
export const archiveFormat = { format: 'clientele-backup', version: 1 } as const;

/** A table, and the columns whose values stand in each of its rows. */
const ArchivedTable = Type.Object({ name: Type.String(), columns: Type.Array(Type.String(), { minItems: 1 }) });

/** The first line: what the backup holds, and of which schema. */
export const ArchiveHeader = Type.Object({
  format: Type.Literal(archiveFormat.format),
  version: Type.Literal(archiveFormat.version),
  created_at: Type.String(),
  /** Versions of the programs that made it, for people. */
  made_by: Type.String(),
  /** The migrations that were applied to the database: the version of its schema. */
  migrations: Type.Array(Type.String(), { minItems: 1 }),
  /** In an order in which they can be filled. */
  tables: Type.Array(ArchivedTable),
});

/** The last line. */
export const ArchiveTrailer = Type.Object({
  /** By table. */
  rows: Type.Record(Type.String(), Type.Integer()),
  /** Of everything before this line, as hexadecimal digits. */
  sha256: Type.String(),
});

export type ArchivedTable = Readonly<Type.Static<typeof ArchivedTable>>;
export type ArchiveHeader = Readonly<Type.Static<typeof ArchiveHeader>>;
export type ArchiveTrailer = Readonly<Type.Static<typeof ArchiveTrailer>>;

export const newline = 0x0a;
export const endOfTable = Buffer.from('\\.\n');

/** How many lines end in a piece of text. */
export function countLines(chunk: Buffer): number {
  let lines = 0;
  for (let at = chunk.indexOf(newline); at !== -1; at = chunk.indexOf(newline, at + 1)) lines += 1;
  return lines;
}

const line = (value: object): Buffer => Buffer.from(`${JSON.stringify(value)}\n`);

/** Writes an archive piece by piece. `rowsOf` gives the rows of each table in turn; `onRows` hears of every table and piece. */
export async function* writeArchive(
  header: ArchiveHeader,
  rowsOf: (table: ArchivedTable) => AsyncIterable<Buffer>,
  onRows: (table: string, rows: number) => void,
): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  const rows: Record<string, number> = {};
  const hashed = (bytes: Buffer): Buffer => {
    hash.update(bytes);
    return bytes;
  };
  yield hashed(line(header));
  for (const table of header.tables) {
    let count = 0;
    onRows(table.name, 0);
    for await (const chunk of rowsOf(table)) {
      const lines = countLines(chunk);
      count += lines;
      onRows(table.name, lines);
      yield hashed(chunk);
    }
    rows[table.name] = count;
    yield hashed(endOfTable);
  }
  yield line({ rows, sha256: hash.digest('hex') } satisfies ArchiveTrailer);
}
