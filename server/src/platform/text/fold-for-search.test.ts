import fc from 'fast-check';
import { expect, test } from 'vitest';
import { foldForSearch } from './fold-for-search.ts';

test.each([
  ['Öz', 'oz'],
  ['OZ', 'oz'],
  ['O’Neill', 'oneill'],
  ["O'Neill", 'oneill'],
  ['Straße', 'strasse'],
  ['STRAẞE', 'strasse'],
  ['Łódź', 'lodz'],
  ['İstanbul Iğdır', 'istanbul igdir'],
  ['Ærø', 'aero'],
  ['ﬁne Ｆｕｌｌ', 'fine full'],
  ['ada.okafor+x@example.com', 'ada okafor x example com'],
  ['  +49 (30)\t12-3 ', '49 30 12 3'],
  ['Иван', foldForSearch('иВАН')],
  ['Σίσυφος', foldForSearch('ΣΊΣΥΦΟΣ')],
  ['ΟΔΥΣ', foldForSearch('οδυσ')],
  ['が', foldForSearch('か')],
  ['…—@', ''],
  ['\u200b\u0301', ''],
])('%j folds to %j', (text, folded) => {
  expect(foldForSearch(text)).toBe(folded);
});

test('any text folds to words of ASCII letters and digits, once and for all', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      const folded = foldForSearch(text);
      expect(folded).toMatch(/^(?:[A-Za-z0-9]+(?: [A-Za-z0-9]+)*)?$/);
    }),
    { numRuns: 2000 },
  );
});

test('a part of a text that is letters of one script is a part of what the text folds to', () => {
  const letters = fc.array(fc.constantFrom(...'иванАДЯ李小龍山田αβΓ'), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(letters, letters, letters, (before, part, after) => {
      const whole = [...before, ...part, ...after].join('');
      expect(foldForSearch(whole)).toContain(foldForSearch(part.join('')));
    }),
  );
});

test('different letters of other scripts fold to different texts', () => {
  const all = Array.from({ length: 0x4000 }, (_, index) => String.fromCodePoint(0x4e00 + index));
  expect(new Set(all.map(foldForSearch)).size).toBe(all.length);
  expect(foldForSearch('李小')).not.toContain(foldForSearch('小李'));
});
