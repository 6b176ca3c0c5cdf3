import { expect, test } from 'vitest';
import { ApiError } from '../errors.ts';
import { parseQueryString, refuseRepeated } from './query-string.ts';

const read = (raw: string) => ({ ...parseQueryString(raw) });

test('a query as the SDK sends it, when parsed, keeps the filter raw and decodes the rest', () => {
  const raw =
    'include=items,customer&sort=-created_at&page[limit]=10&page[offset]=20&filter=eq(email,ada+1@example.test):like(name,Ada%20*)';
  expect(read(raw)).toEqual({
    include: 'items,customer',
    sort: '-created_at',
    'page[limit]': '10',
    'page[offset]': '20',
    filter: 'eq(email,ada+1@example.test):like(name,Ada%20*)',
  });
});

test.each(['page[limit]=5', 'page%5Blimit%5D=5', 'page%5blimit%5d=%35'])(
  'the page limit, when its name is sent as %s, is found',
  raw => expect(read(raw)).toEqual({ 'page[limit]': '5' }),
);

test('other parameters, when present, are decoded with + as a space', () => {
  expect(read('q=a+b%2Bc%20d&%C3%A9=%C3%A9')).toEqual({ q: 'a b+c d', é: 'é' });
});

test.each([
  ['q=100%', '100%'],
  ['q=%zz%4', '%zz%4'],
  ['q=%41%', 'A%'],
  ['q=%C3%A9%FF', 'é\uFFFD'],
  ['q=%ED%A0%80', '\uFFFD\uFFFD\uFFFD'],
  ['q=\uD800', '\uFFFD'],
  ['q=a=b', 'a=b'],
  ['q', ''],
])('a malformed value, when %s is parsed, is kept as text', (raw, expected) => {
  expect(read(raw)).toEqual({ q: expected });
});

test('empty pairs, when parsed, are passed over', () => {
  expect(read('')).toEqual({});
  expect(read('&&q=1&&')).toEqual({ q: '1' });
});

test('names of the object prototype, when sent, are parameters like any other', () => {
  const query = parseQueryString('__proto__=a&constructor=b&toString=c');
  expect(Object.getPrototypeOf(query)).toBeNull();
  expect(Object.entries(query)).toEqual([
    ['__proto__', 'a'],
    ['constructor', 'b'],
    ['toString', 'c'],
  ]);
  expect(parseQueryString('').constructor).toBeUndefined();
  expect(({} as Record<string, unknown>).a).toBeUndefined();
});

test.each(['filter', 'sort', 'include', 'page[limit]', 'page[offset]'])(
  'the parameter %s, when it is repeated, keeps its first value and is refused with 400',
  name => {
    const query = parseQueryString(`${name}=1&q=x&${encodeURIComponent(name)}=2`);
    expect(query[name]).toBe('1');
    expect(() => refuseRepeated(query)).toThrow(
      new ApiError([
        { status: 400, title: 'Bad Request', detail: `The ${name} parameter must not be repeated.`, source: name },
      ]),
    );
  },
);

test('an unknown parameter, when it is repeated, keeps its first value and is not refused', () => {
  const query = parseQueryString('q=1&q=2&repeated+name=3');
  expect({ ...query }).toEqual({ q: '1', 'repeated name': '3' });
  expect(() => refuseRepeated(query)).not.toThrow();
});

test('a query of many pairs, when parsed, is read up to the hundredth', () => {
  const raw = Array.from({ length: 150 }, (_, index) => `p${index}=${index}`).join('&');
  const query = parseQueryString(raw);
  expect(Object.keys(query)).toHaveLength(100);
  expect(query.p99).toBe('99');
});
