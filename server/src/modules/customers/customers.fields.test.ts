import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  aCustomer,
  createCustomer,
  createField,
  createFlow,
  listed,
  password,
  signIn,
  signUp,
} from '../../../test/support/builders.ts';
import { aCustomItem, aReference } from '../../../test/support/carts.ts';
import { refusal } from '../../../test/support/expectations.ts';
import { aGuestCheckout, checkOut } from '../../../test/support/orders.ts';
import { type OtherInstance, startTestApp, type TestApp, type TestStore } from '../../../test/support/test-app.ts';
import { backgroundWork } from '../../background.ts';

let app: TestApp;
let other: OtherInstance;
beforeAll(async () => {
  app = await startTestApp();
  other = await app.addInstance();
});
afterAll(() => app.close());

const invalid = (slug: string, rest: string) =>
  refusal(422, 'Failed Validation', `The data.${slug} ${rest}`, `data.${slug}`);
const notParsed = refusal(400, 'Bad Request', 'Could not parse the supplied filter');

type Fields = Record<string, Record<string, unknown>>;

/** A store whose customers have these fields, by slug. */
async function aStoreWith(fields: Fields) {
  const store = await app.addStore();
  const flow = await createFlow(store, { slug: 'customers' });
  const made: Record<string, string> = {};
  for (const [slug, changes] of Object.entries(fields)) {
    made[slug] = (await createField(store, flow.id, { slug, ...changes })).id;
  }
  return { store, flow, fields: made };
}

const pathOf = ({ id }: { id: string }) => `/v2/customers/${id}`;
const list = async (store: TestStore, query: string) => (await store.admin.get(`/v2/customers?${query}`)).body.data;
const namesOf = async (store: TestStore, query: string) =>
  (await list(store, query)).map(({ name }: { name: string }) => name);

/** How many rows of the index a store has, and of its customers with values. */
async function stored(store: TestStore) {
  const { rows } = await app.query(
    `select (select count(*)::int from custom_index where store_id = $1) as indexed,
       (select count(*)::int from customers where store_id = $1 and custom_values <> '{}') as with_values,
       (select count(*)::int from purges where store_id = $1) as purges`,
    [store.id],
  );
  return rows[0];
}

test('values stand flat on the customer wherever it appears, for admin and shopper, and both write them', async () => {
  const { store } = await aStoreWith({ tier: { default: 'silver' }, points: { field_type: 'integer' } });
  const { customer, shopper } = await signUp(store, { tier: 'gold', unknown: 1 });
  expect(customer).toMatchObject({ name: 'Ada Okafor', tier: 'gold', points: null });
  expect(customer).not.toHaveProperty('unknown');
  for (const caller of [store.admin, shopper]) {
    expect((await caller.get(pathOf(customer))).body.data).toEqual(customer);
    expect((await caller.get('/v2/customers')).body.data).toEqual([listed(customer)]);
  }
  const written = await shopper.put(pathOf(customer), { data: { points: 7, tier: null } });
  expect(written).toMatchObject({ status: 200, body: { data: { id: customer.id, tier: null, points: 7 } } });
  const again = await store.admin.put(pathOf(customer), { data: { name: 'Ada', points: 7 } });
  expect(again.body.data).toMatchObject({ name: 'Ada', tier: null, points: 7 });
  expect((await store.storefront.post('/v2/customers', { data: aCustomer({ points: 1 }) })).body.data).toMatchObject({
    tier: 'silver',
    points: 1,
  });
  const cart = aReference();
  await store.storefront.post(`/v2/carts/${cart}/items`, { data: aCustomItem() });
  const order = await checkOut(store.admin, cart, aGuestCheckout({ customer: { id: customer.id } }));
  const included = await store.admin.get(`/v2/orders/${order.id}?include=customer`);
  expect(included.body.included.customers).toEqual([again.body.data]);
});

test('a shopper writes the fields of no other customer', async () => {
  const { store } = await aStoreWith({ tier: {} });
  const { shopper } = await signUp(store);
  const other = await createCustomer(store, { tier: 'gold' });
  expect((await shopper.put(pathOf(other), { data: { tier: 'none' } })).status).toBe(403);
  expect((await store.admin.get(pathOf(other))).body.data).toEqual(other);
});

