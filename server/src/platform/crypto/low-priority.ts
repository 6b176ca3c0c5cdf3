import { readdirSync, readFileSync } from 'node:fs';
import { setPriority } from 'node:os';

/** Weighs about a tenth of a usual thread: enough to go on beside a program that uses all cores. */
export const niceness = 10;

/**
 * Lets libuv's threads, which hash, yield to the event loop and to a PostgreSQL on the same machine. On Linux niceness
 * belongs to a thread; where it does not, or `/proc` is absent, nothing changes. Call when the threads have been made.
 */
export function lowerPriorityOfThreads(): void {
  if (process.platform !== 'linux') return;
  try {
    for (const thread of hashingThreads()) setPriority(thread, niceness);
  } catch {
    // It is an improvement, and no reason to refuse a sign-in.
  }
}

/** The ids of a process's threads of libuv, which the kernel knows by name. */
export function hashingThreads(pid: number | 'self' = 'self'): number[] {
  const tasks = `/proc/${pid}/task`;
  const named = (id: string) => readFileSync(`${tasks}/${id}/comm`, 'utf8').trim() === 'libuv-worker';
  return readdirSync(tasks).filter(named).map(Number);
}
