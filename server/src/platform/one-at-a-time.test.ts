import { expect, test } from 'vitest';
import { oneAtATime } from './one-at-a-time.ts';

test('work of one key runs in the order of the calls and never at the same time, also after a failure', async () => {
  const run = oneAtATime();
  const log: string[] = [];
  const work = (name: string, fails = false) =>
    run('a', async () => {
      log.push(`${name} begins`);
      await new Promise(resolve => setImmediate(resolve));
      log.push(`${name} ends`);
      if (fails) throw new Error(name);
      return name;
    });
  const results = await Promise.allSettled([work('1'), work('2', true), work('3')]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(log).toEqual(['1', '2', '3'].flatMap(name => [`${name} begins`, `${name} ends`]));
  expect(await work('4')).toBe('4');
});

test('work of other keys is not held up', async () => {
  const run = oneAtATime();
  let release = () => {};
  const held = run('a', () => new Promise<void>(resolve => (release = resolve)));
  expect(await run('b', async () => 'b')).toBe('b');
  release();
  await held;
});