test('values are checked on create and update; what is refused changes nothing', async () => {
  const { store } = await aStoreWith({
    tier: { required: true, validation_rules: [{ type: 'enum', options: ['gold', 'silver'] }] },
    points: { field_type: 'integer', validation_rules: [{ type: 'between', options: { from: 0, to: 9 } }] },
  });
  const create = (values: object) => store.admin.post('/v2/customers', { data: aCustomer({ ...values }) });
  expect(await create({})).toMatchObject(invalid('tier', 'field is required.'));
  expect(await create({ tier: 'bronze' })).toMatchObject(
    refusal(422, 'Failed Validation', 'The selected data.tier is invalid.', 'data.tier'),
  );
  expect(await create({ tier: 'gold', points: '1' })).toMatchObject(invalid('points', 'must be an integer.'));
  const customer = await createCustomer(store, { tier: 'gold' });
  const change = (data: object) => store.admin.put(pathOf(customer), { data });
  expect(await change({ name: 'Eve', tier: null })).toMatchObject(invalid('tier', 'field is required.'));
  expect(await change({ name: 'Eve', points: 10 })).toMatchObject(invalid('points', 'may not be greater than 9.'));
  expect(await list(store, '')).toEqual([listed(customer)]);
  // An update that does not name a required field leaves it.
  expect((await change({ name: 'Eve' })).body.data).toMatchObject({ name: 'Eve', tier: 'gold' });
});

test('updated_at moves with a value, and not without', async () => {
  const { store } = await aStoreWith({ tier: {} });
  const customer = await createCustomer(store, { tier: 'gold' });
  const change = async (tier: string) =>
    (await store.admin.put(pathOf(customer), { data: { tier } })).body.data.meta.timestamps.updated_at;
  expect(await change('gold')).toBe(customer.meta.timestamps.updated_at);
  await expect.poll(() => change(String(Math.random()))).not.toBe(customer.meta.timestamps.updated_at);
});

describe('a unique value', () => {
  test('is taken once, also when many write it at once on two processes, and free again after a deletion', async () => {
    const { store } = await aStoreWith({ code: { unique: true } });
    const beside = other.as(store.admin);
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        (index % 2 ? store.admin : beside).post('/v2/customers', { data: aCustomer({ code: 'same' }) }),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, ...Array(7).fill(422)]);
    const taken = invalid('code', 'has already been taken.');
    const second = await createCustomer(store, { code: 'other' });
    expect(await store.admin.put(pathOf(second), { data: { code: 'same' } })).toMatchObject(taken);
    expect((await store.admin.put(pathOf(second), { data: { code: 'other', name: 'Eve' } })).status).toBe(200);
    const [owner] = await list(store, 'filter=eq(code,same)');
    await store.admin.delete(pathOf(owner));
    expect((await store.admin.put(pathOf(second), { data: { code: 'same' } })).status).toBe(200);
    // An e-mail that is taken gives the value back.
    const failed = await store.admin.post('/v2/customers', { data: aCustomer({ email: second.email, code: 'new' }) });
    expect(failed.status).toBe(409);
    expect((await store.admin.post('/v2/customers', { data: aCustomer({ code: 'new' }) })).status).toBe(201);
  });
});

test('a field does not become unique while the same value is written twice, on two processes', async () => {
  for (let round = 0; round < 10; round += 1) {
    const { store, fields } = await aStoreWith({ code: {} });
    const beside = other.as(store.admin);
    const [change, ...writes] = await Promise.all([
      store.admin.put(`/v2/fields/${fields.code}`, { data: { unique: true } }),
      ...Array.from({ length: 6 }, () => beside.post('/v2/customers', { data: aCustomer({ code: 'same' }) })),
    ]);
    const written = writes.filter(({ status }) => status === 201).length;
    expect(await list(store, 'filter=eq(code,same)')).toHaveLength(written);
    if (change.status === 200) expect(written).toBe(1);
    else expect([change.status, written]).toEqual([422, 6]);
  }
});

