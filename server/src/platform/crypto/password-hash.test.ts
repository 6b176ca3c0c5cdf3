import { getPriority } from 'node:os';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { hashingThreads, niceness } from './low-priority.ts';
import { hashPassword, needsRehash, verifyPassword } from './password-hash.ts';
import { hashesInFlight } from './threads.ts';

test('a hash matches its password alone, and no hash matches nothing', async () => {
  const stored = await hashPassword('correct-horse-9');
  expect(await verifyPassword('correct-horse-9', stored)).toBe(true);
  for (const other of ['correct-horse-8', 'correct-horse-9 ', 'Correct-horse-9', '']) {
    expect(await verifyPassword(other, stored)).toBe(false);
  }
  for (const nothing of [null, undefined]) expect(await verifyPassword('correct-horse-9', nothing)).toBe(false);
});

test('a hash is to be replaced when its memory or time cost is below today’s', async () => {
  const withCosts = (costs: string) =>
    `$argon2id$v=19$${costs}$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA`;
  expect(needsRehash(await hashPassword('correct-horse-9'))).toBe(false);
  expect(needsRehash(withCosts('m=65536,t=3,p=1'))).toBe(false);
  expect(needsRehash(withCosts('m=19455,t=2,p=1'))).toBe(true);
  expect(needsRehash(withCosts('m=19456,t=1,p=1'))).toBe(true);
});

test.runIf(process.platform === 'linux')('hashes are computed on threads that yield to all others', async () => {
  await hashPassword('correct-horse-9');
  const threads = hashingThreads();
  expect(threads.length).toBeGreaterThan(0);
  for (const thread of threads) expect(getPriority(thread)).toBe(niceness);
  expect(getPriority()).toBeLessThan(niceness);
});

test('while many hashes wait they end in groups of six, each with its own result', async () => {
  const stored = await hashPassword('correct-horse-9');
  let turn = 0;
  let isOver = false;
  const countTurns = async () => {
    for (; !isOver; turn += 1) await nextTurn();
  };
  const counting = countTurns();
  const turns: number[] = [];
  const verify = async (index: number) => {
    const guess = index % 2 === 0 ? 'correct-horse-9' : 'correct-horse-8';
    // The third one is no hash: it fails alone.
    const result = await verifyPassword(guess, index === 2 ? 'nonsense' : stored).catch(() => 'failed');
    turns.push(turn);
    return result;
  };
  const results = await Promise.all(Array.from({ length: 26 + hashesInFlight }, (_, index) => verify(index)));
  isOver = true;
  await counting;

  expect(results).toEqual(results.map((_, index) => (index === 2 ? 'failed' : index % 2 === 0)));
  for (const first of [0, 6, 12]) expect(new Set(turns.slice(first, first + 6)).size).toBe(1);
});
