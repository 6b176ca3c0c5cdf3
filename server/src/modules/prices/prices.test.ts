import fc from 'fast-check';
import { expect, test } from 'vitest';
import { taxByTheTable } from '../../../test/support/price-table.ts';
import { formatAmount, money } from './money.ts';
import { type PricedLine, priceLine, sumPrices, toRate } from './prices.ts';

const line = (changes: Partial<PricedLine> = {}): PricedLine => ({
  unit_amount: 999,
  quantity: 3,
  includes_tax: false,
  taxes: [{ rate: 0.2 }],
  ...changes,
});

test('simple truncates the tax of the unit, as the worked example of the contract does', () => {
  expect(priceLine(line(), 'simple')).toEqual({
    unit: { without_tax: 999, tax: 199, with_tax: 1198 },
    value: { without_tax: 2997, tax: 597, with_tax: 3594 },
  });
});

test('line rounds the tax of the whole line to the nearest minor unit', () => {
  expect(priceLine(line({ unit_amount: 1998, quantity: 1 }), 'line').value.tax).toBe(400);
  expect(priceLine(line(), 'line')).toEqual({
    unit: { without_tax: 999, tax: 200, with_tax: 1199 },
    value: { without_tax: 2997, tax: 599, with_tax: 3596 },
  });
});

test('a price that includes tax keeps its amount with tax', () => {
  expect(priceLine(line({ includes_tax: true, unit_amount: 1200, quantity: 2 }), 'simple')).toEqual({
    unit: { without_tax: 1000, tax: 200, with_tax: 1200 },
    value: { without_tax: 2000, tax: 400, with_tax: 2400 },
  });
});

test('rates are added, not compounded, and binary fractions do not show', () => {
  const taxes = [{ rate: 0.1 }, { rate: 0.2 }];
  expect(priceLine(line({ unit_amount: 1000, quantity: 1, taxes }), 'simple').unit.tax).toBe(300);
  expect(toRate(0.1 + 0.2)).toBe(0.3);
});

test('without taxes the price is the same with and without, whatever the method and includes_tax', () => {
  for (const method of ['simple', 'line'] as const) {
    for (const includes_tax of [true, false]) {
      const price = priceLine(line({ taxes: [], includes_tax }), method);
      expect(price).toEqual({
        unit: { without_tax: 999, tax: 0, with_tax: 999 },
        value: { without_tax: 2997, tax: 0, with_tax: 2997 },
      });
    }
  }
});

const anyLine = fc.record({
  unit_amount: fc.integer({ min: 0, max: 1_000_000 }),
  quantity: fc.integer({ min: 1, max: 10_000 }),
  includes_tax: fc.boolean(),
  taxes: fc.array(
    fc.integer({ min: 0, max: 2_000_000 }).map(millionths => ({ rate: millionths / 1_000_000 })),
    { maxLength: 5 },
  ),
});

test('any line is priced as the table of the contract says, and adds up', () => {
  fc.assert(
    fc.property(anyLine, fc.constantFrom('simple' as const, 'line' as const), (input, method) => {
      const { unit, value } = priceLine(input, method);
      expect(BigInt(value.tax)).toBe(taxByTheTable(input, method));
      expect(BigInt(unit.tax)).toBe(taxByTheTable({ ...input, quantity: 1 }, method));
      for (const price of [unit, value]) expect(price.with_tax).toBe(price.without_tax + price.tax);
      expect(input.includes_tax ? value.with_tax : value.without_tax).toBe(input.unit_amount * input.quantity);
    }),
    { numRuns: 2000 },
  );
});

test('a total is the sum of its lines', () => {
  const values = [line(), line({ quantity: 1 }), line({ taxes: [] })].map(each => priceLine(each, 'simple').value);
  expect(sumPrices(values)).toEqual({ without_tax: 6993, tax: 796, with_tax: 7789 });
  expect(sumPrices([])).toEqual({ without_tax: 0, tax: 0, with_tax: 0 });
});

// biome-ignore lint/suspicious/noTemplateCurlyInString: a dollar sign before the contract's placeholder
const usd = { code: 'USD', format: '${price}', decimal_point: '.', thousand_separator: ',', decimal_places: 2 };
const eur = { code: 'EUR', format: '{price} €', decimal_point: ',', thousand_separator: '.', decimal_places: 2 };
const jpy = { code: 'JPY', format: '¥{price}', decimal_point: '.', thousand_separator: '', decimal_places: 0 };

test.each([
  [usd, 217500, '$2,175.00'],
  [usd, -500, '-$5.00'],
  [usd, 5, '$0.05'],
  [usd, 0, '$0.00'],
  [usd, 123456789012, '$1,234,567,890.12'],
  [eur, 123456, '1.234,56 €'],
  [jpy, 1234567, '¥1234567'],
  [{ ...usd, thousand_separator: '$&' }, 123456, '$1$&234.56'],
])('%o formats %i as %s', (currency, amount, formatted) => {
  expect(formatAmount(currency, amount)).toBe(formatted);
  expect(money(currency, amount)).toEqual({ amount, currency: currency.code, formatted });
});