describe('customers', () => {
  test('are filtered and sorted by fields, in both spellings, together with attributes of their own', async () => {
    const { store } = await aStoreWith({
      tier: {},
      points: { field_type: 'integer' },
      since: { field_type: 'date' },
      vip: { field_type: 'boolean' },
    });
    for (const [name, values] of Object.entries({
      a: { tier: 'gold', points: 3, since: '2021-03-04', vip: true },
      b: { tier: 'silver', points: 1, since: '2021-03-05', vip: false },
      c: { tier: 'Gold plus', points: 2 },
      d: {},
    })) {
      await createCustomer(store, { name, ...values });
    }
    const found = async (filter: string) => (await namesOf(store, `sort=name&filter=${filter}`)).join('');
    for (const prefix of ['', 'customers.']) {
      expect(await found(`eq(${prefix}tier,gold)`)).toBe('a');
      expect(await found(`in(${prefix}tier,gold,silver)`)).toBe('ab');
      expect(await found(`like(${prefix}tier,gold*)`)).toBe('ac');
      expect(await found(`ge(${prefix}points,2)`)).toBe('ac');
      expect(await found(`lt(${prefix}since,2021-03-05)`)).toBe('a');
      expect(await found(`eq(${prefix}vip,false)`)).toBe('b');
      expect(await found(`is_null(${prefix}vip)`)).toBe('cd');
      expect((await namesOf(store, `sort=-${prefix}points`)).join('')).toBe('acbd');
    }
    expect(await found('gt(points,1):like(name,*c*)')).toBe('c');
    const { links } = (await store.admin.get('/v2/customers?sort=points&page[limit]=2')).body;
    const next = await store.admin.get(links.next.replace(app.baseUrl, ''));
    expect(next.body.data.map(({ name }: { name: string }) => name)).toEqual(['a', 'd']);
  });

  test.each(['eq(nothing,1)', 'eq(orders.tier,gold)', 'gt(tier,a)', 'eq(points,one)', 'eq(constructor,a)'])(
    'with the filter %s are 400',
    async filter => {
      const { store } = await aStoreWith({ tier: {}, points: { field_type: 'integer' } });
      expect(await store.admin.get(`/v2/customers?filter=${filter}`)).toMatchObject(notParsed);
      expect((await store.admin.get('/v2/customers?sort=nothing')).status).toBe(400);
    },
  );

  test('with a customer token are filtered by fields among oneself', async () => {
    const { store } = await aStoreWith({ tier: {} });
    await createCustomer(store, { tier: 'gold' });
    const { shopper, customer } = await signUp(store, { tier: 'gold' });
    expect((await shopper.get('/v2/customers?filter=eq(tier,gold)')).body.data).toEqual([listed(customer)]);
    expect((await shopper.get('/v2/customers?filter=eq(tier,silver)')).body.data).toEqual([]);
  });
});

