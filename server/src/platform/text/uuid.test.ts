import { expect, test } from 'vitest';
import { createIds, isUuid } from './uuid.ts';

test('ids of one millisecond ascend, and so do those of later ones', () => {
  const newId = createIds();
  const start = Date.now();
  const ids = Array.from({ length: 3000 }, (_, index) => newId(new Date(start + Math.floor(index / 1000))));
  expect(ids.every(isUuid)).toBe(true);
  expect(ids).toEqual([...new Set(ids)].sort());
});

test('an id of an earlier time sorts before the others, and is no repetition', () => {
  const newId = createIds();
  const now = Date.now();
  const [later, ...earlier] = [now, now - 5, now - 5].map(time => newId(new Date(time)));
  expect(new Set(earlier).size).toBe(2);
  expect(earlier.every(id => id < String(later))).toBe(true);
});
