import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectCommonHeaders, expectErrorDocument, type ListeningApp, startListeningApp } from './support/listening.ts';
import { openConnection } from './support/raw-http.ts';

/** Any bytes get an answer of the contract in time, and never one of status 500 or above (design.md §10.10). */

let app: ListeningApp;
const statuses = new Set<number>();

beforeAll(async () => {
  app = await startListeningApp();
});
afterAll(() => app.close());

/** A second is promised; a busy machine gets some more. */
const promptMs = 4000;

/** Sends bytes that hold at least one whole request, or none; there must be an answer, as the contract has them. */
async function check(bytes: string | Uint8Array): Promise<void> {
  using connection = await openConnection(app.port);
  connection.send(bytes);
  const answer = await connection.answer(promptMs);
  if (answer === undefined) throw new Error('the server closed the connection without an answer');
  if (answer.status >= 400) expectErrorDocument(answer);
  else expectCommonHeaders(answer.headers);
  statuses.add(answer.status);
}

const request = (start: string, body = '') =>
  `${start} HTTP/1.1\r\nhost: x\r\nauthorization: ${app.admin.headers.authorization}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`;

/** Text of the characters that paths and queries are made of, and of those that break them. */
const target = fc.string({
  unit: fc.constantFrom(...'abcXYZ019-._~/%?&=#[](),:;*+@!$\'"<>\\^`{|}\x7f\xe9\xff', '%00', '%2f', '%ff', '%zz', '..'),
  maxLength: 60,
});

const resources = ['', '/customers', '/customers/tokens', '/carts', '/orders', '/products'];

test('any path and query', async () => {
  const paths = fc.tuple(fc.constantFrom('GET', 'DELETE', 'PATCH'), fc.constantFrom(...resources), target, target);
  await fc.assert(
    fc.asyncProperty(paths, async ([method, resource, path, query]) => {
      await check(request(`${method} /v2${resource}${path}?${query}`));
    }),
    { numRuns: 150 },
  );
});

test('any value of the parameters of a list', async () => {
  const names = fc.constantFrom('filter', 'sort', 'include', 'page[limit]', 'page%5Boffset%5D', '__proto__');
  const words = fc.constantFrom(
    'eq(', 'like(', 'in(', 'gt(', 'is_null(', 'name', 'email', 'created_at', 'id', ',', ')', ':', '*', '"', "'", '\\',
    '-', '0', '1', '99999999999999999999', '2021-03-04', '+275760-09-13', '-271821-04-20', '9'.repeat(15), '%00', '%ed%a0%80',
  ); // biome-ignore format: a table reads better dense
  const values = fc.array(words, { maxLength: 8 }).map(parts => parts.join(''));
  const pairs = fc.array(fc.tuple(names, values), { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...resources), pairs, async (resource, given) => {
      const query = given.map(([name, value]) => `${name}=${value}`).join('&');
      await check(request(`GET /v2${resource}?${query}`));
    }),
    { numRuns: 150 },
  );
});

test('any time in a filter', async () => {
  const times = fc.oneof(
    fc.date({ noInvalidDate: false }).map(date => (Number.isNaN(date.getTime()) ? 'NaN' : date.toISOString())),
    fc.integer({ min: -9e15, max: 9e15 }).map(String),
    fc.tuple(fc.nat(999_999), fc.nat(99), fc.nat(99)).map(parts => parts.join('-')),
  );
  const operators = fc.constantFrom('eq', 'gt', 'ge', 'lt', 'le');
  await fc.assert(
    fc.asyncProperty(operators, times, async (operator, time) => {
      await check(request(`GET /v2/customers?filter=${operator}(created_at,${time})`));
    }),
    { numRuns: 150 },
  );
});

test('any JSON for a body', async () => {
  const bodies = fc.oneof(
    fc.json({ maxDepth: 4, noUnicodeString: false }),
    fc.record({ data: fc.jsonValue({ maxDepth: 4 }) }).map(value => JSON.stringify(value)),
    fc.string({ unit: 'binary' }),
  );
  const starts = fc.constantFrom(
    'POST /v2/customers',
    'POST /v2/carts',
    'POST /v2/customers/tokens',
    'POST /oauth/access_token',
  );
  await fc.assert(
    fc.asyncProperty(starts, bodies, async (start, body) => {
      await check(Buffer.concat([Buffer.from(request(start, body), 'latin1'), Buffer.from(body)]));
    }),
    { numRuns: 150 },
  );
});

test('any bytes at all, before a request or in one of its headers', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.boolean(), async (bytes, isHeader) => {
      const before = isHeader ? 'GET /v2/customers HTTP/1.1\r\nhost: x\r\nx-a: ' : '';
      // If the bytes are nothing at all, like empty lines, this is what is answered.
      const after = '\r\n\r\nGET /v2/customers HTTP/1.1\r\nhost: x\r\n\r\n';
      await check(Buffer.concat([Buffer.from(before), bytes, Buffer.from(after)]));
    }),
    { numRuns: 150 },
  );
});

test('and the server is as well as before, having answered in many ways', async () => {
  expect((await fetch(`${app.url}/health/ready`)).status).toBe(200);
  expect([...statuses].sort()).toEqual(expect.arrayContaining([200, 400, 401, 404]));
});
