import { expect, test } from 'vitest';
import { ApiError, type ErrorEntry } from '../errors.ts';
import { type FilterClause, type FilterOperator, type FilterValue, printFilter } from './filter.ts';
import { parseFilter } from './filter-parameter.ts';

const bare = (text: string): FilterValue => ({ text, segments: text.split('*'), quoted: false });
const quoted = (text: string, segments: readonly string[] = [text]): FilterValue => ({ text, segments, quoted: true });
const clause = (operator: FilterOperator, attribute: string, ...values: FilterValue[]): FilterClause => ({
  operator,
  attribute,
  values,
});

function entriesOf(raw: string): readonly ErrorEntry[] {
  try {
    parseFilter(raw);
  } catch (error) {
    if (error instanceof ApiError) return error.entries;
    throw error;
  }
  return [];
}

const refusal = (detail: string) => [{ status: 400, title: 'Bad Request', detail }];
const syntax = refusal('Could not parse the supplied filter');
const unsupported = refusal('The supplied filter contained unsupported characters');
const tooMany = refusal('Too many filter clauses: at most 10 may be chained');

test('an empty filter, when parsed, has no clauses', () => {
  expect(parseFilter('')).toEqual([]);
});

test.each<[string, FilterClause[]]>([
  ['eq(email,ada+1@x.test)', [clause('eq', 'email', bare('ada 1@x.test'))]],
  ['eq(email,ada%2B1@x.test)', [clause('eq', 'email', bare('ada+1@x.test'))]],
  ['eq(email,ann%2Bx%40b.test)', [clause('eq', 'email', bare('ann+x@b.test'))]],
  ['like(name,*)', [clause('like', 'name', bare('*'))]],
  ['like(name,Ada%20*)', [clause('like', 'name', bare('Ada *'))]],
  ['in(id,a,b)', [clause('in', 'id', bare('a'), bare('b'))]],
  ['in(id,a)', [clause('in', 'id', bare('a'))]],
  ['is_null(external_ref)', [clause('is_null', 'external_ref')]],
  ['is_null(%20a+)', [clause('is_null', 'a')]],
  ['eq(category.id,x)', [clause('eq', 'category.id', bare('x'))]],
  ['eq(a-b_1,x)', [clause('eq', 'a-b_1', bare('x'))]],
  // Beyond the grammar of the reference: what fields may be called.
  ['eq(2fa,x)', [clause('eq', '2fa', bare('x'))]],
  ['eq(_a,x):eq(-a,x)', [clause('eq', '_a', bare('x')), clause('eq', '-a', bare('x'))]],
  ["eq(name,O'Brien)", [clause('eq', 'name', bare("O'Brien"))]],
  ['eq(name,O%27Brien)', [clause('eq', 'name', bare("O'Brien"))]],
  ['eq(name,Jos%C3%A9)', [clause('eq', 'name', bare('José'))]],
  ['eq(name,José)', [clause('eq', 'name', bare('José'))]],
  ['eq(name,हिन्दी+٣+𝒜)', [clause('eq', 'name', bare('हिन्दी ٣ 𝒜'))]],
  ['eq(%20name%20,%20Ada++Byron%20)', [clause('eq', 'name', bare('Ada  Byron'))]],
  ['eq(ref,$-_*.@%2B:/{}|9)', [clause('eq', 'ref', bare('$-_*.@+:/{}|9'))]],
  ['ge(created_at,2021-03-04T09:15:27.482Z)', [clause('ge', 'created_at', bare('2021-03-04T09:15:27.482Z'))]],
  ['eq(a,:b:):gt(c,3)', [clause('eq', 'a', bare(':b:')), clause('gt', 'c', bare('3'))]],
  [
    'eq(a,1):eq(b,2):gt(c,3)',
    [clause('eq', 'a', bare('1')), clause('eq', 'b', bare('2')), clause('gt', 'c', bare('3'))],
  ],
  ['lt(a,1):le(a,1)', [clause('lt', 'a', bare('1')), clause('le', 'a', bare('1'))]],
  ['eq(name,%22Doe, Jane (CEO):%22)', [clause('eq', 'name', quoted('Doe, Jane (CEO):'))]],
  ["eq(name, 'it\\'s' )", [clause('eq', 'name', quoted("it's"))]],
  ['eq(name,"a\\\\b\\"c\\d")', [clause('eq', 'name', quoted('a\\b"cd'))]],
  ['eq(name," a ")', [clause('eq', 'name', quoted(' a '))]],
  ['eq(name,"")', [clause('eq', 'name', quoted(''))]],
  ['like(name,"a*b\\*c")', [clause('like', 'name', quoted('a*b*c', ['a', 'b*c']))]],
  ['in(name,"a,b",c)', [clause('in', 'name', quoted('a,b'), bare('c'))]],
  ['eq(name,"100%")', [clause('eq', 'name', quoted('100%'))]],
  ['eq(name,"[😀]%0A%EF%BF%BD")', [clause('eq', 'name', quoted('[😀]\n\uFFFD'))]],
])('a filter of the grammar, when %s is parsed, gives its clauses', (raw, expected) => {
  expect(parseFilter(raw)).toEqual(expected);
  expect(parseFilter(encodeURIComponent(printFilter(expected)))).toEqual(expected);
});

