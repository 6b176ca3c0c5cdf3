import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aField, createEntry, createField, createFlow } from '../../../test/support/builders.ts';
import { nextMillisecond } from '../../../test/support/clock.ts';
import { nextLink, refusal, time, unknownId, uuid } from '../../../test/support/expectations.ts';
import { startTestApp, type TestApp, type TestStore } from '../../../test/support/test-app.ts';
import { backgroundWork } from '../../background.ts';

let app: TestApp;
let store: TestStore;
beforeAll(async () => {
  app = await startTestApp();
  store = await app.addStore();
});
afterAll(() => app.close());

const invalid = (slug: string, rest: string) =>
  refusal(422, 'Failed Validation', `The data.${slug} ${rest}`, `data.${slug}`);
const notFound = refusal(404, 'Not Found', 'The requested entry could not be found');
const notParsed = refusal(400, 'Bad Request', 'Could not parse the supplied filter');

type Fields = Record<string, Record<string, unknown>>;

/** A flow of its own with these fields, by slug. */
async function aFlowWith(fields: Fields) {
  const { id, slug } = await createFlow(store);
  const made: Record<string, { id: string }> = {};
  for (const [name, changes] of Object.entries(fields)) {
    made[name] = await createField(store, id, { slug: name, ...changes });
  }
  const path = `/v2/flows/${slug}/entries`;
  return {
    id,
    slug,
    path,
    fields: made,
    create: (values: Record<string, unknown>) => store.admin.post(path, { data: values }),
    list: async (query = '') => (await store.admin.get(`${path}${query}`)).body.data,
    count: async (query = '') => (await store.admin.get(`${path}${query}`)).body.meta.results.total,
  };
}

/** What is stored of a store beside its flows. */
async function stored() {
  const { rows } = await app.query(
    `select (select count(*)::int from entries where store_id = $1) as entries,
       (select count(*)::int from custom_index where store_id = $1) as indexed,
       (select count(*)::int from entries where store_id = $1 and custom_values <> '{}') as with_values,
       (select count(*)::int from purges where store_id = $1) as purges`,
    [store.id],
  );
  return rows[0];
}
const runBackgroundWork = () => backgroundWork(app.database).atTimes['deleted-fields']?.work();

test('an entry is created, read by any access token, changed in parts, cleared and deleted', async () => {
  const flow = await aFlowWith({ city: {}, floors: { field_type: 'integer' }, open: { field_type: 'boolean' } });
  const created = await flow.create({ city: 'Leeds', floors: 2, unknown: 'ignored' });
  const { id } = created.body.data;
  expect({ status: created.status, body: created.body }).toEqual({
    status: 201,
    body: {
      data: {
        id: expect.stringMatching(uuid),
        type: 'entry',
        city: 'Leeds',
        floors: 2,
        open: null,
        links: { self: `${app.baseUrl}${flow.path}/${id}` },
        meta: {
          timestamps: {
            created_at: expect.stringMatching(time),
            updated_at: created.body.data.meta.timestamps.created_at,
          },
        },
      },
    },
  });
  const url = `${flow.path}/${id}`;
  expect(await store.storefront.get(url)).toMatchObject({ status: 200, body: created.body });
  expect(await store.storefront.get(`/v2/flows/${flow.id}/entries/${id.toUpperCase()}`)).toMatchObject({
    body: created.body,
  });
  const changed = await store.admin.put(url, { data: { id, type: 'entry', floors: null, open: false } });
  const { updated_at } = changed.body.data.meta.timestamps;
  expect(changed.body.data).toEqual({
    ...created.body.data,
    floors: null,
    open: false,
    meta: { timestamps: { ...created.body.data.meta.timestamps, updated_at } },
  });
  const same = await store.admin.put(url, { data: { floors: null, city: 'Leeds' } });
  expect(same.body).toEqual(changed.body);
  expect(await flow.list('?filter=is_null(floors):eq(open,false):eq(city,Leeds)')).toEqual([changed.body.data]);

  expect(await store.admin.delete(url)).toMatchObject({ status: 204, body: '' });
  for (const answer of [await store.admin.get(url), await store.admin.delete(url)])
    expect(answer).toMatchObject(notFound);
  expect([await flow.list(), await flow.count()]).toEqual([[], 0]);
});

