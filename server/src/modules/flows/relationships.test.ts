import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCustomer, createEntry, createField, createFlow } from '../../../test/support/builders.ts';
import { refusal, unknownId } from '../../../test/support/expectations.ts';
import { startTestApp, type TestApp } from '../../../test/support/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

/** An entry of a flow with one relationship. */
async function anEntryRelatedTo(to: string, type: string) {
  const flow = await createFlow(app);
  const field = await createField(app, flow.id, {
    slug: 'link',
    field_type: 'relationship',
    validation_rules: [{ type, to }],
  });
  const entry = await createEntry(app, flow.slug);
  const path = `/v2/flows/${flow.slug}/entries/${entry.id}`;
  const shown = async () => (await app.storefront.get(path)).body.data.relationships;
  return { flow, field, entry, path, url: `${path}/relationships/link`, shown };
}

test('a one-to-many takes targets, replaces them, loses some and loses all', async () => {
  const { entry, path, url, shown } = await anEntryRelatedTo('customer', 'one-to-many');
  expect(entry.relationships).toEqual({ link: { data: null } });
  const customers = [await createCustomer(app), await createCustomer(app), await createCustomer(app)];
  const [a, b, c] = customers.map(({ id }) => ({ type: 'customer', id: id as string }));
  const added = await app.admin.post(url, { data: a });
  expect(added).toMatchObject({ status: 201, body: { data: [a] } });
  // As some SDKs send a list.
  expect((await app.admin.post(url, { data: { 0: b, 1: { ...a, id: a?.id.toUpperCase() } } })).body.data).toEqual([
    a,
    b,
  ]);
  expect(await shown()).toEqual({ link: { data: [a, b] } });
  expect((await app.admin.put(url, { data: { data: [c, b] } })).body).toEqual({ data: [c, b] });
  expect(await app.admin.delete(url, { data: [b] })).toMatchObject({ status: 204, body: '' });
  expect(await shown()).toEqual({ link: { data: [c] } });
  expect((await app.admin.delete(url)).status).toBe(204);
  expect(await shown()).toEqual({ link: { data: null } });
  await app.admin.put(url, { data: [a] });
  expect((await app.admin.put(path, { data: { link: 'x' } })).body.data.relationships).toEqual({ link: { data: [a] } });
  expect((await app.admin.put(url, { data: [] })).body).toEqual({ data: [] });
  expect(await shown()).toEqual({ link: { data: null } });
});

test('a one-to-one to an entry is set, replaced by a second target, and cleared', async () => {
  const shops = await createFlow(app);
  const [first, second] = [await createEntry(app, shops.slug), await createEntry(app, shops.slug)];
  const { url, shown } = await anEntryRelatedTo(shops.slug, 'one-to-one');
  for (const { id } of [first, second]) {
    const target = { type: 'entry', id };
    expect(await app.admin.post(url, { data: target })).toMatchObject({ status: 201, body: { data: [target] } });
    expect(await shown()).toEqual({ link: { data: target } });
  }
  const both = [first, second].map(({ id }) => ({ type: 'entry', id }));
  expect((await app.admin.put(url, { data: both })).status).toBe(422);
  expect((await app.admin.put(url, { data: null })).body).toEqual({ data: [] });
  expect(await shown()).toEqual({ link: { data: null } });
});

test('targets of another type, missing ones and those of other stores are refused, and change nothing', async () => {
  const { url, shown } = await anEntryRelatedTo('customer', 'one-to-many');
  const stranger = await createCustomer(await app.addStore());
  const missing = refusal(422, 'Failed Validation', 'The selected data.0.id is invalid.', 'data.0.id');
  for (const id of [unknownId, stranger.id, 'nobody'])
    expect(await app.admin.post(url, { data: { type: 'customer', id } })).toMatchObject(missing);
  const wrongType = refusal(422, 'Failed Validation', 'The data.0.type must be customer.', 'data.0.type');
  expect(await app.admin.put(url, { data: [{ type: 'product', id: stranger.id }] })).toMatchObject(wrongType);
  expect(await shown()).toEqual({ link: { data: null } });
});

