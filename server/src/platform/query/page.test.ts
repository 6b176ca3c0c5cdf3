import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isPageRequested, pageErrors, pageLinks, pageMeta, parsePage } from './page.ts';
import { parseQueryString } from './query-string.ts';

const origin = 'https://shop.example.test';
const at = (query = '') => ({ baseUrl: origin, path: '/v2/customers', query: parseQueryString(query) });
const link = (limit: number, offset: number, kept = '') =>
  `${origin}/v2/customers?${kept}page[limit]=${limit}&page[offset]=${offset}`;

test.each([
  ['', { limit: 25, offset: 0 }],
  ['page[limit]=10&page[offset]=20', { limit: 10, offset: 20 }],
  ['page%5Blimit%5D=1', { limit: 1, offset: 0 }],
  ['page[limit]=100', { limit: 100, offset: 0 }],
  ['page[limit]=101', { limit: 100, offset: 0 }],
  [`page[limit]=${'9'.repeat(400)}`, { limit: 100, offset: 0 }],
  ['page[offset]=10001', { limit: 25, offset: 10_001 }],
  ['page[offset]=9007199254740991', { limit: 25, offset: Number.MAX_SAFE_INTEGER }],
])('a page, when asked for by "%s", has the limit and offset of the contract', (query, expected) => {
  expect(parsePage(parseQueryString(query), 25)).toEqual(expected);
});

test.each(['0', '-1', '', '1.5', 'ten', '1e2', '+5', '%2B5', '0x10', 'NaN', '٣', '5%00'])(
  'a page limit, when it is "%s", is refused with 400',
  text => {
    expect(() => parsePage(parseQueryString(`page[limit]=${text}`), 25)).toThrow(pageErrors.limit());
  },
);

test.each(['-1', '', '0.5', 'x', '9007199254740992', '9'.repeat(400), 'Infinity'])(
  'a page offset, when it is "%s", is refused with 400',
  text => {
    expect(() => parsePage(parseQueryString(`page[offset]=${text}`), 25)).toThrow(pageErrors.offset());
  },
);

test('the errors of a page, when thrown, name the parameter', () => {
  expect([pageErrors.limit().entries, pageErrors.offset().entries]).toEqual([
    [
      {
        status: 400,
        title: 'Bad Request',
        detail: 'The page[limit] must be an integer greater than 0.',
        source: 'page[limit]',
      },
    ],
    [
      {
        status: 400,
        title: 'Bad Request',
        detail: 'The page[offset] must be an integer between 0 and 9007199254740991.',
        source: 'page[offset]',
      },
    ],
  ]);
});

test('a page, when a known parameter is repeated, is refused with 400', () => {
  expect(() => parsePage(parseQueryString('filter=a&filter=b'), 25)).toThrow(
    'The filter parameter must not be repeated.',
  );
  expect(() => parsePage(parseQueryString('page[limit]=1&page%5Blimit%5D=1'), 25)).toThrow(
    'The page[limit] parameter must not be repeated.',
  );
});

test.each([
  ['', false],
  ['filter=a&sort=b', false],
  ['page[limit]=5', true],
  ['page%5Boffset%5D=0', true],
  ['page[limit]=', true],
])('whether a page is asked for, when the query is "%s", is %s', (query, expected) => {
  expect(isPageRequested(parseQueryString(query))).toBe(expected);
});

test('the meta of a listing, when there are records, counts pages and records', () => {
  expect(pageMeta({ limit: 10, offset: 20 }, { total: 47 })).toEqual({
    page: { limit: 10, offset: 20, current: 3, total: 5 },
    results: { total: 47 },
  });
});

test('the meta of a listing, when it is empty, says page 1 of 1', () => {
  expect(pageMeta({ limit: 100, offset: 0 }, { total: 0 })).toEqual({
    page: { limit: 100, offset: 0, current: 1, total: 1 },
    results: { total: 0 },
  });
});

test.each([
  ['the first of many', { limit: 10, offset: 0 }, 47, [0, 0, 40, null, 10]],
  ['in the middle', { limit: 10, offset: 20 }, 47, [20, 0, 40, 10, 30]],
  ['the last', { limit: 10, offset: 40 }, 47, [40, 0, 40, 30, null]],
  ['the last and full', { limit: 10, offset: 10 }, 20, [10, 0, 10, 0, null]],
  ['the only one', { limit: 10, offset: 0 }, 10, [0, 0, null, null, null]],
  ['empty', { limit: 10, offset: 0 }, 0, [0, 0, null, null, null]],
  ['not aligned to the limit', { limit: 10, offset: 5 }, 47, [5, 0, 40, 0, 15]],
  ['beyond the end', { limit: 10, offset: 90 }, 47, [90, 0, 40, 80, null]],
  ['beyond the end of one page', { limit: 10, offset: 90 }, 5, [90, 0, null, 80, null]],
])('the links of a page, when it is %s, follow the contract', (_name, page, total, offsets) => {
  const [current, first, last, prev, next] = offsets.map(offset => (offset === null ? null : link(page.limit, offset)));
  expect(pageLinks(at(), page, { total })).toEqual({ current, first, last, prev, next });
});

