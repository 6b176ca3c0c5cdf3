import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createIds, isUuid, leastUuidFrom } from './uuid.ts';

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

const aUuid = fc.uuid();
const aText = fc.oneof(
  aUuid.chain(id => fc.nat(id.length).map(length => id.slice(0, length))),
  fc
    .tuple(aUuid, fc.string({ unit: 'binary', maxLength: 3 }))
    .chain(([id, text]) => fc.nat(id.length).map(at => id.slice(0, at) + text)),
  fc.constantFrom('', '-', 'f', 'ffffffff-ffff-ffff-ffff-ffffffffffff0', 'ffffffff-', '0000000-'),
);

test('the least id from a text on divides the ids as the text does', () => {
  fc.assert(
    fc.property(aText, aUuid, (text, id) => {
      const least = leastUuidFrom(text);
      expect(id >= text).toBe(least !== undefined && id >= least);
      if (least === undefined) return;
      expect(isUuid(least)).toBe(true);
      expect(least >= text).toBe(true);
    }),
    { numRuns: 2000 },
  );
});
