import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCustomer } from '../../../test/support/builders.ts';
import { startTestApp, type TestApp } from '../../../test/support/test-app.ts';
import { type FilterClause, type FilterOperator, type FilterValue, printFilter } from '../../platform/query/filter.ts';

interface Row {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly external_ref: string | undefined;
  readonly created_at: string;
  readonly updated_at: string;
}

const names = [
  'Ada',
  'ada',
  'ADA',
  'Ada Okafor',
  "O'Neill",
  'Ångström',
  'ångström',
  '100%',
  '100_',
  'a*b',
  'a\\b',
  '"q"',
  'Zoë',
  '山田',
  '👩‍🚀',
  'İ',
];
const locals = ['ada', 'Ada+1', 'ada.b', 'Zoë', "o'neill", '100%', 'a_b', 'a*b'];
const refs = [undefined, '', 'crm-1', 'CRM-1', 'x'.repeat(200), `${'x'.repeat(200)}y`, 'a%b'];
const firstDay = Date.parse('2021-03-04T00:00:00.000Z');

let app: TestApp;
let rows: Row[];
beforeAll(async () => {
  app = await startTestApp();
  const pick = <T>(from: readonly T[], at: number) => from[at % from.length];
  await Promise.all(
    Array.from({ length: 64 }, (_, index) =>
      createCustomer(app, {
        name: pick(names, index * 7),
        email: `${pick(locals, index)}.${index >> 3}@Example.test`,
        external_ref: pick(refs, index * 3) ?? null,
      }),
    ),
  );
  // Times of their own, several rows sharing each, around the edges of days.
  await app.query(
    `update customers set
       created_at = $1::timestamptz + (('x' || right(id::text, 1))::bit(4)::int / 4) * interval '12 hours'
         - (('x' || right(id::text, 2))::bit(4)::int % 2) * interval '1 millisecond',
       updated_at = $1::timestamptz + (('x' || right(id::text, 3))::bit(4)::int) * interval '6 hours'`,
    [new Date(firstDay)],
  );
  const { body } = await app.admin.get('/v2/customers');
  rows = body.data.map((row: Row & { meta: { timestamps: object } }) => ({ ...row, ...row.meta.timestamps }));
  expect(rows.length).toBe(64);
});
afterAll(() => app.close());

const fold = (text: string) => text.normalize('NFC').toLowerCase();

/** Whether a text matches a pattern whose parts were separated by wildcards; naive on purpose. */
function isLike(text: string, [first = '', ...rest]: readonly string[]): boolean {
  if (!text.startsWith(first)) return false;
  const left = text.slice(first.length);
  if (rest.length === 0) return left === '';
  return Array.from({ length: left.length + 1 }, (_, skip) => left.slice(skip)).some(tail => isLike(tail, rest));
}

/** The instants that an operand names, as [from, until). */
function spanOf(operand: string): [number, number] {
  if (/^\d{4}-\d\d-\d\d$/.test(operand)) return [Date.parse(operand), Date.parse(operand) + 86_400_000];
  const at = /^\d+$/.test(operand) ? Number(operand) : Date.parse(operand);
  return [at, at + 1];
}

const order = (a: number | string, b: number | string) => (a < b ? -1 : a > b ? 1 : 0);
const compares = {
  gt: (sign: number) => sign > 0,
  ge: (sign: number) => sign >= 0,
  lt: (sign: number) => sign < 0,
  le: (sign: number) => sign <= 0,
};

/** What the contract says about one clause and one row, without SQL. */
function holds({ operator, attribute, values }: FilterClause, row: Row): boolean {
  const value = row[attribute as keyof Row];
  if (operator === 'is_null') return value === undefined;
  if (value === undefined) return false;
  const texts = values.map(({ text }) => (attribute === 'email' ? text.replaceAll(' ', '+') : text));
  const [text = ''] = texts;
  if (attribute === 'created_at' || attribute === 'updated_at') {
    const [from, until] = spanOf(text);
    const at = Date.parse(value);
    return operator === 'eq' ? at >= from && at < until : compares[operator as 'gt'](order(at, from));
  }
  if (operator === 'like') return isLike(fold(value), (values[0]?.segments ?? []).map(fold));
  if (operator === 'eq' || operator === 'in') {
    const same =
      attribute === 'email' ? fold : attribute === 'id' ? (text: string) => text.toLowerCase() : (text: string) => text;
    return texts.some(candidate => same(candidate) === same(value));
  }
  return compares[operator](order(value, text.toLowerCase()));
}

const plain = (text: string): FilterValue => ({ text, segments: [text], quoted: true });

