import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aField, createField, createFlow } from '../../../test/support/builders.ts';
import { refusal, time, unknownId, uuid } from '../../../test/support/expectations.ts';
import { startTestApp, type TestApp, type TestStore } from '../../../test/support/test-app.ts';

let app: TestApp;
let store: TestStore;
let flow: { id: string; slug: string };
beforeAll(async () => {
  app = await startTestApp();
  store = await app.addStore();
  flow = await createFlow(store);
});
afterAll(() => app.close());

const invalid = (detail: string, source: string) => refusal(422, 'Failed Validation', detail, source);
const notFound = refusal(404, 'Not Found', 'The requested field could not be found');
const create = (changes: Record<string, unknown>) => store.admin.post('/v2/fields', { data: aField(flow.id, changes) });
const change = (id: string, data: Record<string, unknown>) => store.admin.put(`/v2/fields/${id}`, { data });

test('a field is created without a type, read by any access token, changed in parts, and deleted', async () => {
  const { type: _, ...data } = aField(flow.id);
  const created = await store.admin.post('/v2/fields', { data });
  const { id } = created.body.data;
  expect({ status: created.status, body: created.body }).toEqual({
    status: 201,
    body: {
      data: {
        id: expect.stringMatching(uuid),
        type: 'field',
        ...data,
        unique: false,
        default: null,
        order: null,
        omit_null: false,
        searchable: false,
        validation_rules: [],
        links: { self: `${app.baseUrl}/v2/flows/${flow.id}/fields/${id}` },
        meta: {
          timestamps: {
            created_at: expect.stringMatching(time),
            updated_at: created.body.data.meta.timestamps.created_at,
          },
        },
      },
    },
  });
  const url = `/v2/fields/${id}`;
  expect(await store.storefront.get(url)).toMatchObject({ status: 200, body: created.body });

  const all = {
    name: 'Tier',
    slug: 'tier',
    description: '',
    required: true,
    unique: true,
    default: null,
    enabled: false,
    order: 3,
    omit_null: true,
    validation_rules: [{ type: 'enum', options: ['gold', 'silver'] }],
  };
  const changed = await change(id, all);
  const { updated_at } = changed.body.data.meta.timestamps;
  expect(changed.body.data).toEqual({
    ...created.body.data,
    ...all,
    meta: { timestamps: { ...created.body.data.meta.timestamps, updated_at } },
  });
  // What is sent back as it was read changes nothing, the times included.
  expect((await change(id, changed.body.data)).body).toEqual(changed.body);
  const other = { unique: false, default: 'gold', order: null };
  expect((await change(id, other)).body.data).toMatchObject({ ...all, ...other });
  expect((await change(id, { default: null })).body.data.default).toBeNull();

  expect(await store.admin.delete(url)).toMatchObject({ status: 204, body: '' });
  expect(await store.admin.get(url)).toMatchObject(notFound);
  expect(await store.admin.delete(url)).toMatchObject(notFound);
});

test.each([
  [{ name: undefined }, 'The data.name field is required.'],
  [{ slug: undefined }, 'The data.slug field is required.'],
  [{ slug: '$tier' }, 'The data.slug may only contain letters, digits, underscores and dashes.'],
  [{ slug: 'tier.level' }, 'The data.slug may only contain letters, digits, underscores and dashes.'],
  [{ field_type: undefined }, 'The data.field_type field is required.'],
  [{ field_type: 'text' }, 'The selected data.field_type is invalid.'],
  [{ description: undefined }, 'The data.description field is required.'],
  [{ required: undefined }, 'The data.required field is required.'],
  [{ required: 1 }, 'The data.required must be a boolean.'],
  [{ enabled: undefined }, 'The data.enabled field is required.'],
  [{ unique: 'no' }, 'The data.unique must be a boolean.'],
  [{ omit_null: null }, 'The data.omit_null field is required.'],
  // Only of customers.
  [{ searchable: true }, 'The data.searchable must be false.'],
  [{ searchable: 'yes' }, 'The data.searchable must be a boolean.'],
  [{ order: 1.5 }, 'The data.order must be an integer.'],
  [{ order: 3_000_000_000 }, 'The data.order may not be greater than 2147483647.'],
  [{ validation_rules: {} }, 'The data.validation_rules must be an array.'],
  [{ relationships: undefined }, 'The data.relationships field is required.'],
  [{ type: 'flow' }, 'The data.type must be field.'],
])('creating with %j answers 422', async (wrong, detail) => {
  expect(await create(wrong)).toMatchObject(invalid(detail, `data.${Object.keys(wrong)[0]}`));
});

