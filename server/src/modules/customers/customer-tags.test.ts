import { afterAll, beforeAll, expect, test } from 'vitest';
import { aCustomer, createCustomer, password, signUp } from '../../../test/support/builders.ts';
import { nextMillisecond } from '../../../test/support/clock.ts';
import { type Caller, startTestApp, type TestApp, type TestStore } from '../../../test/support/test-app.ts';
import { forgetUnusedTags } from './customer-tags.service.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const pathOf = ({ id }: { id: string }) => `/v2/customers/${id}`;
const tagsOf = async (customer: { id: string }, store: TestStore = app) =>
  (await store.admin.get(pathOf(customer))).body.data.tags;
const found = async (filter: string, caller: Caller) => {
  const { status, body } = await caller.get(`/v2/customers?filter=${filter}`);
  return { status, ids: body.data?.map(({ id }: { id: string }) => id), total: body.meta?.results.total };
};
/** The tags of a store with how many have them. */
const countsOf = async ({ admin }: TestStore, query = '') => {
  const { body } = await admin.get(`/v2/customers/tags${query}`);
  return Object.fromEntries(body.data.map(({ name, customers }: Record<string, unknown>) => [name, customers]));
};

test('tags are a set in lower case, replaced by those that are sent, and absent when there are none', async () => {
  const customer = await createCustomer(app, { tags: [' Wholesale', 'VIP', 'vip', 'Émigré 2021'] });
  expect(customer.tags).toEqual(['vip', 'wholesale', 'émigré 2021']);
  expect(await tagsOf(customer)).toEqual(customer.tags);
  await app.admin.put(pathOf(customer), { data: { name: 'Ada Eze' } });
  expect(await tagsOf(customer)).toEqual(customer.tags);
  await app.admin.put(pathOf(customer), { data: { tags: ['new'] } });
  expect(await tagsOf(customer)).toEqual(['new']);
  const { body } = await app.admin.put(pathOf(customer), { data: { tags: [] } });
  expect('tags' in body.data).toBe(false);
});

test('only a change of the set changes the ETag, and is in the audit log', async () => {
  const customer = await createCustomer(app, { tags: ['b', 'a'] });
  const read = await app.admin.get(pathOf(customer));
  const same = await app.admin.put(pathOf(customer), { data: { tags: ['A', 'b', 'a'] } });
  expect(same.headers.etag).toBe(read.headers.etag);
  const other = await app.admin.put(pathOf(customer), { data: { tags: ['a'] } });
  expect(other.headers.etag).not.toBe(read.headers.etag);
  const stale = { 'if-match': String(read.headers.etag) };
  expect((await app.admin.put(pathOf(customer), { data: { tags: ['c'] } }, stale)).status).toBe(412);
  await app.admin.put(pathOf(customer), { data: { tags: [] } });
  const logs = (await app.admin.get(`${pathOf(customer)}/logs`)).body.data;
  expect(logs.map(({ delta }: { delta: Record<string, unknown> }) => delta.tags)).toEqual([
    { before: ['a'], after: null },
    { before: ['a', 'b'], after: ['a'] },
    { before: null, after: ['a', 'b'] },
  ]);
});