describe('a change of the fields is seen by the very next request of another process', () => {
  test('that reads, lists, filters, sorts, creates or updates', async () => {
    const store = await app.addStore();
    const beside = other.as(store.admin);
    const customer = await createCustomer(store);
    const get = async () => (await beside.get(pathOf(customer))).body.data;
    const all = async (query = '') => (await beside.get(`/v2/customers?${query}`)).body.data;
    expect(await get()).toEqual(customer);
    expect(await all()).toEqual([listed(customer)]);
    expect((await beside.get('/v2/customers?filter=eq(tier,a)')).status).toBe(400);

    const flow = await createFlow(store, { slug: 'customers' });
    for (let round = 0; round < 5; round += 1) {
      const slug = `tier_${round}`;
      const field = await createField(store, flow.id, { slug, default: 'silver' });
      const shown = { ...customer, [slug]: 'silver' };
      const first = [
        async () => expect(await get()).toEqual(shown),
        async () => expect(await all()).toEqual([listed(shown)]),
        async () => expect(await all(`filter=eq(${slug},silver)`)).toEqual([listed(shown)]),
        async () => expect(await all(`sort=customers.${slug}`)).toEqual([listed(shown)]),
        async () =>
          expect(await beside.put(pathOf(customer), { data: { [slug]: 7 } })).toMatchObject(
            invalid(slug, 'must be a string.'),
          ),
      ];
      // Each time another request is the first after the change.
      for (let step = 0; step < first.length; step += 1) await first[(round + step) % first.length]?.();

      await store.admin.put(`/v2/fields/${field.id}`, { data: { validation_rules: [{ type: 'slug' }] } });
      expect((await beside.post('/v2/customers', { data: aCustomer({ [slug]: 'a b' }) })).status).toBe(422);
      await store.admin.put(`/v2/fields/${field.id}`, { data: { slug: 'renamed' } });
      expect(await get()).toEqual({ ...customer, renamed: 'silver' });
      await store.admin.delete(`/v2/fields/${field.id}`);
      const after = [
        async () => expect((await beside.get('/v2/customers?filter=eq(renamed,a)')).status).toBe(400),
        async () => expect(await get()).toEqual(customer),
        async () => expect((await beside.put(pathOf(customer), { data: { renamed: 7 } })).body.data).toEqual(customer),
      ];
      for (let step = 0; step < after.length; step += 1) await after[(round + step) % after.length]?.();
    }
    await createField(store, flow.id, { slug: 'tier' });
    expect(await get()).toEqual({ ...customer, tier: null });
    await store.admin.put(`/v2/flows/${flow.id}`, { data: { enabled: false } });
    expect(await get()).toEqual(customer);
    await store.admin.put(`/v2/flows/${flow.id}`, { data: { enabled: true } });
    expect(await all()).toEqual([listed({ ...customer, tier: null })]);
    await store.admin.delete(`/v2/flows/${flow.id}`);
    expect(await get()).toEqual(customer);
  });

  test('however many requests are at work', async () => {
    const store = await app.addStore();
    const beside = other.as(store.admin);
    const flow = await createFlow(store, { slug: 'customers' });
    const customer = await createCustomer(store);
    for (let round = 0; round < 10; round += 1) {
      const reads = Array.from({ length: 6 }, () => beside.get(pathOf(customer)));
      await createField(store, flow.id, { slug: `f${round}` });
      const [next, all, ...running] = await Promise.all([
        beside.get(pathOf(customer)),
        beside.get('/v2/customers'),
        ...reads,
      ]);
      expect(next?.body.data).toHaveProperty(`f${round}`);
      expect(all?.body.data[0]).toHaveProperty(`f${round}`);
      if (round > 0) for (const { body } of running) expect(body.data).toHaveProperty(`f${round - 1}`);
    }
  });
});

test('a customer that is deleted leaves nothing in the index; so does a field, whose values are hidden at once', async () => {
  const { store, fields } = await aStoreWith({ tier: {}, points: { field_type: 'integer' } });
  const gone = await createCustomer(store, { tier: 'gold', points: 1 });
  await createCustomer(store, { tier: 'gold', points: 2 });
  expect(await stored(store)).toEqual({ indexed: 4, with_values: 2, purges: 0 });
  await store.admin.delete(pathOf(gone));
  expect(await stored(store)).toEqual({ indexed: 2, with_values: 1, purges: 0 });

  for (const id of Object.values(fields)) await store.admin.delete(`/v2/fields/${id}`);
  const [left] = await list(store, '');
  expect(left).not.toHaveProperty('tier');
  const work = () => backgroundWork(app.database).atTimes['deleted-fields']?.work();
  await work();
  // Not yet: a request that began before may still write.
  expect(await stored(store)).toEqual({ indexed: 2, with_values: 1, purges: 2 });
  await app.query(`update purges set created_at = created_at - interval '10 minutes' where store_id = $1`, [store.id]);
  await work();
  expect(await stored(store)).toEqual({ indexed: 0, with_values: 0, purges: 0 });
  expect(await list(store, '')).toEqual([left]);
});

