import { randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream, rmSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream';
import { pipeline as pipe } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { damaged, notABackup } from './errors.ts';

/** Stands for standard input and output. */
export const standardStream = '-';

/**
 * Writes the pieces, compressed, to a file that has its name only when it is complete and safe on the disk; or to
 * standard output. Only this user may read the file.
 */
export async function writeCompressed(file: string, pieces: AsyncIterable<Buffer>): Promise<void> {
  if (file === standardStream) {
    await pipe(pieces, createGzip(), process.stdout, { end: false });
    return;
  }
  const draft = join(dirname(file), `.${basename(file)}.${randomBytes(4).toString('hex')}.partial`);
  const discard = () => rmSync(draft, { force: true });
  process.once('exit', discard);
  try {
    // `flush`: on the disk before the stream is finished.
    await pipe(pieces, createGzip(), createWriteStream(draft, { flags: 'wx', mode: 0o600, flush: true }));
    await rename(draft, file);
    await syncFolder(dirname(file));
  } finally {
    discard();
    process.off('exit', discard);
  }
}

/** Makes a rename survive a power cut. */
async function syncFolder(folder: string): Promise<void> {
  // Windows opens no folders, and keeps names by itself.
  if (process.platform === 'win32') return;
  const handle = await open(folder);
  await handle.sync().finally(() => handle.close());
}

/** Reads what `writeCompressed` wrote; `onBytes` hears how many bytes of the file have been read. */
export async function* readCompressed(file: string, onBytes: (bytes: number) => void): AsyncGenerator<Buffer> {
  const text = createGunzip();
  pipeline(file === standardStream ? process.stdin : createReadStream(file), text, () => undefined);
  try {
    for await (const chunk of text as AsyncIterable<Buffer>) {
      onBytes(text.bytesWritten);
      yield chunk;
    }
  } catch (error) {
    throw translate(error);
  }
}

function translate(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!code.startsWith('Z_')) return error;
  const { message } = error as Error;
  return message === 'incorrect header check' ? notABackup(error) : damaged(message, error);
}