test.each([
  ['string', 1, 'must be a string.'],
  ['string', { a: 1 }, 'must be a string.'],
  ['string', 'a\0b', 'contains characters that cannot be stored.'],
  ['integer', '1', 'must be an integer.'],
  ['integer', 1.5, 'must be an integer.'],
  ['float', true, 'must be a number.'],
  ['boolean', 'true', 'must be a boolean.'],
  ['date', '2021-02-30', 'must be a valid date.'],
])('a %s does not take %j, on create and on update', async (field_type, value, rest) => {
  const flow = await aFlowWith({ field: { field_type } });
  expect(await flow.create({ field: value })).toMatchObject(invalid('field', rest));
  const entry = await createEntry(store, flow.slug);
  expect(await store.admin.put(`${flow.path}/${entry.id}`, { data: { field: value } })).toMatchObject(
    invalid('field', rest),
  );
  expect(await flow.list()).toEqual([entry]);
});

test('every value that does not fit is told of', async () => {
  const rules = [{ type: 'enum', options: ['gold', 'silver'] }];
  const flow = await aFlowWith({ a: { order: 1, validation_rules: rules }, b: { order: 2, required: true } });
  const answer = await flow.create({ a: 'bronze' });
  expect(answer.body.errors.map(({ detail }: { detail: string }) => detail)).toEqual([
    'The selected data.a is invalid.',
    'The data.b field is required.',
  ]);
});

test('a required value cannot be missing or null; an update may leave it out; a default fills it', async () => {
  const flow = await aFlowWith({ city: { required: true }, tier: { required: true, default: 'silver' } });
  for (const values of [{}, { city: null }]) {
    expect(await flow.create(values)).toMatchObject(invalid('city', 'field is required.'));
  }
  const entry = await createEntry(store, flow.slug, { city: 'Leeds' });
  expect(entry).toMatchObject({ city: 'Leeds', tier: 'silver' });
  const url = `${flow.path}/${entry.id}`;
  expect(await store.admin.put(url, { data: { tier: null } })).toMatchObject(invalid('tier', 'field is required.'));
  expect((await store.admin.put(url, { data: { tier: 'gold' } })).body.data).toMatchObject({
    city: 'Leeds',
    tier: 'gold',
  });
});

describe('a field that is newer than an entry', () => {
  test('shows its default at once, is found by it, and can be set', async () => {
    const flow = await aFlowWith({ city: {} });
    const entry = await createEntry(store, flow.slug, { city: 'Leeds' });
    await createField(store, flow.id, { slug: 'tier', default: 'silver' });
    await createField(store, flow.id, { slug: 'size', field_type: 'integer' });
    const shown = { ...entry, tier: 'silver', size: null };
    expect(await flow.list('?filter=eq(tier,silver):is_null(size)')).toEqual([shown]);
    for (const filter of ['eq(tier,gold)', 'is_null(tier)', 'eq(size,0)']) {
      expect([filter, await flow.list(`?filter=${filter}`)]).toEqual([filter, []]);
    }
    await store.admin.put(`${flow.path}/${entry.id}`, { data: { tier: null } });
    expect(await flow.count('?filter=is_null(tier)')).toBe(1);
    expect(await flow.count('?filter=eq(tier,silver)')).toBe(0);
  });

  test('is seen by another process in its next request', async () => {
    const other = (await app.addInstance()).as(store.admin);
    const flow = await aFlowWith({ city: {} });
    const { id } = await createEntry(store, flow.slug);
    const url = `${flow.path}/${id}`;
    expect((await other.get(url)).body.data).not.toHaveProperty('tier');
    const field = await createField(store, flow.id, { slug: 'tier', required: true });
    expect((await other.get(url)).body.data.tier).toBe(null);
    expect(await other.post(flow.path, { data: {} })).toMatchObject(invalid('tier', 'field is required.'));
    await store.admin.delete(`/v2/fields/${field.id}`);
    expect((await other.get(url)).body.data).not.toHaveProperty('tier');
    expect((await other.post(flow.path, { data: {} })).status).toBe(201);
  });
});