test('unknown flows, entries and fields are 404; a field of another type is no relationship', async () => {
  const { flow, path, url } = await anEntryRelatedTo('customer', 'one-to-many');
  await createField(app, flow.id, { slug: 'city' });
  const data = { type: 'customer', id: unknownId };
  for (const unknown of [`${path}/relationships/none`, `${path}/relationships/city`, url.replace(flow.slug, 'none')])
    expect((await app.admin.post(unknown, { data })).status).toBe(404);
  expect((await app.admin.put(`/v2/flows/${flow.slug}/entries/${unknownId}/relationships/link`, { data })).status).toBe(
    404,
  );
});

test('a relationship field that is deleted is gone at once', async () => {
  const { field, url, path } = await anEntryRelatedTo('customer', 'one-to-many');
  const { id } = await createCustomer(app);
  await app.admin.post(url, { data: { type: 'customer', id } });
  await app.admin.delete(`/v2/fields/${field.id}`);
  expect((await app.admin.get(path)).body.data).not.toHaveProperty('relationships');
  expect((await app.admin.post(url, { data: { type: 'customer', id } })).status).toBe(404);
});

test('what a relationship has may be sent back, also when it is gone', async () => {
  const { url, shown } = await anEntryRelatedTo('customer', 'one-to-many');
  const customers = [await createCustomer(app), await createCustomer(app)];
  const [a, b] = customers.map(({ id }) => ({ type: 'customer', id: id as string }));
  await app.admin.put(url, { data: [a, b] });
  await app.admin.delete(`/v2/customers/${a?.id}`);
  expect((await app.admin.put(url, { data: [b, a] })).body).toEqual({ data: [b, a] });
  expect(await shown()).toEqual({ link: { data: [b, a] } });
  await app.admin.put(url, { data: [b] });
  expect((await app.admin.put(url, { data: [a, b] })).status).toBe(422);
});

test('a relationship follows the flow that it points to when that gets another slug', async () => {
  const rooms = await createFlow(app);
  const room = await createEntry(app, rooms.slug);
  const { field, url } = await anEntryRelatedTo(rooms.slug, 'one-to-one');
  const slug = `${rooms.slug}x`;
  expect((await app.admin.put(`/v2/flows/${rooms.id}`, { data: { slug } })).status).toBe(200);
  expect((await app.admin.get(`/v2/fields/${field.id}`)).body.data.validation_rules).toEqual([
    { type: 'one-to-one', to: slug },
  ]);
  const target = { type: 'entry', id: room.id };
  expect((await app.admin.put(url, { data: target })).body).toEqual({ data: [target] });
  // The slug is free again, and means another flow.
  await createFlow(app, { slug: rooms.slug });
  const other = await createEntry(app, rooms.slug);
  expect((await app.admin.put(url, { data: { type: 'entry', id: other.id } })).status).toBe(422);
});