describe('the flow', () => {
  const source = 'data.relationships.flow.data.id';
  const unknown = invalid(`The selected ${source} is invalid.`, source);

  test.each([
    [{ flow: {} }, 'The data.relationships.flow.data field is required.', 'data.relationships.flow.data'],
    [{ flow: { data: {} } }, `The ${source} field is required.`, source],
    [
      { flow: { data: { type: 'customer', id: unknownId } } },
      'The data.relationships.flow.data.type must be flow.',
      'data.relationships.flow.data.type',
    ],
    [{ flow: { data: [] } }, 'The data.relationships.flow.data must be an object.', 'data.relationships.flow.data'],
  ])('as %j answers 422', async (relationships, detail, at) => {
    expect(await create({ relationships })).toMatchObject(invalid(detail, at));
  });

  test('must exist in the store, and cannot be changed', async () => {
    const foreign = await createFlow(app);
    for (const id of [unknownId, 'customers', '', foreign.id])
      expect(await create({ relationships: { flow: { data: { type: 'flow', id } } } })).toMatchObject(unknown);
    const [field, other] = [await createField(store, flow.id), await createFlow(store)];
    const move = (id: string) => change(field.id, { relationships: { flow: { data: { type: 'flow', id } } } });
    expect(await move(other.id)).toMatchObject(invalid(`The ${source} must be ${flow.id}.`, source));
    expect((await move(flow.id.toUpperCase())).body.data).toEqual(field);
    expect((await change(field.id, { relationships: {} })).body.data).toEqual(field);
  });

  test('has at most 100 fields, also when they are created at once', async () => {
    const { id } = await createFlow(store);
    for (let index = 0; index < 96; index += 1) await createField(store, id);
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => store.admin.post('/v2/fields', { data: aField(id) })),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 201, 201, 201, 422, 422, 422, 422]);
    expect(await store.admin.post('/v2/fields', { data: aField(id) })).toMatchObject(
      refusal(422, 'Failed Validation', 'A flow has at most 100 fields'),
    );
  });
});

describe('the slug', () => {
  const refused = invalid('The selected data.slug is invalid.', 'data.slug');

  test.each([
    ...['id', 'type', 'meta', 'links', 'relationships', 'weight', 'weights', 'attribute', 'attributes', 'dimension'],
    ...['dimensions', 'options', 'data', '__proto__', 'constructor', 'toString'],
  ])('%s is refused, on create and on update', async slug => {
    expect(await create({ slug })).toMatchObject(refused);
    const { id } = await createField(store, flow.id);
    expect(await change(id, { slug })).toMatchObject(refused);
  });

  test.each([
    ['customers', 'email'],
    ['customers', 'password'],
    ['addresses', 'line_1'],
    ['orders', 'billing_address'],
    ['order_items', 'unit_price'],
    ['carts', 'name'],
    ['cart_items', 'quantity'],
    ['products', 'stock'],
  ])('in a flow of %s, %s is refused; in a flow of its own it is not', async (of, slug) => {
    const own = await app.addStore();
    const core = await createFlow(own, { slug: of });
    expect(await own.admin.post('/v2/fields', { data: aField(core.id, { slug }) })).toMatchObject(refused);
    await createField(own, (await createFlow(own)).id, { slug });
  });

  test('that the flow has is 409, on create and on update, whoever comes first; another flow may have it', async () => {
    const taken = refusal(409, 'Conflict', 'The flow already has a field with this slug', 'data.slug');
    const { slug } = await createField(store, flow.id);
    expect(await create({ slug })).toMatchObject(taken);
    const other = await createField(store, flow.id);
    expect(await change(other.id, { slug })).toMatchObject(taken);
    await createField(store, (await createFlow(store)).id, { slug });
    const answers = await Promise.all(Array.from({ length: 5 }, () => create({ slug: 'at-once' })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409, 409]);
  });
});

