import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAddress, createCustomer, password, signUp } from '../../../test/support/builders.ts';
import { unknownId } from '../../../test/support/expectations.ts';
import { type Answer, startTestApp, type TestApp, type TestStore } from '../../../test/support/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const bulk = async (what: 'delete' | 'tags', data: object, store: TestStore = app) =>
  store.admin.post(`/v2/customers/bulk/${what}`, { data });
const done = (...customers: { id: string }[]) => customers.map(({ id }) => ({ type: 'customer', id }));
const missing = (id: string) => ({
  ...{ status: 404, title: 'Not Found', detail: 'The requested customer could not be found' },
  meta: { customer_id: id },
});
const read = async ({ id }: { id: string }, store: TestStore = app) => store.admin.get(`/v2/customers/${id}`);
const logsOf = async ({ id }: { id: string }) => (await app.admin.get(`/v2/customers/${id}/logs`)).body.data;

/** As many customers as asked for, past the service. */
const addCustomers = (store: TestStore, count: number) =>
  app.query(
    `insert into customers (store_id, id, name, name_key, email, email_key, created_at, updated_at)
     select $1, gen_random_uuid(), 'Ada', 'ada', n || '@example.com', n || '@example.com', now(), now()
     from generate_series(1, $2::int) n`,
    [store.id, count],
  );

test('customers are deleted as each would be alone, and who cannot be is told beside them', async () => {
  const { customer: ada, shopper } = await signUp(app, { tags: ['vip'] });
  await createAddress(app.admin, ada.id);
  const [eve, alone] = [await createCustomer(app), await createCustomer(app)];
  await app.admin.delete(`/v2/customers/${alone.id}`);
  const { status, body } = await bulk('delete', {
    customer_ids: [ada.id.toUpperCase(), unknownId, eve.id, eve.id, 'nonsense'],
  });
  expect({ status, body }).toEqual({
    status: 200,
    body: { data: done(ada, eve), errors: [missing(unknownId), missing('nonsense')], meta: { cursor: null } },
  });
  expect((await read(ada)).status).toBe(404);
  expect((await shopper.get(`/v2/customers/${ada.id}`)).status).toBe(403);
  const shape = async (customer: { id: string }) =>
    (await logsOf(customer)).map(({ event_type, delta, initiator }: Record<string, unknown>) => ({
      ...{ event_type, delta, initiator },
    }));
  expect(await shape(eve)).toEqual(await shape(alone));
  expect((await shape(ada)).every(({ delta }: { delta: object }) => !JSON.stringify(delta).includes('after'))).toBe(
    true,
  );
});

test('when nothing can be done with those who are named, the answer is the error', async () => {
  for (const [what, more] of [
    ['delete', {}],
    ['tags', { add_tags: ['vip'] }],
  ] as const)
    expect(await bulk(what, { customer_ids: [unknownId], ...more })).toMatchObject({
      status: 404,
      body: { errors: [missing(unknownId)] },
    });
});

test('tags are added and removed beside others, in the log and the ETag, and counted; who would have too many is told', async () => {
  const store = await app.addStore();
  const [one, same] = [await createCustomer(store, { tags: ['a', 'b'] }), await createCustomer(store, { tags: ['c'] })];
  const full = await createCustomer(store, { tags: Array.from({ length: 100 }, (_, index) => `t${index}`) });
  const before = [await read(one, store), await read(same, store)];
  const customer_ids = [one.id, same.id, full.id];
  const { body } = await bulk('tags', { customer_ids, add_tags: [' C'], remove_tags: ['a'] }, store);
  expect(body).toEqual({
    data: done(one, same),
    errors: [
      {
        ...{ status: 422, title: 'Failed Validation', source: 'data.add_tags' },
        detail: 'The data.tags may not have more than 100 items.',
        meta: { customer_id: full.id },
      },
    ],
    meta: { cursor: null },
  });
  const after = [await read(one, store), await read(same, store)];
  expect(after.map(answer => answer.body.data.tags)).toEqual([['b', 'c'], ['c']]);
  expect(after.map((answer, index) => answer.headers.etag === before[index]?.headers.etag)).toEqual([false, true]);
  const logs = (await store.admin.get(`/v2/customers/${one.id}/logs`)).body.data;
  expect(
    logs.map(({ event_type, delta }: Record<string, unknown>) => [event_type, (delta as { tags?: unknown }).tags]),
  ).toEqual([
    ['customer.updated', { before: ['a', 'b'], after: ['b', 'c'] }],
    ['customer.created', { before: null, after: ['a', 'b'] }],
  ]);
  const counts = await store.admin.get('/v2/customers/tags?filter=in(name,a,b,c)');
  expect(counts.body.data).toEqual([
    { type: 'customer_tag', name: 'b', customers: 1 },
    { type: 'customer_tag', name: 'c', customers: 2 },
  ]);
});