test('a shopper neither sees nor sets tags, nor learns of them by a filter, with whatever access token', async () => {
  const signedUp = await app.storefront.post('/v2/customers', { data: aCustomer({ tags: ['vip'] }) });
  expect([signedUp.status, await tagsOf(signedUp.body.data)]).toEqual([201, undefined]);

  const { customer, shopper } = await signUp(app, { tags: ['vip'] });
  const token = shopper.headers['x-moltin-customer-token'] ?? '';
  for (const caller of [shopper, app.caller({ ...app.admin.headers, 'x-moltin-customer-token': token })]) {
    const answers = [
      await caller.get(pathOf(customer)),
      await caller.put(pathOf(customer), { data: { name: 'Ada Eze', tags: ['staff'] } }),
      await caller.get('/v2/customers'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(JSON.stringify(answers.map(({ body }) => body))).not.toContain('tags');
    expect((await found('eq(tags,vip)', caller)).status).toBe(400);
  }
  expect(await tagsOf(customer)).toEqual(['vip']);
});

test('a filter finds who has any of the tags, in any case; chained, who has each', async () => {
  const [store, other] = [await app.addStore(), await app.addStore()];
  await createCustomer(other, { tags: ['vip'] });
  await createCustomer(store);
  const vip = await createCustomer(store, { tags: ['vip'] });
  await nextMillisecond();
  const both = await createCustomer(store, { tags: ['vip', 'mail list'] });
  await nextMillisecond();
  const list = await createCustomer(store, { tags: ['mail list'] });
  const idsBy = async (filter: string) => (await found(filter, store.admin)).ids;
  expect(await found('eq(tags,VIP)', store.admin)).toEqual({ status: 200, ids: [both.id, vip.id], total: 2 });
  expect(await idsBy('in(tags,vip,"Mail list",none)')).toEqual([list.id, both.id, vip.id]);
  expect(await idsBy('eq(tags,vip):eq(tags,mail list)')).toEqual([both.id]);
  expect(await idsBy('eq(tags,vi)')).toEqual([]);
  expect((await found('like(tags,v*)', store.admin)).status).toBe(400);

  const first = (await store.admin.get('/v2/customers?filter=in(tags,vip,mail list)&page[limit]=2')).body;
  const next = await store.admin.get(first.links.next.replace(app.baseUrl, ''));
  expect(next.body.data.map(({ id }: { id: string }) => id)).toEqual([vip.id]);
});

test('the tags of a store are listed with how many have them, whatever comes at once', async () => {
  const [store, other] = [await app.addStore(), await app.addStore()];
  await createCustomer(other, { tags: ['foreign'] });
  const customers = await Promise.all(
    Array.from({ length: 12 }, (_, index) => createCustomer(store, { tags: index % 2 ? ['b', 'a'] : ['a', 'c'] })),
  );
  expect(await countsOf(store)).toEqual({ a: 12, b: 6, c: 6 });
  await Promise.all(
    customers.map((customer, index) =>
      index < 6
        ? store.admin.put(pathOf(customer), { data: { tags: ['c', 'Whole'] } })
        : store.admin.delete(pathOf(customer)),
    ),
  );
  expect(await countsOf(store)).toEqual({ c: 6, whole: 6 });
  expect(await countsOf(store, '?filter=like(name,WH*)')).toEqual({ whole: 6 });
  const { body } = await store.admin.get('/v2/customers/tags?page[limit]=1');
  expect(body).toMatchObject({
    data: [{ type: 'customer_tag', name: 'c', customers: 6 }],
    meta: { results: { total: 2 } },
  });
  const next = await store.admin.get(body.links.next.replace(app.baseUrl, ''));
  expect(next.body.data).toEqual([{ type: 'customer_tag', name: 'whole', customers: 6 }]);

  expect(await forgetUnusedTags(app.database.forStore(store.id), 10)).toBe(2);
  await createCustomer(store, { tags: ['a'] });
  expect(await countsOf(store)).toEqual({ a: 1, c: 6, whole: 6 });
});

test.each<[string, unknown, string]>([
  ['is no list', 'vip', 'data.tags'],
  ['has more than 100', Array.from({ length: 101 }, (_, index) => `t${index}`), 'data.tags'],
  ['has one that is blank', ['vip', ' '], 'data.tags.1'],
  ['has one that is no text', [7], 'data.tags.0'],
  ['has one longer than 64 characters', ['x'.repeat(65)], 'data.tags.0'],
  ['has one with a comma', ['a,b'], 'data.tags.0'],
  ['has one with a line break', ['a\nb'], 'data.tags.0'],
])('a set of tags that %s is refused, at its place', async (_, tags, source) => {
  const { status, body } = await app.admin.post('/v2/customers', { data: aCustomer({ password, tags }) });
  expect({ status, source: body.errors[0].source }).toEqual({ status: 422, source });
});