test('the links of a page, when the request has a filter, sort and include, keep them and nothing else', () => {
  const query =
    'include=items,%20customer&sort=(-name)&page[limit]=7&page[offset]=0&x=1&filter=eq(email,ada+1%2B@x.test):like(name,Jos%C3%A9%20*)';
  expect(pageLinks(at(query), { limit: 7, offset: 0 }, { total: 1 }).current).toBe(
    link(7, 0, 'filter=eq(email,ada+1%2B@x.test):like(name,Jos%C3%A9%20*)&sort=(-name)&include=items,%20customer&'),
  );
});

test('the links of a page, when the request has empty parameters, leave them out', () => {
  expect(pageLinks(at('filter=&sort=&include='), { limit: 7, offset: 0 }, { total: 1 }).current).toBe(link(7, 0));
});

test('the links of a page, when the parameters hold unsafe characters, carry them encoded', () => {
  const hostile = '"\'<>\\^`{|}#;[] \n%é😀\uD800';
  const encoded = '%22%27%3C%3E%5C%5E%60%7B%7C%7D%23%3B%5B%5D%20%0A%25%C3%A9%F0%9F%98%80%EF%BF%BD';
  const query = { filter: hostile, sort: hostile, include: `${hostile}&a=b` };
  const { current } = pageLinks({ ...at(), query }, { limit: 7, offset: 0 }, { total: 1 });
  expect(current).toBe(link(7, 0, `filter=${encoded}&sort=${encoded}&include=${encoded}%26a%3Db&`));
});

test('the link to the next page, when there is a cursor, carries it before limit and offset', () => {
  const page = { limit: 7, offset: 7, cursor: 'before' };
  const links = pageLinks(at('sort=name'), page, { total: 30, cursor: 'last_-1' });
  expect(links).toEqual({
    current: link(7, 7, 'sort=name&page[cursor]=before&'),
    first: link(7, 0, 'sort=name&'),
    last: link(7, 28, 'sort=name&'),
    prev: link(7, 0, 'sort=name&'),
    next: link(7, 14, 'sort=name&page[cursor]=last_-1&'),
  });
  expect(pageLinks(at(), page, { total: 5, cursor: 'x', hasMore: true }).next).toBe(link(7, 14, 'page[cursor]=x&'));
  expect(pageLinks(at(), page, { total: 50, cursor: 'x', hasMore: false }).next).toBeNull();
});

test('walking the next links from the first page, whatever the filter, visits every record once and keeps the query', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 350 }),
      fc.integer({ min: 1, max: 150 }),
      fc.string({ unit: 'binary' }),
      (total, limit, text) => {
        const records = Array.from({ length: total }, (_, index) => index);
        const kept = { filter: encodeURIComponent(text), sort: text, include: text };
        const visited: number[] = [];
        let next: string | null =
          `?page[limit]=${limit}&filter=${kept.filter}&sort=${kept.filter}&include=${kept.filter}`;
        for (let steps = 0; next !== null && steps <= total; steps += 1) {
          const query = parseQueryString(next.slice(next.indexOf('?') + 1));
          expect({
            filter: decodeURIComponent(query.filter ?? ''),
            sort: query.sort ?? '',
            include: query.include ?? '',
          }).toEqual({ filter: text, sort: text, include: text });
          const page = parsePage(query, 100);
          visited.push(...records.slice(page.offset, page.offset + page.limit));
          next = pageLinks({ ...at(), query }, page, { total }).next;
        }
        expect(next).toBeNull();
        expect(visited).toEqual(records);
      },
    ),
    { numRuns: 2_000 },
  );
});

test('walking the prev links from the last page, whatever the size, ends at the first page', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000 }), fc.integer({ min: 1, max: 100 }), (total, limit) => {
      let url: string | null = pageLinks(at(), { limit, offset: 0 }, { total }).last ?? link(limit, 0);
      let page = { limit, offset: 0 };
      for (let steps = 0; url !== null && steps <= total; steps += 1) {
        const query = parseQueryString(url.slice(url.indexOf('?') + 1));
        page = parsePage(query, 100);
        url = pageLinks({ ...at(), query }, page, { total }).prev;
      }
      expect([url, page]).toEqual([null, { limit, offset: 0 }]);
    }),
    { numRuns: 1_000 },
  );
});
