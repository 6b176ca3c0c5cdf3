import { availableParallelism } from 'node:os';

// Password hashes run on libuv's threads, one per core at a time; two more stay free for files and DNS. Must be set
// before the first use of a thread, so this module is imported before all others.
process.env.UV_THREADPOOL_SIZE ??= String(availableParallelism() + 2);
