import { expect, test } from 'vitest';
import { formatNumber, readNumber } from './numbers.ts';

test.each([
  ['en-US', '1,299.00', 1299],
  ['en-US', ' 1299.5 ', 1299.5],
  ['en-US', '-12,345,678.25', -12_345_678.25],
  ['en-US', '.5', 0.5],
  ['en-US', '5.', 5],
  ['en-US', '007', 7],
  ['en-IN', '1,00,000', 100_000],
  ['de-DE', '1.299,00', 1299],
  ['de-DE', '1.299', 1299],
  ['fr-FR', '1 299,5', 1299.5],
  ['fr-FR', '1\u202f299,5', 1299.5],
  ['es-ES', '1.299,5', 1299.5],
  ['de-CH', "1'299.5", 1299.5],
  ['sv-SE', '-5', -5],
  ['sv-SE', '\u22125', -5],
  ['ar-EG', '\u0661\u066c\u0662\u0663\u0664\u066b\u0665', 1234.5],
  ['ar-EG', '1234', 1234],
  ['en-US', ' ', ''],
])('in %s, "%s" is read as %s', (locale, text, number) => {
  expect(readNumber(text, undefined, locale)).toBe(number);
});

test.each([
  ['en-US', '1.234,5'],
  ['en-US', '1,5'],
  ['en-US', '12,34'],
  ['en-US', '1,2345'],
  ['en-US', '1.5,000'],
  ['en-US', '1.2.3'],
  ['en-US', '1e2'],
  ['en-US', '0x10'],
  ['en-US', '--1'],
  ['en-US', '1 000'],
  ['en-US', ','],
  ['en-US', '.'],
  ['en-US', '-'],
  ['en-US', 'Infinity'],
  ['de-DE', '10.50'],
  ['fr-FR', '10.50'],
  ['en-US', '9007199254740993'],
  ['en-US', '0.12345678901234567890'],
  ['en-US', '9'.repeat(400)],
])('in %s, "%s" stays as it is typed: it is no number, or none that can be kept', (locale, text) => {
  expect(readNumber(text, undefined, locale)).toBe(text);
});

test('a number with more decimals than there may be stays as it is typed, unless they say nothing', () => {
  const read = (text: string, places: number) => readNumber(text, places, 'en-US');
  expect([read('1.5', 0), read('12.345', 2), read('1.0', 0), read('12.340', 2)]).toEqual(['1.5', '12.345', 1, 12.34]);
});

test.each(['en-US', 'de-DE', 'fr-FR', 'es-ES', 'en-IN', 'de-CH', 'sv-SE', 'ar-EG', 'fa-IR', 'hi-IN-u-nu-deva'])(
  'what is shown in %s is read as the same number',
  locale => {
    for (const number of [0, 7, -1, 999, 1000, 1299.5, -12_345.678, 1e21, 1e-7, 0.1 + 0.2, Number.MAX_SAFE_INTEGER])
      expect(readNumber(formatNumber(number, undefined, locale), undefined, locale)).toBe(number);
    expect(readNumber(formatNumber(1299, 2, locale), 2, locale)).toBe(1299);
  },
);