test('rows are found by what their relationships point to, as it is now', async () => {
  const store = await app.addStore();
  const flow = await createFlow(store, { slug: 'customers' });
  const rule = (type: string, to: string) => ({ field_type: 'relationship', validation_rules: [{ type, to }] });
  await createField(store, flow.id, { slug: 'friends', ...rule('one-to-many', 'customer') });
  await createField(store, flow.id, { slug: 'basket', ...rule('one-to-one', 'cart') });
  const people = [await createCustomer(store), await createCustomer(store), await createCustomer(store)];
  const [a, b, c] = people.map(({ id }) => id as string) as [string, string, string];
  const urlOf = (id: string, slug: string) => `/v2/flows/customers/entries/${id}/relationships/${slug}`;
  const toCustomers = (...ids: string[]) => ({ data: ids.map(id => ({ type: 'customer', id })) });
  const found = async (filter: string, path = '/v2/customers') => {
    const { status, body } = await store.admin.get(`${path}?sort=id&filter=${encodeURIComponent(filter)}`);
    if (status !== 200) return status;
    expect(body.meta.results.total).toBe(body.data.length);
    return body.data.map(({ id }: { id: string }) => ['a', 'b', 'c'][[a, b, c].indexOf(id)]).join('');
  };
  await store.admin.put(urlOf(a, 'friends'), toCustomers(b, c));
  await store.admin.put(urlOf(b, 'friends'), toCustomers(c));
  await store.admin.post('/v2/carts', { data: { id: 'Mine', name: 'Mine' } });
  await store.admin.put(urlOf(c, 'basket'), { data: { type: 'cart', id: 'Mine' } });
  for (const [filter, expected] of [
    [`eq(friends,${c})`, 'ab'],
    [`eq(friends,${c.toUpperCase()})`, 'ab'],
    [`eq(customers.friends,${b})`, 'a'],
    [`in(friends,${a},${b})`, 'a'],
    [`eq(friends,${a})`, ''],
    ['is_null(friends)', 'c'],
    [`eq(friends,${c}):is_null(basket)`, 'ab'],
    ['eq(basket,Mine)', 'c'],
    ['eq(basket,mine)', ''],
    [`like(friends,${c})`, 400],
    [`gt(friends,${c})`, 400],
  ] as const) {
    expect([filter, await found(filter)]).toEqual([filter, expected]);
    expect([filter, await found(filter, '/v2/flows/customers/entries')]).toEqual([filter, expected]);
  }
  expect((await store.admin.get('/v2/customers?sort=friends')).status).toBe(400);

  await store.admin.delete(urlOf(a, 'friends'), toCustomers(c));
  expect(await found(`eq(friends,${c})`)).toBe('b');
  await store.admin.delete(urlOf(b, 'friends'));
  expect([await found(`eq(friends,${c})`), await found('is_null(friends)')]).toEqual(['', 'bc']);
  await store.admin.delete(`/v2/customers/${a}`);
  const { rows } = await app.query(
    'select count(*)::int as count from custom_index where store_id = $1 and target_ids is not null',
    [store.id],
  );
  expect(rows).toEqual([{ count: 1 }]);
});

test('entries are found by what they point to', async () => {
  const { entry, flow, url } = await anEntryRelatedTo('customer', 'one-to-one');
  const { id } = await createCustomer(app);
  const found = async () =>
    (await app.admin.get(`/v2/flows/${flow.slug}/entries?filter=eq(link,${id})`)).body.data.map(
      (row: { id: string }) => row.id,
    );
  expect(await found()).toEqual([]);
  await app.admin.put(url, { data: { type: 'customer', id } });
  expect(await found()).toEqual([entry.id]);
  await app.admin.put(`/v2/flows/${flow.slug}/entries/${entry.id}`, { data: { type: 'entry' } });
  expect(await found()).toEqual([entry.id]);
  await app.admin.delete(url);
  expect(await found()).toEqual([]);
});

test('a relationship keeps rules that its targets meet; without targets it takes any', async () => {
  const { field, url, shown } = await anEntryRelatedTo('customer', 'one-to-many');
  const [a, b] = [await createCustomer(app), await createCustomer(app)].map(({ id }) => ({ type: 'customer', id }));
  const change = (type: string, to: string) =>
    app.admin.put(`/v2/fields/${field.id}`, {
      data: { type: 'field', id: field.id, validation_rules: [{ type, to }] },
    });
  const refused = refusal(
    422,
    'Failed Validation',
    'The relationship cannot change so: some resources have targets that it would not have.',
    'data.validation_rules',
  );
  await app.admin.put(url, { data: [a, b] });
  expect(await change('one-to-one', 'customer')).toMatchObject(refused);
  expect(await change('one-to-many', 'product')).toMatchObject(refused);
  expect(await shown()).toEqual({ link: { data: [a, b] } });
  await app.admin.delete(url, { data: [b] });
  expect((await change('one-to-one', 'customer')).status).toBe(200);
  expect(await shown()).toEqual({ link: { data: a } });
  await app.admin.delete(url);
  expect((await change('one-to-many', 'product')).status).toBe(200);
});