test('the type cannot be changed; the same may be sent', async () => {
  const field = await createField(store, flow.id, { field_type: 'integer' });
  expect(await change(field.id, { field_type: 'float' })).toMatchObject(
    invalid('The data.field_type must be integer.', 'data.field_type'),
  );
  expect((await change(field.id, { field_type: 'integer' })).body.data).toEqual(field);
});

describe('the default', () => {
  test.each([
    ['string', 'gold', 'gold'],
    ['string', '', ''],
    ['string', 0, '0'],
    ['string', 1.5, '1.5'],
    ['integer', -(2 ** 53), -(2 ** 53)],
    ['float', 1.5, 1.5],
    ['float', 1e300, 1e300],
    ['boolean', false, false],
    ['date', '2021-02-28', '2021-02-28'],
    ['date', '2021-02-28 10:20:30', '2021-02-28 10:20:30'],
    ['date', '2021-02-28T10:20:30.5+02:00', '2021-02-28T10:20:30.5+02:00'],
  ])('of a %s may be %j', async (field_type, value, shown) => {
    expect((await createField(store, flow.id, { field_type, default: value })).default).toEqual(shown);
  });

  test.each([
    ['string', true, 'The data.default must be a string.'],
    ['string', ['a'], 'The data.default must be a string.'],
    ['string', 'x'.repeat(65_536), 'The data.default may not be greater than 65535 characters.'],
    ['string', '\0', 'The data.default contains characters that cannot be stored.'],
    ['integer', '1', 'The data.default must be an integer.'],
    ['integer', 1.5, 'The data.default must be an integer.'],
    ['integer', 1e20, 'The data.default may not be greater than 9007199254740992.'],
    ['integer', -1e20, 'The data.default must be at least -9007199254740992.'],
    ['float', '1', 'The data.default must be a number.'],
    ['boolean', 'true', 'The data.default must be a boolean.'],
    ['boolean', 0, 'The data.default must be a boolean.'],
    ['date', 20_210_101, 'The data.default must be a string.'],
    ['date', '2021-02-30', 'The data.default must be a valid date.'],
    ['date', 'tomorrow', 'The data.default must be a valid date.'],
    ['date', '1614506430000', 'The data.default must be a valid date.'],
  ])('of a %s may not be %j', async (field_type, value, detail) => {
    expect(await create({ field_type, default: value })).toMatchObject(invalid(detail, 'data.default'));
  });

  test('of a float may not be a number beyond all numbers', async () => {
    const body = JSON.stringify({ data: aField(flow.id, { field_type: 'float', default: 'HUGE' }) });
    expect(await store.admin.post('/v2/fields', body.replace('"HUGE"', '1e400'))).toMatchObject(
      invalid('The data.default must be a number.', 'data.default'),
    );
  });

  test('must go on to fit when rules change', async () => {
    const { id } = await createField(store, flow.id, { field_type: 'integer', default: 3 });
    const rules = (from: number) => [{ type: 'between', options: { from, to: 9 } }];
    expect(await change(id, { validation_rules: rules(4) })).toMatchObject(
      invalid('The data.default must be at least 4.', 'data.default'),
    );
    expect((await change(id, { validation_rules: rules(4), default: 4 })).status).toBe(200);
  });
});