test('tags that come at once, of one and of many, are all there', async () => {
  const customers = [];
  for (let count = 0; count < 4; count += 1) customers.push(await createCustomer(app));
  const ids = customers.map(({ id }) => id);
  const tags = ['one', 'two', 'three', 'four', 'five', 'six'];
  const answers = await Promise.all(
    tags.map((tag, index) => bulk('tags', { customer_ids: index % 2 ? ids : ids.toReversed(), add_tags: [tag] })),
  );
  expect(answers.map(({ status }) => status)).toEqual(tags.map(() => 200));
  for (const customer of customers) expect((await read(customer)).body.data.tags).toEqual(tags.toSorted());
});

test('all that a filter finds are gone through by the cursor, but for who comes meanwhile', async () => {
  const store = await app.addStore();
  await addCustomers(store, 250);
  const spared = await createCustomer(store, { name: 'Eve' });
  const filter = 'eq(name,Ada)';
  const goThrough = async (what: 'delete' | 'tags', more: object = {}) => {
    const steps: number[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { status, body }: Answer = await bulk(what, { filter, ...(cursor && { cursor }), ...more }, store);
      expect(status, JSON.stringify(body)).toBe(200);
      steps.push(body.data.length);
      cursor = body.meta.cursor;
      if (steps.length === 1) await createCustomer(store, { name: 'Ada' });
    }
    return steps;
  };
  expect(await goThrough('tags', { add_tags: ['all'] })).toEqual([100, 100, 50]);
  const tagged = await store.admin.get('/v2/customers?filter=eq(tags,all)&page[limit]=1');
  expect(tagged.body.meta.results.total).toBe(250);
  // Of the two who came meanwhile, one was there when the deletion began.
  expect(await goThrough('delete')).toEqual([100, 100, 51]);
  const left = await store.admin.get('/v2/customers?sort=name');
  expect(left.body.data.map(({ name }: { name: string }) => name)).toEqual(['Ada', 'Eve']);
  expect((await read(spared, store)).status).toBe(200);
  expect((await bulk('delete', { filter }, store)).body.data.length).toBe(1);
  expect((await bulk('delete', { filter }, store)).body).toEqual({ data: [], meta: { cursor: null } });
});

test.each<[string, 'delete' | 'tags', object, number, string | undefined]>([
  ['names nobody', 'delete', {}, 422, 'data.customer_ids'],
  ['has an empty list', 'delete', { customer_ids: [] }, 422, 'data.customer_ids'],
  ['names more than 100', 'delete', { customer_ids: Array(101).fill(unknownId) }, 422, 'data.customer_ids'],
  ['has ids and a filter', 'delete', { customer_ids: [unknownId], filter: 'like(name,*)' }, 422, 'data.filter'],
  ['has a filter that is none', 'delete', { filter: 'eq(shoe_size,9)' }, 400, undefined],
  ['has an empty filter, which may be a variable that was not set', 'delete', { filter: '' }, 422, 'data.filter'],
  ['has a cursor that is none', 'delete', { filter: 'like(name,*)', cursor: 'abc' }, 400, 'page[cursor]'],
  ['has no tags', 'tags', { customer_ids: [unknownId], add_tags: [] }, 422, 'data.add_tags'],
  ['has a tag with a comma', 'tags', { customer_ids: [unknownId], remove_tags: ['a,b'] }, 422, 'data.remove_tags.0'],
])('a request that %s is refused, and does nothing', async (_, what, data, expectedStatus, expectedSource) => {
  const { customer } = await signUp(app, { password });
  const { status, body } = await bulk(what, data);
  expect({ status, source: body.errors[0].source }).toEqual({ status: expectedStatus, source: expectedSource });
  expect((await read(customer)).body.data).toEqual(customer);
});
