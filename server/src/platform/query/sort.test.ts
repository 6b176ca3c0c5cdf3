import { expect, test } from 'vitest';
import { ApiError } from '../errors.ts';
import { parseQueryString } from './query-string.ts';
import { parseSort, type SortOrder } from './sort.ts';

const allowed = ['created_at', 'name'] as const;
const fallback: SortOrder<(typeof allowed)[number]> = { field: 'created_at', descending: true };
const sort = (query: string) => parseSort(parseQueryString(query), allowed, fallback);

test.each([
  ['sort=name', { field: 'name', descending: false }],
  ['sort=-name', { field: 'name', descending: true }],
  ['sort=(name)', { field: 'name', descending: false }],
  ['sort=(-name)', { field: 'name', descending: true }],
  ['sort=-(name)', { field: 'name', descending: true }],
  ['sort=%28name%29', { field: 'name', descending: false }],
  ['sort=created_at', { field: 'created_at', descending: false }],
])('an order, when asked for by %s, is read', (query, expected) => {
  expect(sort(query)).toEqual(expected);
});

test.each(['', 'sort=', 'sort', 'filter=eq(a,b)'])('no order, when the query is "%s", is the fallback', query => {
  expect(sort(query)).toBe(fallback);
});

test.each([
  'email',
  'Name',
  '((name))',
  '(name',
  'name)',
  '()',
  '-',
  '--name',
  '-(-name)',
  'name,created_at',
  'constructor',
  '__proto__',
  '%20name',
  'name%00',
])('an unknown order, when %s is asked for, is refused with 400', text => {
  expect(() => sort(`sort=${text}`)).toThrow(
    new ApiError([
      {
        status: 400,
        title: 'Bad Request',
        detail: 'The sort must be one of created_at, name, with a leading - for descending order.',
        source: 'sort',
      },
    ]),
  );
});

test('an order, when it is asked for twice, is refused with 400', () => {
  expect(() => sort('sort=name&sort=name')).toThrow('The sort parameter must not be repeated.');
});