test('a field is neither shown nor accepted nor to be filtered by while it, or its flow, is disabled; then again', async () => {
  const flow = await aFlowWith({ city: { required: true }, note: { omit_null: true } });
  const entry = await createEntry(store, flow.slug, { city: 'Leeds' });
  expect(entry).not.toHaveProperty('note');
  const { city: _, ...without } = entry;
  for (const path of [`/v2/fields/${flow.fields.city?.id}`, `/v2/flows/${flow.id}`]) {
    await store.admin.put(path, { data: { enabled: false } });
    expect(await flow.list()).toEqual([without]);
    expect((await store.admin.put(`${flow.path}/${entry.id}`, { data: { city: 7 } })).body.data).toEqual(without);
    expect(await store.admin.get(`${flow.path}?filter=eq(city,Leeds)`)).toMatchObject(notParsed);
    expect((await store.admin.get(`${flow.path}?sort=city`)).status).toBe(400);
    await store.admin.put(path, { data: { enabled: true } });
    expect(await flow.list('?filter=eq(city,Leeds)')).toEqual([entry]);
  }
});

test('renaming a field keeps its values', async () => {
  const flow = await aFlowWith({ city: {} });
  await createEntry(store, flow.slug, { city: 'Leeds' });
  await store.admin.put(`/v2/fields/${flow.fields.city?.id}`, { data: { slug: 'town' } });
  expect(await flow.list('?filter=eq(town,Leeds)')).toMatchObject([{ town: 'Leeds' }]);
  expect(await store.admin.get(`${flow.path}?filter=eq(city,Leeds)`)).toMatchObject(notParsed);
});

describe('a unique value', () => {
  const long = 'x'.repeat(300);

  test.each([
    ['string', 'Leeds', 'leeds'],
    ['string', `${long}a`, `${long}b`],
    ['integer', 7, 8],
    ['float', 0.5, 0.25],
    ['boolean', true, false],
    ['date', '2021-03-04', '2021-03-05'],
  ])(
    'of a %s: %j is taken once, %j is another one; null and the own one may be written',
    async (field_type, value, another) => {
      const flow = await aFlowWith({ code: { field_type, unique: true } });
      const first = await createEntry(store, flow.slug, { code: value });
      const taken = invalid('code', 'has already been taken.');
      expect(await flow.create({ code: value })).toMatchObject(taken);
      const second = await createEntry(store, flow.slug, { code: another });
      const url = `${flow.path}/${second.id}`;
      expect(await store.admin.put(url, { data: { code: value } })).toMatchObject(taken);
      expect((await store.admin.put(`${flow.path}/${first.id}`, { data: { code: value } })).status).toBe(200);
      for (const code of [null, null]) expect((await flow.create({ code })).status).toBe(201);
      await store.admin.delete(`${flow.path}/${first.id}`);
      expect((await store.admin.put(url, { data: { code: value } })).status).toBe(200);
    },
  );

  test('is stored once when many write it at once, on two processes', async () => {
    const flow = await aFlowWith({ code: { unique: true }, other: { unique: true } });
    const beside = (await app.addInstance()).as(store.admin);
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        (index % 2 ? store.admin : beside).post(flow.path, { data: { code: 'same', other: index % 3 ? 'b' : 'a' } }),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, ...Array(11).fill(422)]);
    expect(await flow.count('?filter=eq(code,same)')).toBe(1);
  });

  test.each([
    ['string', 'a', 'A'],
    ['integer', 7, 8],
    ['boolean', true, false],
    ['date', '2021-03-04', '2021-03-05'],
  ])(
    'of a %s is asked for from when the field becomes unique, which it cannot with duplicates',
    async (field_type, value, another) => {
      const flow = await aFlowWith({ code: { field_type } });
      const entries = [];
      for (const code of [value, another, value, null, null])
        entries.push(await createEntry(store, flow.slug, { code }));
      const url = `/v2/fields/${flow.fields.code?.id}`;
      const before = await store.admin.get(url);
      expect(await store.admin.put(url, { data: { unique: true, name: 'Code' } })).toMatchObject({
        status: 422,
        body: {
          errors: [
            {
              status: 422,
              title: 'Failed Validation',
              detail: 'The field cannot become unique: some resources have the same value.',
              source: 'data.unique',
            },
          ],
        },
      });
      expect((await store.admin.get(url)).body).toEqual(before.body);

      await store.admin.delete(`${flow.path}/${entries[2].id}`);
      expect((await store.admin.put(url, { data: { unique: true } })).status).toBe(200);
      expect((await flow.create({ code: value })).status).toBe(422);
      expect((await flow.create({ code: null })).status).toBe(201);
    },
  );

  test('stays unique when it is written while the field becomes unique, on two processes', async () => {
    const beside = (await app.addInstance()).as(store.admin);
    for (let round = 0; round < 10; round += 1) {
      const flow = await aFlowWith({ code: {} });
      const [change, ...writes] = await Promise.all([
        beside.put(`/v2/fields/${flow.fields.code?.id}`, { data: { unique: true } }),
        ...Array.from({ length: 6 }, () => flow.create({ code: 'same' })),
      ]);
      const written = writes.filter(({ status }) => status === 201).length;
      expect(await flow.count('?filter=eq(code,same)')).toBe(written);
      if (change.status === 200) expect(written).toBe(1);
      else expect([change.status, written]).toEqual([422, 6]);
    }
  });
});

