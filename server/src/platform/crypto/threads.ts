import { availableParallelism } from 'node:os';

/** So many passwords are hashed at a time. */
export const hashesAtOnce = availableParallelism() + 1;

// They are hashed on libuv's threads; two more stay free for files and DNS. Must be set before the first use of a thread,
// so this module is imported before all others.
process.env.UV_THREADPOOL_SIZE ??= String(hashesAtOnce + 2);