describe('validation rules', () => {
  const at = (path: string) => `data.validation_rules.${path}`;

  test.each([
    ['string', [{ type: 'enum', options: ['a', 'b'] }, { type: 'slug' }], 'a', ['c', '']],
    ['string', [{ type: 'email' }], 'ada@example.com', ['ada', 'a b@example.com']],
    ['string', [{ type: 'slug' }], 'a_B-9', ['a b', 'ä', '']],
    ['integer', [{ type: 'between', options: { from: 1, to: 5 } }], 5, [0, 6]],
    [
      'integer',
      [
        { type: 'enum', options: [1, 2] },
        { type: 'between', options: { from: 2, to: 5 } },
      ],
      2,
      [1, 3],
    ],
    ['float', [{ type: 'between', options: { from: 0.5, to: 0.5 } }], 0.5, [0.4999, 0.5001]],
    ['float', [{ type: 'enum', options: [1.5] }], 1.5, [1]],
    ['date', [{ type: 'enum', options: ['2021-01-01'] }], '2021-01-01', ['2021-01-02']],
  ])('of a %s, %j, all hold: %j fits, %j do not', async (field_type, validation_rules, fits, others) => {
    const field = await createField(store, flow.id, { field_type, validation_rules, default: fits });
    expect(field.validation_rules).toEqual(validation_rules);
    for (const value of others) {
      const refused = await create({ field_type, validation_rules, default: value });
      expect([value, refused.status, refused.body.errors[0].source]).toEqual([value, 422, 'data.default']);
    }
  });

  test.each([
    ['string', [{ type: 'between', options: { from: 1, to: 5 } }], '0.type', 'The selected {} is invalid.'],
    ['string', [{ type: 'uuid' }], '0.type', 'The selected {} is invalid.'],
    ['string', [{}], '0.type', 'The {} field is required.'],
    ['string', ['enum'], '0', 'The {} must be an object.'],
    ['string', [{ type: 'email' }, { type: 'enum' }], '1.options', 'The {} field is required.'],
    ['string', [{ type: 'enum', options: 'a' }], '0.options', 'The {} must be an array.'],
    ['string', [{ type: 'enum', options: [] }], '0.options', 'The {} field is required.'],
    ['string', [{ type: 'enum', options: ['a', 1] }], '0.options.1', 'The {} must be a string.'],
    [
      'string',
      [{ type: 'enum', options: Array(1001).fill('a') }],
      '0.options',
      'The {} may not have more than 1000 items.',
    ],
    ['boolean', [{ type: 'enum', options: [true] }], '0.type', 'The selected {} is invalid.'],
    ['integer', [{ type: 'enum', options: [1.5] }], '0.options.0', 'The {} must be an integer.'],
    ['integer', [{ type: 'between' }], '0.options', 'The {} field is required.'],
    ['integer', [{ type: 'between', options: [1, 5] }], '0.options', 'The {} must be an object.'],
    ['integer', [{ type: 'between', options: { from: 1 } }], '0.options.to', 'The {} field is required.'],
    ['integer', [{ type: 'between', options: { from: '1', to: 5 } }], '0.options.from', 'The {} must be an integer.'],
    ['float', [{ type: 'between', options: { from: 5, to: 1 } }], '0.options.to', 'The {} must be at least 5.'],
    [
      'date',
      [{ type: 'between', options: { from: '2021-01-01', to: '2021-01-02' } }],
      '0.type',
      'The selected {} is invalid.',
    ],
    ['date', [{ type: 'enum', options: ['soon'] }], '0.options.0', 'The {} must be a valid date.'],
    ['relationship', [{ type: 'enum', options: ['a'] }], '0.type', 'The selected {} is invalid.'],
    ['relationship', [{ type: 'one-to-one' }], '0.to', 'The {} field is required.'],
    ['relationship', [{ type: 'one-to-one', to: 'customers' }], '0.to', 'The selected {} is invalid.'],
    ['relationship', [{ type: 'one-to-one', to: 'nothing\0' }], '0.to', 'The selected {} is invalid.'],
    ['string', [{ type: 'one-to-one', to: 'customer' }], '0.type', 'The selected {} is invalid.'],
  ])('of a %s may not be %j', async (field_type, validation_rules, path, detail) => {
    const source = at(path);
    expect(await create({ field_type, validation_rules })).toMatchObject(invalid(detail.replace('{}', source), source));
  });

  test('members that mean nothing are not kept; more than ten are 422', async () => {
    const field = await createField(store, flow.id, { validation_rules: [{ type: 'slug', options: 7, to: 'x' }] });
    expect(field.validation_rules).toEqual([{ type: 'slug' }]);
    expect(await create({ validation_rules: Array(11).fill({ type: 'slug' }) })).toMatchObject(
      invalid('The data.validation_rules may not have more than 10 items.', 'data.validation_rules'),
    );
  });
});