describe('a list of entries', () => {
  test('is paged, oldest first, with the page before under two names', async () => {
    const flow = await aFlowWith({ n: { field_type: 'integer' } });
    const entries = [];
    for (const n of [3, 1, 2, null, 2]) {
      await nextMillisecond();
      entries.push(await createEntry(store, flow.slug, { n }));
    }
    const { body } = await store.storefront.get(`${flow.path}?page[limit]=2&page[offset]=2`);
    const at = (offset: number) => `${app.baseUrl}${flow.path}?page[limit]=2&page[offset]=${offset}`;
    expect(body).toEqual({
      data: entries.slice(2, 4),
      meta: { page: { limit: 2, offset: 2, current: 2, total: 3 }, results: { total: 5 } },
      links: { current: at(2), first: at(0), last: at(4), prev: at(0), previous: at(0), next: nextLink(at(4)) },
    });
    const [three, one, two, none, again] = entries;
    for (const name of ['n', `${flow.slug}.n`]) {
      expect(await flow.list(`?sort=${name}`)).toEqual([one, two, again, three, none]);
      expect(await flow.list(`?sort=-${name}`)).toEqual([three, two, again, one, none]);
    }
    expect(await flow.list('?sort=n&page[limit]=2&page[offset]=3')).toEqual([three, none]);
    expect(await flow.list('?sort=n&filter=ge(n,2)&page[limit]=2')).toEqual([two, again]);
    expect(await flow.list('?sort=-created_at')).toEqual(entries.toReversed());
  });

  test.each([
    'eq(nothing,1)',
    'eq(other.n,1)',
    'like(n,1)',
    'eq(n,one)',
    'gt(s,a)',
    'like(link,a)',
    'eq(constructor,a)',
  ])('with the filter %s is 400', async filter => {
    const rule = { type: 'one-to-one', to: 'customer' };
    const flow = await aFlowWith({
      n: { field_type: 'integer' },
      s: {},
      link: { field_type: 'relationship', validation_rules: [rule] },
    });
    expect(await store.admin.get(`${flow.path}?filter=${filter}`)).toMatchObject(notParsed);
  });

  test.each(['nothing', 'n.n', '-', 'n;drop table entries', '__proto__'])('sorted by %s is 400', async sort => {
    const flow = await aFlowWith({ n: { field_type: 'integer' } });
    expect((await store.admin.get(`${flow.path}?sort=${encodeURIComponent(sort)}`)).status).toBe(400);
  });

  test('finds values with characters that mean something elsewhere', async () => {
    const flow = await aFlowWith({ s: {} });
    for (const s of [`O'Brien`, '100%', 'a_b', 'a\\b', 'ÖZ', `"; drop table entries; --`]) {
      const entry = await createEntry(store, flow.slug, { s });
      const quoted = `"${s.replace(/[\\"]/g, '\\$&')}"`;
      for (const operator of ['eq', 'like', 'in'])
        expect(await flow.list(`?filter=${encodeURIComponent(`${operator}(s,${quoted})`)}`)).toEqual([entry]);
    }
    expect(await flow.count('?filter=like(s,%C3%B6*)')).toBe(1);
    expect(await flow.count('?filter=like(s,%22%25*%22)')).toBe(0);
  });
});