/** A text of one of the rows, as it is or a little different. */
const textOf = (attribute: 'name' | 'email' | 'external_ref') =>
  fc.tuple(fc.nat(63), fc.constantFrom('same', 'upper', 'lower', 'longer')).map(([at, change]) => {
    const text = rows[at]?.[attribute] ?? '';
    return change === 'upper'
      ? text.toUpperCase()
      : change === 'lower'
        ? text.toLowerCase()
        : change === 'longer'
          ? `${text}x`
          : text;
  });

const patternOf = (attribute: 'name' | 'email') =>
  fc
    .tuple(textOf(attribute), fc.nat(6), fc.nat(6), fc.constantFrom('*m', 'm*', '*m*', 's*e', 'm'))
    .map(([text, from, length, shape]): FilterValue => {
      const characters = [...text];
      const middle = characters.slice(from % (characters.length + 1), from + length).join('');
      const ends = [characters.slice(0, 1).join(''), characters.slice(-1).join('')];
      const segments = { '*m': ['', middle], 'm*': [middle, ''], '*m*': ['', middle, ''], 's*e': ends, m: [text] }[
        shape
      ];
      return { text: segments.join('*'), segments, quoted: true };
    });

const idOf = fc.oneof(
  fc.nat(63).map(at => rows[at]?.id ?? ''),
  fc.nat(63).map(at => (rows[at]?.id ?? '').toUpperCase()),
  fc.uuid(),
);
const timeOf = fc
  .tuple(fc.integer({ min: -4, max: 20 }), fc.constantFrom('day', 'iso', 'milliseconds', 'before'))
  .map(([quarter, form]) => {
    const at = firstDay + quarter * 6 * 3_600_000 - (form === 'before' ? 1 : 0);
    const iso = new Date(at).toISOString();
    return form === 'day' ? iso.slice(0, 10) : form === 'iso' ? iso : String(at);
  });

const clauseOf = (attribute: string, operators: readonly FilterOperator[], value: fc.Arbitrary<FilterValue>) =>
  fc.tuple(fc.constantFrom(...operators), fc.array(value, { minLength: 1, maxLength: 4 })).map(
    ([operator, values]): FilterClause => ({
      operator,
      attribute,
      values: operator === 'is_null' ? [] : operator === 'in' ? values : values.slice(0, 1),
    }),
  );

const clause = fc.oneof(
  clauseOf('name', ['eq', 'in'], textOf('name').map(plain)),
  clauseOf('email', ['eq', 'in'], textOf('email').map(plain)),
  clauseOf('name', ['like'], patternOf('name')),
  clauseOf('email', ['like'], patternOf('email')),
  clauseOf('external_ref', ['eq', 'in', 'is_null'], textOf('external_ref').map(plain)),
  clauseOf('id', ['eq', 'in', 'gt', 'ge', 'lt', 'le'], idOf.map(plain)),
  clauseOf('created_at', ['eq', 'gt', 'ge', 'lt', 'le'], timeOf.map(plain)),
  clauseOf('updated_at', ['eq', 'gt', 'ge', 'lt', 'le'], timeOf.map(plain)),
);

const keys = { created_at: 'created_at', updated_at: 'updated_at', name: 'name', email: 'email', id: 'id' } as const;
const sort = fc.tuple(fc.constantFrom(...Object.values(keys)), fc.boolean());

/** Rows in the order that a sort asks for: texts by their folded code points, ties by id. */
function sorted(list: readonly Row[], [field, isDescending]: [keyof typeof keys, boolean]): Row[] {
  const isText = field === 'name' || field === 'email';
  const compare = (a: Row, b: Row) =>
    isText ? Buffer.compare(Buffer.from(fold(a[field])), Buffer.from(fold(b[field]))) : order(a[field], b[field]);
  return list.toSorted((a, b) => (isDescending ? -1 : 1) * compare(a, b) || order(a.id, b.id));
}

test('any filter, sort and page give the rows and the total that a naive evaluation gives', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(clause, { maxLength: 3 }),
      sort,
      fc.integer({ min: 1, max: 70 }),
      fc.nat(70),
      async (clauses, by, limit, offset) => {
        const expected = sorted(
          rows.filter(row => clauses.every(one => holds(one, row))),
          by,
        );
        const filter = encodeURIComponent(printFilter(clauses));
        const [field, isDescending] = by;
        const { status, body } = await app.admin.get(
          `/v2/customers?filter=${filter}&sort=${isDescending ? '-' : ''}${field}&page[limit]=${limit}&page[offset]=${offset}`,
        );
        expect({ status, ids: body.data?.map((row: Row) => row.id), total: body.meta?.results.total }).toEqual({
          status: 200,
          ids: expected.slice(offset, offset + limit).map(row => row.id),
          total: expected.length,
        });
      },
    ),
    { numRuns: 300 },
  );
});