test.each([
  'eq(name,a',
  'eq(name,',
  'eq(name',
  'eq(',
  'eq',
  'eq()',
  'eq(name)',
  'eq(name,)',
  'eq(name,%20)',
  'eq(,a)',
  'eq(n%C3%A9,b)',
  'eq(a b,c)',
  'eq(a,b,c)',
  'is_null(a,b)',
  'is_null()',
  'in(id)',
  'in(id,)',
  'in(id,a,)',
  'EQ(a,b)',
  'ne(a,b)',
  'eq (a,b)',
  '%20eq(a,b)',
  'eq(a,b)%20',
  'eq(a,b):',
  'eq(a,b):%20eq(a,b)',
  ':eq(a,b)',
  'eq(a,b)eq(a,b)',
  'eq(a,b))',
  'eq(a,b(c)',
  'eq(a,b"c)',
  'eq(a,"b)',
  'eq(a,"b\\")',
  'eq(a,"b\\',
  'eq(a,"b"c)',
  "eq(a,'tis)",
  '%20',
])('a filter outside the grammar, when %s is parsed, is refused as syntax', raw => {
  expect(entriesOf(raw)).toEqual(syntax);
});

test.each([
  'eq(a,[object%20Object])',
  'eq(a,100%)',
  'eq(a,%zz)',
  'eq(a,b%26c)',
  'eq(a,b=c)',
  'eq(a,b\\c)',
  'eq(a,b;c)',
  'eq(a,%3Cb%3E)',
  'eq(a,b#c)',
  'eq(a,b%09c)',
  'eq(a,b%C2%A0c)',
  'eq(a,%F0%9F%98%80)',
  'eq(a[0],b)',
  'eq(a,%00)',
  'eq(a,"%00")',
  'eq(a,%FF)',
  'eq(a,"%C3%28")',
  'eq(a,"%ED%A0%80")',
  'eq(a,"\uD800")',
  'eq(a,"\uD800%41")',
])('a character outside the grammar, when %s is parsed, is refused as unsupported', raw => {
  expect(entriesOf(raw)).toEqual(unsupported);
});

test('ten clauses, when chained, are accepted, and an eleventh is refused', () => {
  const chain = (count: number) => Array.from({ length: count }, () => 'eq(a,b)').join(':');
  expect(parseFilter(chain(10))).toHaveLength(10);
  expect(entriesOf(chain(11))).toEqual(tooMany);
  expect(entriesOf(`${chain(10)}:`)).toEqual(syntax);
});

test('a list of a hundred values, when parsed, is accepted, and one more is refused as syntax', () => {
  const list = (count: number) => `in(id${',a'.repeat(count)})`;
  expect(parseFilter(list(100))[0]?.values).toHaveLength(100);
  expect(entriesOf(list(101))).toEqual(syntax);
});

test('a filter of 8 KiB once decoded, when parsed, is accepted, and one more byte is refused as syntax', () => {
  const filler = (bytes: number) => `eq(a,${'b'.repeat(bytes - 'eq(a,)'.length)})`;
  expect(parseFilter(filler(8192))).toHaveLength(1);
  expect(entriesOf(filler(8193))).toEqual(syntax);
  expect(parseFilter(`eq(a,${'%62'.repeat(8186)})`)).toHaveLength(1);
  expect(entriesOf(`eq(a,${'%C3%A9'.repeat(4094)})`)).toEqual(syntax);
  expect(entriesOf('['.repeat(1_000_000))).toEqual(syntax);
});

test('clauses, when printed, are quoted only where needed', () => {
  const clauses = [
    clause('eq', 'a', bare('x:y')),
    clause('in', 'b', quoted('x'), quoted('"\\', ['"\\']), quoted('*a*', ['*a', ''])),
    clause('is_null', 'c'),
    clause('eq', 'd', { text: 'a,b', segments: ['a,b'], quoted: false }),
    clause('eq', 'e', { text: 'a*', segments: ['a*'], quoted: false }),
  ];
  expect(printFilter(clauses)).toBe('eq(a,x:y):in(b,"x","\\"\\\\","\\*a*"):is_null(c):eq(d,"a,b"):eq(e,"a\\*")');
  expect(printFilter([])).toBe('');
});

test('the value of a like is not longer than 256 characters, that of another operator may be', () => {
  const long = 'a'.repeat(257);
  expect(parseFilter(`like(name,${long.slice(1)}):eq(name,${long})`)).toHaveLength(2);
  expect(entriesOf(`like(name,*${long.slice(1)})`)).toEqual(
    refusal('The value of like may have at most 256 characters'),
  );
});