describe('a relationship', () => {
  const to = (target: string, type = 'one-to-many') => ({
    field_type: 'relationship',
    validation_rules: [{ type, to: target }],
  });

  test('points to a resource, or to a flow that is one; it is never required or unique and has no default', async () => {
    const targets = ['customer', 'product', 'order', 'address', 'cart', 'order_item', 'cart_item', flow.slug];
    for (const target of targets) {
      const field = await createField(store, flow.id, { ...to(target, 'one-to-one'), required: true, unique: true });
      expect(field).toMatchObject({ required: false, unique: false, ...to(target, 'one-to-one') });
    }
    expect(await create({ ...to('customer'), default: unknownId })).toMatchObject(
      invalid('The data.default must be null.', 'data.default'),
    );
  });

  test('has exactly one rule, of the two', async () => {
    const source = 'data.validation_rules';
    const rules = (count: number) => ({
      field_type: 'relationship',
      validation_rules: Array(count).fill({ type: 'one-to-one', to: 'customer' }),
    });
    expect(await create(rules(0))).toMatchObject(invalid(`The ${source} field is required.`, source));
    expect(await create(rules(2))).toMatchObject(invalid(`The ${source} may not have more than 1 items.`, source));
  });

  test('may be changed in other parts when the flow that it points to is gone', async () => {
    const target = await createFlow(store);
    const field = await createField(store, flow.id, to(target.slug));
    await store.admin.delete(`/v2/flows/${target.id}`);
    expect((await change(field.id, { name: 'Kept' })).body.data).toMatchObject({ name: 'Kept', ...to(target.slug) });
  });
});

test('the fields of a flow are listed by order, those without one last, oldest first; all fields oldest first', async () => {
  const own = await app.addStore();
  const [one, two] = [await createFlow(own), await createFlow(own, { slug: 'products' })];
  const created = [];
  for (const order of [null, 2, -1, null, 2]) created.push(await createField(own, one.id, { order }));
  const other = await createField(own, two.id);
  const [a, b, c, d, e] = created;
  for (const name of [one.slug, one.id])
    expect((await own.storefront.get(`/v2/flows/${name}/fields`)).body).toEqual({ data: [c, b, e, a, d] });
  expect((await own.storefront.get('/v2/flows/products/fields?page[limit]=1')).body).toEqual({ data: [other] });
  expect((await own.storefront.get('/v2/fields?page[offset]=1')).body).toEqual({ data: [...created, other] });
  expect(await own.admin.get('/v2/fields?filter=eq(slug,a)')).toMatchObject(
    refusal(400, 'Bad Request', 'Could not parse the supplied filter'),
  );
});

test('unknown ids, ids that are none and fields of another store are 404; another id in the body is 422', async () => {
  const foreign = await createField(app, (await createFlow(app)).id);
  for (const id of [unknownId, 'tier', '%00', foreign.id]) {
    const url = `/v2/fields/${id}`;
    expect(await store.admin.get(url)).toMatchObject(notFound);
    expect(await store.admin.put(url, { data: { name: 'Mine' } })).toMatchObject(notFound);
    expect(await store.admin.delete(url)).toMatchObject(notFound);
  }
  expect((await app.admin.get(`/v2/fields/${foreign.id}`)).body.data).toEqual(foreign);
  const { id } = await createField(store, flow.id);
  expect(await change(id, { id: unknownId })).toMatchObject(invalid(`The data.id must be ${id}.`, 'data.id'));
});

test('two changes of different keys at once never undo each other', async () => {
  const { id } = await createField(store, flow.id);
  await Promise.all([change(id, { name: 'New' }), change(id, { order: 7 }), change(id, { omit_null: true })]);
  expect((await store.admin.get(`/v2/fields/${id}`)).body.data).toMatchObject({
    name: 'New',
    order: 7,
    omit_null: true,
  });
});

test('a change on one process is seen in the next request on another', async () => {
  const other = (await app.addInstance()).as(store.admin);
  const { id } = await createField(store, flow.id);
  await change(id, { name: 'Seen' });
  expect((await other.get(`/v2/fields/${id}`)).body.data.name).toBe('Seen');
});