test('changes of different fields at once never undo each other', async () => {
  const { store } = await aStoreWith(
    Object.fromEntries([1, 2, 3, 4, 5, 6].map(n => [`f${n}`, { field_type: 'integer' }])),
  );
  const customer = await createCustomer(store);
  const sent = [1, 2, 3, 4, 5, 6].map(n => store.admin.put(pathOf(customer), { data: { [`f${n}`]: n } }));
  expect((await Promise.all(sent)).map(({ status }) => status)).toEqual(Array(6).fill(200));
  const { data } = (await store.admin.get(pathOf(customer))).body;
  expect(data).toMatchObject({ f1: 1, f2: 2, f3: 3, f4: 4, f5: 5, f6: 6 });
  expect(await list(store, `filter=${[1, 2, 3, 4, 5, 6].map(n => `eq(f${n},${n})`).join(':')}`)).toEqual([
    listed(data),
  ]);
});

test('a change of the password together with values does both, and an ended session does neither', async () => {
  const { store } = await aStoreWith({ tier: {} });
  const { customer, shopper } = await signUp(store);
  const other = store.shopper((await signIn(store, customer.email)).token);
  const changed = await shopper.put(pathOf(customer), { data: { password: `${password}!`, tier: 'gold' } });
  expect(changed.body.data.tier).toBe('gold');
  expect((await other.put(pathOf(customer), { data: { tier: 'none' } })).status).toBe(403);
  expect((await shopper.get(pathOf(customer))).body.data.tier).toBe('gold');
  await signIn(store, customer.email, `${password}!`);
});

test('values are those of one store', async () => {
  const { store } = await aStoreWith({ tier: { unique: true } });
  const { store: other } = await aStoreWith({ tier: { unique: true } });
  await createCustomer(store, { tier: 'gold' });
  await createCustomer(other, { tier: 'gold' });
  expect(await createCustomer(await app.addStore(), { tier: 'gold' })).not.toHaveProperty('tier');
  expect(await list(other, 'filter=eq(tier,gold)')).toHaveLength(1);
});

test('an Idempotency-Key repeats the answer with its values', async () => {
  const { store } = await aStoreWith({ tier: { unique: true }, points: { field_type: 'integer' } });
  const body = { data: aCustomer({ tier: 'gold', points: 3 }) };
  const send = () => store.admin.post('/v2/customers', body, { 'idempotency-key': 'abcdefgh-1' });
  const first = await send();
  expect(first).toMatchObject({ status: 201, body: { data: { tier: 'gold', points: 3 } } });
  expect((await send()).body).toEqual(first.body);
  const refused = await store.admin.post(
    '/v2/customers',
    { data: aCustomer({ tier: 'gold' }) },
    { 'idempotency-key': 'abcdefgh-2' },
  );
  expect(refused).toMatchObject(invalid('tier', 'has already been taken.'));
});

test('the attributes of customers are their own, then the enabled fields', async () => {
  const { store, fields } = await aStoreWith({ tier: { name: 'Tier', required: true }, off: { enabled: false } });
  const read = async () => (await store.admin.get('/v2/customers/attributes')).body;
  const own = [
    { label: 'Name', value: 'name', type: 'string', required: true },
    { label: 'Email', value: 'email', type: 'string', required: true },
    { label: 'Password', value: 'password', type: 'string', required: false },
    { label: 'External ref', value: 'external_ref', type: 'string', required: false },
    { label: 'Tags', value: 'tags', type: 'array', required: false },
  ];
  const tier = { label: 'Tier', value: 'tier', type: 'string', required: true, validation_rules: [] };
  const meta = { entity: 'customers', version: '1' };
  expect(await read()).toEqual({ data: [...own, tier], meta });
  await store.admin.delete(`/v2/fields/${fields.tier}`);
  expect(await read()).toEqual({ data: own, meta });
});

