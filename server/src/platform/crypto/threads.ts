import { availableParallelism } from 'node:os';

/** One hash a core, and two at least: a name that is looked up in vain may keep half of the threads. */
const hashesAtOnce = Math.max(2, availableParallelism());

// Passwords are hashed on libuv's threads, files are read there, too. Must be set before the first use of a thread, so this module
// is imported before all others.
process.env.UV_THREADPOOL_SIZE ??= String(hashesAtOnce);
const threads = Number.parseInt(process.env.UV_THREADPOOL_SIZE, 10) || 1;

/** So many hashes are given to the threads: one waits there, and begins when another ends, not when the event loop hears of that. */
export const hashesInFlight = Math.min(threads, hashesAtOnce) + 1;
