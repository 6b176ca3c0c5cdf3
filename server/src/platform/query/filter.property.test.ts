import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ApiError } from '../errors.ts';
import { type FilterClause, type FilterValue, filterOperators, printFilter } from './filter.ts';
import { parseFilter } from './filter-parameter.ts';

const numRuns = 5_000;

/** Texts rich in what the grammar treats specially. */
const awkward = fc.constantFrom(...'"\'\\*:,()+ %&#[]{}|@.-_$/=\n\tañ٣é́漢😀\uFFFD');
const segment = fc.oneof(
  fc.string({ unit: awkward, maxLength: 8 }),
  fc.string({ unit: 'binary', maxLength: 8 }).map(text => text.replaceAll('\0', '')),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
);
const bareText = fc
  .string({ unit: fc.constantFrom(..."aZ09$-_*.@+:/{}|' é漢٣"), minLength: 1, maxLength: 12 })
  .filter(text => text === text.trim() && !text.startsWith("'"));
const value: fc.Arbitrary<FilterValue> = fc.oneof(
  fc
    .array(segment, { minLength: 1, maxLength: 4 })
    .map(segments => ({ text: segments.join('*'), segments, quoted: true })),
  bareText.map(text => ({ text, segments: text.split('*'), quoted: false })),
);
const attribute = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_.-]{0,10}$/);
const clause: fc.Arbitrary<FilterClause> = fc
  .record({
    operator: fc.constantFrom(...filterOperators),
    attribute,
    values: fc.array(value, { minLength: 1, maxLength: 5 }),
  })
  .map(({ operator, attribute, values }) => {
    const count = operator === 'is_null' ? 0 : operator === 'in' ? values.length : 1;
    return { operator, attribute, values: values.slice(0, count) };
  });

test('any clauses, when printed, encoded and parsed, are the same clauses', () => {
  fc.assert(
    fc.property(fc.array(clause, { maxLength: 10 }), clauses => {
      expect(parseFilter(encodeURIComponent(printFilter(clauses)))).toEqual(clauses);
    }),
    { numRuns },
  );
});

test('a value that needs quotes, when it claims to need none, is quoted and keeps its text', () => {
  fc.assert(
    fc.property(segment, text => {
      const unquoted = { text, segments: text.split('*'), quoted: false };
      const [parsed] = parseFilter(
        encodeURIComponent(printFilter([{ operator: 'eq', attribute: 'a', values: [unquoted] }])),
      );
      expect(parsed?.values[0]).toEqual({ ...unquoted, quoted: parsed?.values[0]?.quoted });
    }),
    { numRuns },
  );
});

/** Parses, and throws for any failure but one of the three refusals. */
function parseOrRefuse(raw: string): void {
  try {
    parseFilter(raw);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 400 || error.entries.length !== 1) throw error;
  }
}

const nearFilters = fc
  .array(
    fc.oneof(
      awkward,
      fc.constantFrom('eq(', 'in(', 'is_null(', 'name', ',', ')', ':', '%2B', '%', '%C3', '%00', '\uD800', '\0'),
    ),
    { maxLength: 40 },
  )
  .map(parts => parts.join(''));

test('any text, when parsed, gives clauses or is refused with 400', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string(), nearFilters), text => {
      parseOrRefuse(text);
      parseOrRefuse(`eq(name,${text})`);
      parseOrRefuse(`eq(name,"${text}")`);
    }),
    { numRuns },
  );
});

test('any bytes, when parsed as they are or percent-encoded, give clauses or are refused with 400', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), bytes => {
      const buffer = Buffer.from(bytes);
      parseOrRefuse(buffer.toString('latin1'));
      const encoded = buffer.toString('hex').replace(/../g, '%$&');
      parseOrRefuse(encoded);
      parseOrRefuse(`eq(name,"${encoded}")`);
    }),
    { numRuns },
  );
});

test('what parses, when printed and parsed again, is the same', () => {
  const inside = fc.oneof(bareText, segment, nearFilters);
  fc.assert(
    fc.property(inside, fc.constantFrom('', '"', "'"), (text, quote) => {
      let clauses: readonly FilterClause[];
      try {
        clauses = parseFilter(`in(name,${quote}${encodeURIComponent(text.toWellFormed())}${quote})`);
      } catch {
        return;
      }
      expect(parseFilter(encodeURIComponent(printFilter(clauses)))).toEqual(clauses);
    }),
    { numRuns },
  );
});

const size = 8_190;
const fill = (text: string) => text.repeat(Math.floor(size / text.length));
test.each([
  ['spaces before the attribute', `eq(${fill('+')}`],
  ['spaces inside a value', `eq(a,b${fill('+')}[`],
  ['spaces between two words', `eq(a,b${fill('+').slice(8)}c)`],
  ['spaces around every letter', `eq(a,${fill('a+')}`],
  ['percent signs', fill('%')],
  ['invalid escapes', fill('%FF').slice(0, 3 * size)],
  ['alternating escapes', fill('%FF%')],
  ['opening quotes', `eq(a,${fill("'")}`],
  ['backslashes', `eq(a,"${fill('\\')}`],
  ['stars', `like(a,${fill('*')}`],
  ['quoted stars', `like(a,"${fill('*')}")`],
  ['operators', fill('eq')],
  ['parentheses', fill('(')],
  ['attribute characters', `eq(${fill('a.')}`],
  ['clauses', fill('eq(a,b):')],
  ['combining marks', `eq(a,${'\u0301'.repeat(4_000)}`],
])('8 KiB of %s, when parsed, take linear time', (_name, raw) => {
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 20; run += 1) {
    const start = performance.now();
    parseOrRefuse(raw);
    best = Math.min(best, performance.now() - start);
  }
  // Linear reading takes under 2 ms; reading the rest again at every character would take about 20.
  expect(best).toBeLessThan(10);
});
