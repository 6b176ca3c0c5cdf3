import { v7 } from 'uuid';

const pattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether a text is a UUID in lower case, whatever its version. */
export function isUuid(text: string): boolean {
  return pattern.test(text);
}

/** The last id that was the newest: its time, and the number that follows the time in it. */
const latest = { msecs: 0, sequence: 0 };

/**
 * A new id: a UUID of version 7 for the time of the request. Ids that a process makes for one millisecond ascend, since
 * lists give rows of the same time in the order of their ids.
 */
export function newId(now: Date): string {
  const msecs = now.getTime();
  if (msecs < latest.msecs) return v7({ msecs });
  // Random below half of the range of 32 bits; the rest is left to count in.
  latest.sequence = msecs > latest.msecs ? Math.floor(Math.random() * 2 ** 31) : latest.sequence + 1;
  latest.msecs = msecs;
  return v7({ msecs, seq: latest.sequence });
}
