import { hash, parseOptions, verify } from '@node-rs/argon2';
import pLimit from 'p-limit';
import { tooBusy } from '../errors.ts';
import { lowerPriorityOfThreads } from './low-priority.ts';
import { hashesInFlight } from './threads.ts';

/** OWASP's parameters for argon2id (design.md §5): 19 MiB, two passes, one lane. */
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** More than these waiting would only wait longer than a client does: about 3 s of work on two cores. */
const maxWaiting = 256;

// One more than threads, which libuv keeps waiting for one of them (docs/decisions/0042-the-threads-that-hash-yield.md).
const limit = pLimit(hashesInFlight);

let isFirst = true;

/**
 * While so many wait, hashes end in groups of as many: what follows one finds the caches full of hashes, and in a group only the first
 * pays for that (docs/decisions/0076-hashes-end-in-groups.md).
 */
const groupSize = 6;

const held: (() => void)[] = [];

/** Resolves when the group of a hash that has ended is complete, or at once when few wait. */
function groupEnd(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  held.push(resolve);
  if (held.length >= groupSize || limit.pendingCount < groupSize) for (const release of held.splice(0)) release();
  return promise;
}

function enqueue<T>(work: () => Promise<T>): Promise<T> {
  // Who is held has a place in the queue, too.
  if (limit.pendingCount + held.length >= maxWaiting) {
    return Promise.reject(tooBusy('sign-ins'));
  }
  return limit(() => {
    const result = work();
    // Only now do the threads exist: libuv makes all of them at the first use.
    if (isFirst) lowerPriorityOfThreads();
    isFirst = false;
    return result;
  }).finally(groupEnd);
}

/** Hashes a password with argon2id; the result carries its parameters and salt. Throws 503 when too many are waiting. */
export function hashPassword(password: string): Promise<string> {
  return enqueue(() => hash(password, parameters));
}

const zeros = (bytes: number) => Buffer.alloc(bytes).toString('base64').replaceAll('=', '');

/** Stands for the hash of nobody: it costs the same work, and no password has it. */
const decoy = `$argon2id$v=19$m=${parameters.memoryCost},t=${parameters.timeCost},p=${parameters.parallelism}$${zeros(16)}$${zeros(32)}`;

/**
 * Whether a password matches a stored hash. Without a hash the same work is done in vain, so that the time does not tell
 * whether an account exists. Throws 503 when too many are waiting.
 */
export async function verifyPassword(password: string, stored: string | null | undefined): Promise<boolean> {
  const isMatch = await enqueue(() => verify(stored ?? decoy, password));
  return isMatch && typeof stored === 'string';
}

/** Whether a stored hash is weaker than today's parameters, and should be replaced at the next sign-in. */
export function needsRehash(stored: string): boolean {
  const { memoryCost, timeCost } = parseOptions(stored);
  return memoryCost < parameters.memoryCost || timeCost < parameters.timeCost;
}
