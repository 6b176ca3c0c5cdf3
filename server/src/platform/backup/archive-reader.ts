import { createHash } from 'node:crypto';
import { Ajv } from 'ajv';
import { type ArchivedTable, ArchiveHeader, ArchiveTrailer, countLines, endOfTable, newline } from './archive.ts';
import { damaged, notABackup } from './errors.ts';

const ajv = new Ajv({ strict: false });
const isHeader = ajv.compile<ArchiveHeader>(ArchiveHeader);
const isTrailer = ajv.compile<ArchiveTrailer>(ArchiveTrailer);

/** The first and the last line name every table and column, and no more. */
const longestLine = 1024 * 1024;

const endAfterRow = Buffer.concat([Buffer.of(newline), endOfTable]);

/** Reads an archive from its start to its end, once; `verify` says whether it was whole. */
export class ArchiveReader {
  readonly header: ArchiveHeader;
  readonly #input: Input;
  readonly #hash = createHash('sha256');
  readonly #counts: Record<string, number> = {};

  private constructor(header: ArchiveHeader, input: Input, firstLine: Buffer) {
    this.header = header;
    this.#input = input;
    this.#hash.update(firstLine);
  }

  /** Reads the first line. Throws when this is no backup, or one of a later format. */
  static async open(source: AsyncIterable<Buffer>): Promise<ArchiveReader> {
    const input = new Input(source);
    const first = await input.line();
    const header = parse(first);
    if (!isHeader(header)) throw notABackup();
    return new ArchiveReader(header, input, first);
  }

  /** The rows of the next table, which must be read to their end before anything else is. */
  async *rows({ name }: ArchivedTable): AsyncGenerator<Buffer> {
    let count = 0;
    for await (const chunk of this.#input.untilEndOfTable()) {
      count += countLines(chunk);
      this.#hash.update(chunk);
      yield chunk;
    }
    this.#hash.update(endOfTable);
    this.#counts[name] = count;
  }

  /** Reads the last line and compares. Throws when the archive was damaged or cut off, or when something follows. */
  async verify(): Promise<ArchiveTrailer['rows']> {
    const trailer = parse(await this.#input.line());
    if (!isTrailer(trailer)) throw damaged('it ends too early');
    if (trailer.sha256 !== this.#hash.digest('hex')) throw damaged('its checksum is wrong');
    if (JSON.stringify(trailer.rows) !== JSON.stringify(this.#counts)) throw damaged('rows are missing');
    if (!(await this.#input.isAtEnd())) throw damaged('something follows its end');
    return this.#counts;
  }
}

/** Reads a whole archive without keeping it. Throws when it is not a whole backup. */
export async function verifyArchive(source: AsyncIterable<Buffer>): Promise<void> {
  const reader = await ArchiveReader.open(source);
  for (const table of reader.header.tables) {
    for await (const _ of reader.rows(table));
  }
  await reader.verify();
}

function parse(text: Buffer): unknown {
  try {
    return JSON.parse(text.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Pieces of any size, taken apart where lines end. */
class Input {
  readonly #source: AsyncIterator<Buffer>;
  #pending: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Appends the next piece to what is pending; false at the end. */
  async #more(): Promise<boolean> {
    const { value, done } = await this.#source.next();
    if (done === true) return false;
    this.#pending = this.#pending.length === 0 ? value : Buffer.concat([this.#pending, value]);
    return true;
  }

  #take(length: number): Buffer {
    const taken = this.#pending.subarray(0, length);
    this.#pending = this.#pending.subarray(length);
    return taken;
  }

  async line(): Promise<Buffer> {
    for (let end = -1; ; ) {
      end = this.#pending.indexOf(newline);
      if (end !== -1) return this.#take(end + 1);
      if (this.#pending.length > longestLine || !(await this.#more())) return this.#take(this.#pending.length);
    }
  }

  async *untilEndOfTable(): AsyncGenerator<Buffer> {
    for (let isLineStart = true; ; ) {
      if (isLineStart && this.#pending.subarray(0, endOfTable.length).equals(endOfTable)) {
        this.#take(endOfTable.length);
        return;
      }
      const end = this.#pending.indexOf(endAfterRow);
      // What may be the beginning of the end stays pending.
      const length = end === -1 ? this.#pending.length - endOfTable.length : end + 1;
      if (length > 0) {
        const chunk = this.#take(length);
        isLineStart = chunk.at(-1) === newline;
        yield chunk;
      }
      if (end === -1 && !(await this.#more())) throw damaged('it ends too early');
    }
  }

  async isAtEnd(): Promise<boolean> {
    return this.#pending.length === 0 && !(await this.#more());
  }
}
