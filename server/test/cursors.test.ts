import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCustomer, createEntry, createField, createFlow } from './support/builders.ts';
import { nextLink, refusal } from './support/expectations.ts';
import { startTestApp, type TestApp } from './support/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
  for (let count = 0; count < 3; count += 1) await createCustomer(app, { name: 'Ada' });
});
afterAll(() => app.close());

const refused = refusal(
  400,
  'Bad Request',
  'The page[cursor] must come from a link to the next page, with the same filter, search and sort.',
  'page[cursor]',
);

async function nextOf(path: string): Promise<string> {
  const { body } = await app.admin.get(path);
  return body.links.next.slice(app.baseUrl.length);
}
const cursorIn = (path: string) => /page\[cursor\]=([\w-]+)/.exec(path)?.[1] ?? '';

test('the link to the next page goes on after the last record, and says where it is', async () => {
  const next = await nextOf('/v2/customers?sort=id&page[limit]=1');
  const at = (offset: number) => `${app.baseUrl}/v2/customers?sort=id&page[limit]=1&page[offset]=${offset}`;
  const { body } = await app.admin.get(next);
  expect(body).toMatchObject({
    meta: { page: { limit: 1, offset: 1, current: 2, total: 3 }, results: { total: 3 } },
    links: { current: app.baseUrl + next, first: at(0), last: at(2), prev: at(0), next: nextLink(at(2)) },
  });
});

test('a cursor without an offset is enough to go on', async () => {
  const next = await nextOf('/v2/customers?page[limit]=1');
  const whole = await app.admin.get(next);
  const { body } = await app.admin.get(`/v2/customers?page[limit]=1&page[cursor]=${cursorIn(next)}`);
  expect(body.data).toEqual(whole.body.data);
});

describe('a cursor is refused', () => {
  test('where no link has one', async () => {
    const { id } = await createCustomer(app);
    for (const path of ['addresses', 'sessions', 'notes', 'logs'])
      expect(await app.admin.get(`/v2/customers/${id}/${path}?page[cursor]=x`), path).toMatchObject(refused);
    expect(await app.admin.get('/v2/jobs?page[cursor]=x')).toMatchObject(refused);
  });

  test('with another sort, another direction or another filter', async () => {
    const cursor = cursorIn(await nextOf('/v2/customers?sort=name&page[limit]=1'));
    for (const query of ['sort=email', 'sort=-name', 'sort=name&filter=eq(name,Ada)', '']) {
      expect(await app.admin.get(`/v2/customers?${query}&page[cursor]=${cursor}`)).toMatchObject(refused);
    }
    expect(await app.admin.get(`/v2/customers?sort=name&page[cursor]=${cursor}`)).toMatchObject({ status: 200 });
    expect(await app.admin.get(`/v2/orders?page[cursor]=${cursor}`)).toMatchObject(refused);
  });

  test('sent twice', async () => {
    const cursor = cursorIn(await nextOf('/v2/customers?page[limit]=1'));
    const answer = await app.admin.get(`/v2/customers?page[cursor]=${cursor}&page[cursor]=${cursor}`);
    expect(answer.status).toBe(400);
  });

  test.each(['', 'x', 'bnVsbA', 'W10', '%00', "'", 'e30', '%F0%9F%A7%B5', 'A'.repeat(5000)])(
    'that is %j',
    async text => {
      expect(await app.admin.get(`/v2/customers?page[cursor]=${text}`)).toMatchObject(refused);
    },
  );

  /** The cursor of a listing with another place in it. */
  async function forge(path: string, id: unknown, key: unknown): Promise<string> {
    const next = await nextOf(path);
    const [digest] = JSON.parse(Buffer.from(cursorIn(next), 'base64url').toString());
    const forged = Buffer.from(JSON.stringify([digest, id, key])).toString('base64url');
    return next.replace(cursorIn(next), forged);
  }
  const id = '018f0000-0000-7000-8000-000000000000';
  const time = '1614852927482000';

  test.each<[string, unknown, unknown]>([
    ['created_at', id, 'yesterday'],
    ['created_at', id, '99999999999999999999'],
    ['created_at', id, '-999999999999999999'],
    ['created_at', id, null],
    ['created_at', id, 5],
    ['created_at', "' or true --", time],
    ['created_at', null, time],
    ['name', id, 'a\0b'],
    ['name', id, '\ud800'],
    ['name', id, null],
    ['name', id, 'x'.repeat(3000)],
    ['name', id, { $gt: '' }],
    ['id', id, 'x'],
    ['id', 'x', null],
  ])('forged for the order of %s with the id %j and the key %j', async (sort, ofRow, key) => {
    expect(await app.admin.get(await forge(`/v2/customers?sort=${sort}&page[limit]=1`, ofRow, key))).toMatchObject(
      refused,
    );
  });

  test('forged for the order of a field, whatever the key', async () => {
    const flow = await createFlow(app);
    const types = { text: 'string', number: 'float', flag: 'boolean', day: 'date' };
    for (const [slug, field_type] of Object.entries(types)) await createField(app, flow.id, { slug, field_type });
    for (let count = 0; count < 2; count += 1) {
      await createEntry(app, flow.slug, { text: 'a', number: 1, flag: true, day: '2021-03-04' });
    }
    const keys = [
      '',
      'x',
      '1e999',
      '1e-999',
      'NaN',
      'Infinity',
      '-infinity',
      '1'.repeat(400),
      '2021-03-04',
      "1'",
      '1 ',
      '٣',
    ];
    for (const slug of ['number', 'flag', 'day']) {
      for (const key of keys) {
        const path = await forge(`/v2/flows/${flow.slug}/entries?sort=${slug}&page[limit]=1`, id, key);
        expect([slug, key, await app.admin.get(path)]).toMatchObject([slug, key, refused]);
      }
    }
  });
});
