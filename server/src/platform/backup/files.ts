import { randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream, rmSync } from 'node:fs';
import { lstat, open, readlink, realpath, rename, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
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
  const target = await findTarget(file);
  const draft = join(dirname(target), `.${basename(target)}.${randomBytes(4).toString('hex')}.partial`);
  const discard = () => rmSync(draft, { force: true });
  process.once('exit', discard);
  try {
    // `flush`: on the disk before the stream is finished.
    await pipe(pieces, createGzip(), createWriteStream(draft, { flags: 'wx', mode: 0o600, flush: true }));
    await rename(draft, target);
    await syncFolder(dirname(target));
  } finally {
    discard();
    process.off('exit', discard);
  }
}

/** The file behind a name that may be a link. A device or a pipe would be replaced by the rename, so it is refused. */
async function findTarget(file: string): Promise<string> {
  const found = await ifPresent(stat(file));
  if (found?.isFile()) return realpath(file);
  if (found !== undefined) {
    throw new Error(`${file} exists and is no regular file: name another, or - for standard output`);
  }
  if ((await ifPresent(stat(dirname(file)))) === undefined) throw new Error(`there is no folder ${dirname(file)}`);
  // Nothing is there, or a link to nothing.
  if ((await ifPresent(lstat(file))) === undefined) return file;
  return findTarget(resolve(await realpath(dirname(file)), await readlink(file)));
}

function ifPresent<T>(asked: Promise<T>): Promise<T | undefined> {
  return asked.catch(error => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
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