test('entries of a flow that extends a resource are not made here; personal ones are for client_credentials', async () => {
  const own = await app.addStore();
  const forbidden = refusal(403, 'Forbidden', 'This action is not permitted for this access token');
  for (const slug of ['customers', 'addresses', 'orders', 'order_items', 'carts', 'cart_items', 'products']) {
    const path = `/v2/flows/${slug}/entries`;
    const beforeThereIsOne = await own.storefront.get(path);
    await createFlow(own, { slug });
    expect(await own.admin.post(path, { data: {} })).toMatchObject(
      refusal(422, 'Failed Validation', 'The entries of this flow are made with the resources that it extends'),
    );
    expect((await own.admin.get(path)).body.data).toEqual([]);
    expect(await own.admin.get(`${path}/${unknownId}`)).toMatchObject(notFound);
    const isPublic = slug === 'products';
    expect(beforeThereIsOne.status).toBe(isPublic ? 404 : 403);
    for (const url of [path, `${path}/${unknownId}`]) {
      const answer = await own.storefront.get(url);
      if (isPublic) expect([200, 404]).toContain(answer.status);
      else expect(answer).toMatchObject(forbidden);
    }
  }
});

test('unknown flows and entries, those of another flow, and other ids in the body are refused', async () => {
  const [flow, other] = [await aFlowWith({ city: {} }), await aFlowWith({ city: {} })];
  const { id } = await createEntry(store, other.slug);
  for (const path of [`${flow.path}/${id}`, `${flow.path}/${unknownId}`, `${flow.path}/none`, `${flow.path}/%00`]) {
    expect(await store.admin.get(path)).toMatchObject(notFound);
    expect(await store.admin.put(path, { data: { city: 'x' } })).toMatchObject(notFound);
    expect(await store.admin.delete(path)).toMatchObject(notFound);
  }
  for (const path of ['/v2/flows/nothing/entries', '/v2/flows/%00/entries', `/v2/flows/nothing/entries/${id}`]) {
    expect((await store.admin.get(path)).body.errors[0].detail).toBe('The requested flow could not be found');
  }
  expect(await store.admin.post('/v2/flows/nothing/entries', { data: {} })).toMatchObject({ status: 404 });
  expect(await store.admin.put(`${other.path}/${id}`, { data: { id: unknownId } })).toMatchObject(
    invalid('id', `must be ${id}.`),
  );
});

test('two changes of different values at once never undo each other', async () => {
  const flow = await aFlowWith({ a: {}, b: {}, c: {} });
  const { id } = await createEntry(store, flow.slug);
  const url = `${flow.path}/${id}`;
  await Promise.all(['a', 'b', 'c'].map(name => store.admin.put(url, { data: { [name]: name } })));
  expect((await store.admin.get(url)).body.data).toMatchObject({ a: 'a', b: 'b', c: 'c' });
  expect(await flow.count('?filter=eq(a,a):eq(b,b):eq(c,c)')).toBe(1);
});

