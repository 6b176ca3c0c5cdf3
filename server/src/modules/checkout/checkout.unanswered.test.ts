import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Context } from '../access/context.ts';
import { joinUnanswered, leaveUnanswered } from './checkout.unanswered.ts';

const arriving = (arrivedAt = performance.now()) => ({ arrivedAt }) as Context;

/** Takes a checkout in and answers it. */
function answer(key: string) {
  const ctx = arriving();
  const joined = joinUnanswered(ctx, key);
  leaveUnanswered(ctx);
  return joined;
}

/** Does what takes long, so that nothing is read meanwhile. */
function holdUp() {
  const start = performance.now();
  while (performance.now() - start < 80);
}

test.each([0, 1])(
  'of a process that is held up, what it reads first after an answer overlaps it (%i turns later)',
  async turns => {
    const key = `held up for ${turns}`;
    const first = answer(key);
    holdUp();
    for (let turn = 0; turn < turns; turn++) await setImmediate();
    const arrived = arriving();
    expect(joinUnanswered(arrived, key)).toBe(first);
  },
);

test('and also when it is taken in later than it was read', async () => {
  const first = answer('taken in late');
  holdUp();
  await setImmediate();
  const read = arriving();
  await setImmediate();
  await setImmediate();
  expect(joinUnanswered(read, 'taken in late')).toBe(first);
});

test('what arrives after an answer is another one', async () => {
  const first = answer('soon');
  expect(joinUnanswered(arriving(), 'soon')).not.toBe(first);
  const second = answer('later');
  holdUp();
  for (let turn = 0; turn < 3; turn++) await setImmediate();
  expect(joinUnanswered(arriving(), 'later')).not.toBe(second);
});

test('what arrived before overlaps; asking for something else never does', () => {
  const before = performance.now();
  const first = answer('this');
  expect(joinUnanswered(arriving(before), 'this')).toBe(first);
  expect(joinUnanswered(arriving(before), 'that')).not.toBe(first);
});