test('a field is found under any slug that it may have, a number as JavaScript prints it, and a date as it is stored', async () => {
  const { store } = await aStoreWith({
    '2fa': { field_type: 'string' },
    _code: { field_type: 'string' },
    mass: { field_type: 'float' },
    met: { field_type: 'date' },
  });
  await createCustomer(store, { name: 'One', '2fa': 'on', _code: 'x', mass: 1e21, met: '2021-03-04 10:20:30' });
  await createCustomer(store, { name: 'Two', '2fa': 'off', _code: 'y', mass: 1, met: '2021-03-04' });
  for (const filter of [
    'eq(2fa,on)',
    'eq(customers.2fa,on)',
    'eq(_code,x)',
    'like(_code,X)',
    'eq(mass,1e+21)',
    'eq(mass,1e%2B21)',
    'eq(mass,1e21)',
    'gt(mass,9.9e+20)',
    'eq(met,2021-03-04 10:20:30)',
    'eq(met,"2021-03-04T10:20:30")',
    'eq(met,2021-03-04T10:20:30Z)',
    'gt(met,2021-03-04 00:00:00)',
  ])
    expect([filter, await namesOf(store, `filter=${filter}`)]).toEqual([filter, ['One']]);
  for (const filter of ['eq(met,2021-02-30 10:20:30)', 'eq(mass,1e+)', 'eq(3fa,on)'])
    expect(await store.admin.get(`/v2/customers?filter=${filter}`)).toMatchObject(notParsed);
});

test('capitals find a word that ends in a sigma, and its beginning', async () => {
  const { store } = await aStoreWith({ motto: { field_type: 'string', searchable: true } });
  await createCustomer(store, { name: 'Οδυσσέας Νικόλαος', email: 'ΟΔΥΣ@example.com', motto: 'ΣΊΣΥΦΟΣ' });
  for (const query of [
    'search=ΟΔΥΣ',
    'search=οδυς',
    'search=σίσυφος',
    'filter=like(name,ΟΔΥΣ*)',
    'filter=like(name,*Σ Ν*)',
    'filter=like(name,*ς)',
    'filter=like(motto,"ΣΊΣ*")',
    'filter=like(motto,*ς)',
    'filter=eq(email,οδυς@example.com)',
  ])
    expect([query, (await list(store, encodeURI(query))).length]).toEqual([query, 1]);
  // As it is read.
  await store.admin.put(pathOf((await list(store, ''))[0]), { data: { tags: ['ΣΊΣΥΦΟΣ'] } });
  expect((await list(store, encodeURI('filter=eq(tags,ΣΊΣΥΦΟΣ)')))[0].tags).toEqual(['σίσυφος']);
});

