import { setImmediate as turn } from 'node:timers/promises';

/** Ends when the clock shows another millisecond: what is changed after it gets a later time than what was made before. */
export async function nextMillisecond(): Promise<void> {
  const now = Date.now();
  while (Date.now() === now) await turn();
}
