import { setTimeout as delay } from 'node:timers/promises';

/** Tells people what is going on: `waiting` when it would seem that nothing is, `making` when they may not have meant it. */
export type Log = (message: string, state?: 'waiting' | 'making') => void;

const sayEveryMs = 3000;

/** Tries until there is an answer, however long that takes; says every few seconds what it waits for. */
export async function waitFor<T>(
  attempt: () => T | undefined | Promise<T | undefined>,
  say: (seconds: number) => void,
): Promise<T> {
  const begin = performance.now();
  for (let said = 0; ; ) {
    const answer = await attempt();
    if (answer !== undefined) return answer;
    const elapsedMs = performance.now() - begin;
    if (elapsedMs - said >= sayEveryMs) {
      said = elapsedMs;
      say(Math.round(elapsedMs / 1000));
    }
    await delay(elapsedMs < 1000 ? 10 : 50);
  }
}