describe('sorting by a field with a default', () => {
  const fields = [
    { slug: 'points', field_type: 'integer', default: 5, values: [9, 1, 5, null, 7, 5] },
    { slug: 'city', field_type: 'string', default: 'Leeds', values: ['York', 'Bath', 'leeds', null, 'Oslo', 'Leeds'] },
    {
      slug: 'met',
      field_type: 'date',
      default: '2021-03-04',
      values: ['2022-01-01', '2020-01-01', null, '2021-03-04'],
    },
  ] as const;

  test.each(fields)('$slug: what is older than the field stands where the default does', async field => {
    const { slug, values } = field;
    const store = await app.addStore();
    const ids: string[] = [];
    const older = 8;
    for (let index = 0; index < older; index += 1) ids.push((await createCustomer(store)).id);
    const flow = await createFlow(store, { slug: 'customers' });
    await createField(store, flow.id, field);
    for (const value of values) ids.push((await createCustomer(store, { [slug]: value })).id);
    const all: Record<string, unknown>[] = await list(store, 'sort=id&page[limit]=100');
    const keyOf = (row: Record<string, unknown>) => {
      const value = row[slug];
      return typeof value === 'string' ? value.toLowerCase() : (value as number | null);
    };
    for (const sign of [1, -1]) {
      const expected = all
        .toSorted((one, other) => {
          const [a, b] = [keyOf(one), keyOf(other)];
          // Those that show the default stand behind those that have it.
          const [hasA, hasB] = [one, other].map(({ id }) => ids.indexOf(String(id)) >= older) as [boolean, boolean];
          if (a === b && hasA !== hasB) return hasA ? -1 : 1;
          if (a === b) return String(one.id) < String(other.id) ? -1 : 1;
          if (a === null || b === null) return a === null ? 1 : -1;
          return (a < b ? -1 : 1) * sign;
        })
        .map(({ id }) => id);
      const sort = `sort=${sign === 1 ? '' : '-'}${slug}`;
      const idsOf = (rows: { id: string }[]) => rows.map(({ id }) => id);
      expect(idsOf(await list(store, `${sort}&page[limit]=100`))).toEqual(expected);
      expect(idsOf(await list(store, `${sort}&page[limit]=3&page[offset]=7`))).toEqual(expected.slice(7, 10));
      for (const limit of [1, 2, 5]) {
        const walked: string[] = [];
        for (let next: string | null = `${sort}&page[limit]=${limit}`; next !== null; ) {
          const { body }: { body: Listed } = await store.admin.get(`/v2/customers?${next}`);
          walked.push(...idsOf(body.data));
          next = body.links.next && new URL(body.links.next).search.slice(1);
        }
        expect(walked).toEqual(expected);
      }
      const narrowed = `${sort}&filter=in(id,${ids.slice(4, 12).join()})`;
      expect(idsOf(await list(store, narrowed))).toEqual(expected.filter(id => ids.slice(4, 12).includes(String(id))));
    }
  });

  test('a page far from the first one goes on where the page before ends', async () => {
    const store = await app.addStore();
    const first = await createCustomer(store);
    await app.query(
      `insert into customers (store_id, id, name, name_key, email, email_key, created_at, updated_at)
       select store_id, gen_random_uuid(), 'Old', 'old', 'old' || n, 'old' || n, created_at, updated_at
       from customers, generate_series(1, 600) n where id = $1`,
      [first.id],
    );
    const flow = await createFlow(store, { slug: 'customers' });
    await createField(store, flow.id, { slug: 'points', field_type: 'integer', default: 5 });
    for (const points of [9, 1, 5, null]) await createCustomer(store, { points });
    for (const sort of ['points', '-points']) {
      const near = await list(store, `sort=${sort}&page[offset]=490&page[limit]=100`);
      const far = await list(store, `sort=${sort}&page[offset]=500&page[limit]=90`);
      const last = await list(store, `sort=${sort}&page[offset]=590&page[limit]=100`);
      expect(far).toEqual(near.slice(10));
      expect(last).toHaveLength(15);
      expect(last.map(({ points }: { points: number | null }) => points).slice(-3)).toEqual(
        sort === 'points' ? [5, 9, null] : [5, 1, null],
      );
    }
  });
});

interface Listed {
  readonly data: { id: string }[];
  readonly links: { readonly next: string | null };
}

test('a field takes a name that is ours alone, in filters and sorts; names of the contract stay', async () => {
  const { store } = await aStoreWith({ country: {}, order_count: { field_type: 'integer' } });
  const [one, other] = [
    await createCustomer(store, { name: 'A', country: 'FR', order_count: 2 }),
    await createCustomer(store, { name: 'B', country: 'DE', order_count: 1 }),
  ];
  expect([one.country, other.order_count]).toEqual(['FR', 1]);
  expect(await namesOf(store, 'filter=eq(country,FR)')).toEqual(['A']);
  expect(await namesOf(store, 'filter=eq(customers.country,DE)')).toEqual(['B']);
  expect(await namesOf(store, 'filter=ge(order_count,2)')).toEqual(['A']);
  expect(await namesOf(store, 'sort=order_count')).toEqual(['B', 'A']);
  expect(await namesOf(store, 'sort=-country')).toEqual(['A', 'B']);
});

test('a string is measured in characters', async () => {
  const { store } = await aStoreWith({ tier: {} });
  const created = await createCustomer(store, { tier: '😀'.repeat(40_000) });
  expect(created.tier).toHaveLength(80_000);
  expect((await store.admin.post('/v2/customers', { data: aCustomer({ tier: '😀'.repeat(65_536) }) })).status).toBe(
    422,
  );
});
