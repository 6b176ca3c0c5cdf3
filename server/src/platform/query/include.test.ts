import { expect, test } from 'vitest';
import { parseInclude } from './include.ts';
import { parseQueryString } from './query-string.ts';

test.each([
  ['', []],
  ['include=', []],
  ['include=,%20,', []],
  ['include=items', ['items']],
  ['include=Items,%20customer+,items', ['items', 'customer']],
  ['include=a,b,c,d,e,f', ['a', 'b', 'c', 'd', 'e']],
  ['include=a,,a,b,a,c,d,e', ['a', 'b', 'c', 'd', 'e']],
  ['include=__proto__', ['__proto__']],
])('the names to include, when the query is "%s", are the first five that differ', (query, expected) => {
  expect([...parseInclude(parseQueryString(query))]).toEqual(expected);
});

test('the names to include, when they are sent twice, are refused with 400', () => {
  expect(() => parseInclude(parseQueryString('include=a&include=b'))).toThrow(
    'The include parameter must not be repeated.',
  );
});
