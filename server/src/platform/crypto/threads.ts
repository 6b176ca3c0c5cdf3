import { availableParallelism } from 'node:os';

/**
 * libuv's threads, on which passwords are hashed: one a core, and two at least, because a name that is looked up in vain may keep
 * half of them. Files are read on them, too.
 */
const threads = Math.max(2, availableParallelism());

/** So many hashes are given to them: one waits there, and begins when another ends, not when the event loop has heard of that. */
export const hashesGiven = threads + 1;

// Must be set before the first use of a thread, so this module is imported before all others.
process.env.UV_THREADPOOL_SIZE ??= String(threads);