describe('what is deleted', () => {
  test('a field: its values are gone at once, and do not come back with another of its slug; then from the database', async () => {
    await runBackgroundWork();
    const flow = await aFlowWith({ city: {}, floors: { field_type: 'integer' } });
    const before = await stored();
    for (let floors = 0; floors < 3; floors += 1) await createEntry(store, flow.slug, { city: 'Leeds', floors });
    await store.admin.delete(`/v2/fields/${flow.fields.city?.id}`);
    expect((await flow.list()).map(({ city, floors }: { city: unknown; floors: number }) => [city, floors])).toEqual([
      [undefined, 0],
      [undefined, 1],
      [undefined, 2],
    ]);
    await createField(store, flow.id, { slug: 'city' });
    expect(await flow.count('?filter=is_null(city)')).toBe(3);
    expect((await stored()).indexed).toBe(before.indexed + 6);
    const listed = await flow.list();
    await runBackgroundWork();
    expect(await stored()).toEqual({
      ...before,
      entries: before.entries + 3,
      indexed: before.indexed + 3,
      with_values: before.with_values + 3,
    });
    expect(await flow.list()).toEqual(listed);
  });

  test('a flow: its entries are gone at once, also for another of its slug; then from the database', async () => {
    await runBackgroundWork();
    const before = await stored();
    const flow = await aFlowWith({ city: {} });
    const { id } = await createEntry(store, flow.slug, { city: 'Leeds' });
    await createEntry(store, flow.slug, { city: 'York' });
    await store.admin.delete(`/v2/flows/${flow.id}`);
    expect((await store.admin.get(flow.path)).status).toBe(404);
    const again = await createFlow(store, { slug: flow.slug });
    await createField(store, again.id, { slug: 'city' });
    expect([await flow.list(), await flow.count()]).toEqual([[], 0]);
    expect(await store.admin.get(`${flow.path}/${id}`)).toMatchObject(notFound);
    await runBackgroundWork();
    expect(await stored()).toEqual(before);
    const totals = await app.query('select from totals where store_id = $1 and resource = $2', [
      store.id,
      `entries/${flow.id}`,
    ]);
    expect(totals.rowCount).toBe(0);
  });

  test('at once, a flow and all its fields, is an answer each and leaves nothing behind', async () => {
    await runBackgroundWork();
    const before = await stored();
    const slugs = Array.from({ length: 8 }, (_, index) => `field${index}`);
    for (let round = 0; round < 20; round += 1) {
      const flow = await aFlowWith(Object.fromEntries(slugs.map(slug => [slug, {}])));
      const answers = await Promise.all([
        ...slugs.map(slug => store.admin.delete(`/v2/fields/${flow.fields[slug]?.id}`)),
        store.admin.delete(`/v2/flows/${flow.id}`),
      ]);
      expect(answers.map(({ status }) => status).filter(status => status !== 204 && status !== 404)).toEqual([]);
    }
    await runBackgroundWork();
    expect(await stored()).toEqual(before);
  });

  test('while entries are written leaves nothing behind', async () => {
    await runBackgroundWork();
    const before = await stored();
    for (let round = 0; round < 5; round += 1) {
      const flow = await aFlowWith({ city: {}, town: {} });
      const answers = await Promise.all([
        ...Array.from({ length: 6 }, () => flow.create({ city: 'Leeds', town: 'Leeds' })),
        store.admin.delete(`/v2/fields/${flow.fields.city?.id}`),
        store.admin.post('/v2/fields', { data: aField(flow.id) }),
        store.admin.delete(`/v2/flows/${flow.id}`),
      ]);
      expect(answers.filter(({ status }) => ![201, 204, 404, 422].includes(status))).toEqual([]);
    }
    await runBackgroundWork();
    expect(await stored()).toEqual(before);
  });
});
