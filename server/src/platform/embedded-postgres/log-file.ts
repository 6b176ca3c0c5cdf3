import { closeSync, constants, fstatSync, openSync, readSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { giveToOwnerOf } from './file-lock.ts';

const largestBytes = 10 * 1024 * 1024;

/** Opens PostgreSQL's log for appending; a large one is put aside first, in place of the one put aside before. */
export function openLog(file: string): { readonly handle: number; readonly size: number } {
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > largestBytes) renameSync(file, `${file}.1`);
  const { O_APPEND, O_CREAT, O_WRONLY, O_NOFOLLOW = 0 } = constants;
  const handle = openSync(file, O_APPEND | O_CREAT | O_WRONLY | O_NOFOLLOW, 0o600);
  giveToOwnerOf(dirname(file), file);
  return { handle, size: fstatSync(handle).size };
}

/** The last lines that were written after the log had that size. */
export function lastLines(file: string, size: number): string {
  const handle = openSync(file, 'r');
  try {
    const from = Math.max(size, fstatSync(handle).size - 8192);
    const buffer = Buffer.alloc(8192);
    const length = readSync(handle, buffer, 0, buffer.length, from);
    return buffer.toString('utf8', 0, length).trim().split('\n').slice(-20).join('\n');
  } finally {
    closeSync(handle);
  }
}
