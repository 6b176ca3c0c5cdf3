import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aField, aFlow, createField, createFlow } from '../../../test/support/builders.ts';
import { refusal, time, unknownId, uuid } from '../../../test/support/expectations.ts';
import { startTestApp, type TestApp, type TestStore } from '../../../test/support/test-app.ts';

let app: TestApp;
let store: TestStore;
beforeAll(async () => {
  app = await startTestApp();
  store = await app.addStore();
});
afterAll(() => app.close());

const invalid = (detail: string, source: string) => refusal(422, 'Failed Validation', detail, source);
const notFound = refusal(404, 'Not Found', 'The requested flow could not be found');
const taken = refusal(409, 'Conflict', 'A flow with this slug already exists', 'data.slug');
const refused = invalid('The selected data.slug is invalid.', 'data.slug');
const listOf = async (of: TestStore) => (await of.admin.get('/v2/flows')).body.data;

test('a flow is created without a type, read by id and by slug, changed in parts, and deleted', async () => {
  const { type: _, ...data } = aFlow({ slug: 'Stores_of-us', description: '' });
  const created = await store.admin.post('/v2/flows', { data });
  const { id } = created.body.data;
  expect({ status: created.status, body: created.body }).toEqual({
    status: 201,
    body: {
      data: {
        id: expect.stringMatching(uuid),
        type: 'flow',
        ...data,
        links: { self: `${app.baseUrl}/v2/flows/${id}` },
        relationships: {},
        meta: {
          timestamps: {
            created_at: expect.stringMatching(time),
            updated_at: created.body.data.meta.timestamps.created_at,
          },
        },
      },
    },
  });
  for (const name of [id, id.toUpperCase(), 'Stores_of-us'])
    expect(await store.storefront.get(`/v2/flows/${name}`)).toMatchObject({ status: 200, body: created.body });

  const url = `/v2/flows/${id}`;
  const changed = await store.admin.put(url, { data: { id, enabled: false, slug: 'stores' } });
  const { updated_at } = changed.body.data.meta.timestamps;
  expect(changed).toMatchObject({
    status: 200,
    body: { data: { ...created.body.data, enabled: false, slug: 'stores', meta: { timestamps: { updated_at } } } },
  });
  const same = await store.admin.put(url, { data: { type: 'flow', enabled: false } });
  expect(same.body).toEqual(changed.body);

  expect(await store.admin.delete(url)).toMatchObject({ status: 204, body: '' });
  expect(await store.admin.get(url)).toMatchObject(notFound);
  expect(await store.admin.delete(url)).toMatchObject(notFound);
});

test('flows are listed whole, oldest first, whatever page is asked for; a filter is 400', async () => {
  const own = await app.addStore();
  const flows = [await createFlow(own), await createFlow(own, { slug: 'customers' }), await createFlow(own)];
  const listed = await own.storefront.get('/v2/flows?page[limit]=1&page[offset]=1&template=subscriptions');
  expect({ status: listed.status, body: listed.body }).toEqual({ status: 200, body: { data: flows } });
  expect(await own.admin.get('/v2/flows?filter=eq(slug,customers)')).toMatchObject(
    refusal(400, 'Bad Request', 'Could not parse the supplied filter'),
  );
});

test.each([
  [{ name: undefined }, 'The data.name field is required.'],
  [{ name: ' ' }, 'The data.name field is required.'],
  [{ name: 'x'.repeat(256) }, 'The data.name may not be greater than 255 characters.'],
  [{ slug: undefined }, 'The data.slug field is required.'],
  [{ slug: '' }, 'The data.slug field is required.'],
  [{ slug: '$stores' }, 'The data.slug may only contain letters, digits, underscores and dashes.'],
  [{ slug: 'our stores' }, 'The data.slug may only contain letters, digits, underscores and dashes.'],
  [{ slug: "x'; drop table flows" }, 'The data.slug may only contain letters, digits, underscores and dashes.'],
  [{ slug: 'stores\n' }, 'The data.slug may only contain letters, digits, underscores and dashes.'],
  [{ slug: 'x'.repeat(256) }, 'The data.slug may not be greater than 255 characters.'],
  [{ slug: 7 }, 'The data.slug must be a string.'],
  [{ description: undefined }, 'The data.description field is required.'],
  [{ description: null }, 'The data.description field is required.'],
  [{ enabled: undefined }, 'The data.enabled field is required.'],
  [{ enabled: 'true' }, 'The data.enabled must be a boolean.'],
  [{ type: 'field' }, 'The data.type must be flow.'],
])('creating with %j answers 422 and stores nothing', async (change, detail) => {
  const before = await listOf(store);
  const answer = await store.admin.post('/v2/flows', { data: aFlow(change) });
  expect(answer).toMatchObject(invalid(detail, `data.${Object.keys(change)[0]}`));
  expect(await listOf(store)).toEqual(before);
});

