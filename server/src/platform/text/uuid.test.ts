import { expect, test } from 'vitest';
import { isUuid, newId } from './uuid.ts';

test('ids of one millisecond ascend, as do those of later ones', () => {
  const start = Date.now() + 60_000;
  const ids = Array.from({ length: 3_000 }, (_, index) => newId(new Date(start + Math.floor(index / 1_000))));
  expect(ids.every(isUuid)).toBe(true);
  expect(ids).toEqual([...new Set(ids)].sort());
});

test('an id of an earlier time sorts before, and is no repetition', () => {
  const now = Date.now() + 120_000;
  const later = newId(new Date(now));
  const earlier = [newId(new Date(now - 5)), newId(new Date(now - 5))];
  expect(earlier[0]).not.toBe(earlier[1]);
  expect(earlier.every(id => id < later)).toBe(true);
});