describe('the slug', () => {
  test.each([
    'address',
    'customer',
    'product',
    'order',
    'cart',
    'field',
    'flow',
    'setting',
    'cart_item',
    'currencies',
    'settings',
    'files',
    'Customer',
    'CUSTOMERS',
  ])('%s is refused, on create and on update', async slug => {
    expect(await store.admin.post('/v2/flows', { data: aFlow({ slug }) })).toMatchObject(refused);
    const { id } = await createFlow(store);
    expect(await store.admin.put(`/v2/flows/${id}`, { data: { slug } })).toMatchObject(refused);
  });

  test.each([
    'customers',
    'addresses',
    'orders',
    'order_items',
    'carts',
    'cart_items',
    'products',
    'brands',
    'categories',
    'collections',
    'promotions',
  ])('%s makes a flow of that resource, which keeps it', async slug => {
    const own = await app.addStore();
    const { id } = await createFlow(own, { slug });
    expect(await own.admin.put(`/v2/flows/${id}`, { data: { slug: 'stores' } })).toMatchObject(
      invalid(`The data.slug must be ${slug}.`, 'data.slug'),
    );
    const same = await own.admin.put(`/v2/flows/${id}`, { data: { slug, name: 'Renamed' } });
    expect(same).toMatchObject({ status: 200, body: { data: { slug, name: 'Renamed' } } });
    const other = await createFlow(own);
    expect(await own.admin.put(`/v2/flows/${other.id}`, { data: { slug } })).toMatchObject(refused);
    expect(await own.admin.delete(`/v2/flows/${id}`)).toMatchObject({ status: 204 });
  });

  test('that another flow of the store has is 409, on create and on update; case makes another one', async () => {
    const { slug } = await createFlow(store);
    expect(await store.admin.post('/v2/flows', { data: aFlow({ slug }) })).toMatchObject(taken);
    const other = await createFlow(store, { slug: slug.toUpperCase() });
    expect(await store.admin.put(`/v2/flows/${other.id}`, { data: { slug } })).toMatchObject(taken);
    expect((await store.admin.get(`/v2/flows/${other.id}`)).body.data).toEqual(other);
  });

  test('is given once to many creates at once', async () => {
    const data = aFlow();
    const answers = await Promise.all(Array.from({ length: 8 }, () => store.admin.post('/v2/flows', { data })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, ...Array(7).fill(409)]);
  });

  test('of one flow that is the id of another names the one with the id', async () => {
    const one = await createFlow(store);
    const other = await createFlow(store, { slug: one.id });
    expect((await store.admin.get(`/v2/flows/${one.id}`)).body.data).toEqual(one);
    await store.admin.delete(`/v2/flows/${one.id}`);
    expect((await store.admin.get(`/v2/flows/${one.id}`)).body.data).toEqual(other);
  });
});

test('unknown ids and slugs, what is neither, and flows of another store are 404', async () => {
  const foreign = await createFlow(app);
  for (const id of [unknownId, 'nothing', '%00', "'%20or%20true", 'x'.repeat(300), foreign.id, foreign.slug]) {
    const url = `/v2/flows/${id}`;
    for (const path of [url, `${url}/fields`, `${url}/attributes`])
      expect(await store.admin.get(path)).toMatchObject(notFound);
    expect(await store.admin.put(url, { data: { enabled: true } })).toMatchObject(notFound);
    expect(await store.admin.delete(url)).toMatchObject(notFound);
  }
  expect((await app.admin.get(`/v2/flows/${foreign.id}`)).body.data).toEqual(foreign);
});

test('another id in the body than in the path is 422', async () => {
  const { id } = await createFlow(store);
  expect(await store.admin.put(`/v2/flows/${id}`, { data: { id: unknownId } })).toMatchObject(
    invalid(`The data.id must be ${id}.`, 'data.id'),
  );
});

test('deleting a flow deletes its fields, and those of no other', async () => {
  const [flow, other] = [await createFlow(store), await createFlow(store)];
  const [gone, kept] = [await createField(store, flow.id), await createField(store, other.id)];
  await store.admin.delete(`/v2/flows/${flow.id}`);
  expect((await store.admin.get(`/v2/fields/${gone.id}`)).status).toBe(404);
  expect((await store.admin.get(`/v2/fields/${kept.id}`)).body.data).toEqual(kept);
});

test('a field that is created while its flow is deleted leaves nothing behind', async () => {
  for (let round = 0; round < 5; round += 1) {
    const { id } = await createFlow(store);
    const [created, deleted] = await Promise.all([
      store.admin.post('/v2/fields', { data: aField(id) }),
      store.admin.delete(`/v2/flows/${id}`),
    ]);
    expect([201, 422]).toContain(created.status);
    expect(deleted.status).toBe(204);
    const { body } = await store.admin.get('/v2/fields');
    expect(JSON.stringify(body)).not.toContain(id);
  }
});

test('the attributes of a flow are its enabled fields, and none when it is disabled', async () => {
  const flow = await createFlow(store);
  const rules = [{ type: 'enum', options: ['gold', 'silver'] }];
  const field = await createField(store, flow.id, { required: true, validation_rules: rules });
  await createField(store, flow.id, { enabled: false });
  const meta = { entity: flow.slug, version: '1' };
  const read = async () => (await store.admin.get(`/v2/flows/${flow.slug}/attributes`)).body;
  expect(await read()).toEqual({
    data: [{ label: field.name, value: field.slug, type: 'string', required: true, validation_rules: rules }],
    meta,
  });
  await store.admin.put(`/v2/flows/${flow.id}`, { data: { enabled: false } });
  expect(await read()).toEqual({ data: [], meta });
});
