import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aCustomer, createField, createFlow } from '../../../test/support/builders.ts';
import { refusal } from '../../../test/support/expectations.ts';
import { readAsLargeListings } from '../../../test/support/large-listings.ts';
import { type Caller, startTestApp, type TestApp, type TestStore } from '../../../test/support/test-app.ts';
import { indexDefaults } from './default-rows.service.ts';
import { countValues } from './value-counts.service.ts';

readAsLargeListings();

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const sweep = (store: TestStore, settleMs = 0) =>
  indexDefaults(app.database.forStore(store.id), {
    settleMs,
    rowsAtOnce: 7,
    analyze: () => app.database.analyze('custom_index'),
  });

const count = (store: TestStore) =>
  countValues(app.database, app.database.forStore(store.id), new Date(), { manyRows: 1, ranges: 3, fewChanges: 5 });

/** How many fields have all of their defaults in the index, and how many rows of it hold a default. */
async function swept(store: TestStore) {
  const { rows } = await app.query(
    `select (select count(*)::int from fields where store_id = $1 and indexed_default = default_value) as whole,
       (select count(*)::int from custom_index where store_id = $1 and is_default) as rows`,
    [store.id],
  );
  return rows[0];
}

type Shown = Record<string, unknown> & { id: string; type: string };

const defaults = { s: 'ab', i: 5, b: false, d: '2021-03-04' };
const types = { s: 'string', i: 'integer', b: 'boolean', d: 'date' } as const;
type Slug = keyof typeof types;
const others: Record<Slug, readonly unknown[]> = {
  ...{ s: ['aa', 'ab', 'b', null], i: [4, 5, 6, null], b: [true, false, null] },
  d: ['2020-01-01', '2021-03-04', '2022-01-01', null],
};

/** A resource with the four fields: what it may be asked, and how its rows come and go. */
interface Resource {
  readonly flow: string;
  readonly path: string;
  create(admin: Caller, values: Record<string, unknown>): Promise<string>;
}

const resources: readonly Resource[] = [
  {
    ...{ flow: 'customers', path: '/v2/customers' },
    create: async (admin, values) => (await admin.post('/v2/customers', { data: aCustomer(values) })).body.data.id,
  },
  {
    ...{ flow: 'things', path: '/v2/flows/things/entries' },
    create: async (admin, values) => {
      const answer = await admin.post('/v2/flows/things/entries', { data: { type: 'entry', ...values } });
      expect(answer.status, JSON.stringify(answer.body)).toBe(201);
      return answer.body.data.id;
    },
  },
];

/** Compares every filter that the default meets, or does not, and the orders, with what the rows show. */
async function expectFoundAsShown(store: TestStore, path: string): Promise<void> {
  const all: Shown[] = (await store.admin.get(`${path}?page[limit]=100`)).body.data;
  const find = async (query: string): Promise<{ ids: string[]; total: number }> => {
    const { body } = await store.admin.get(`${path}?page[limit]=100&${query}`);
    return { ids: body.data.map(({ id }: Shown) => id), total: body.meta.results.total };
  };
  const expectFound = async (filter: string, holds: (row: Shown) => boolean) => {
    const { ids, total } = await find(`filter=${filter}`);
    const expected = all.filter(holds).map(({ id }) => id);
    expect({ filter, ids: ids.sort(), total }).toEqual({ filter, ids: expected.sort(), total: expected.length });
  };
  for (const slug of Object.keys(types) as Slug[]) {
    if (!all.every(row => Object.hasOwn(row, slug))) continue;
    await expectFound(`is_null(${slug})`, row => row[slug] === null);
    for (const value of others[slug].filter(each => each !== null)) {
      await expectFound(`eq(${slug},${value})`, row => row[slug] === value);
      if (slug === 'b') continue;
      const isBelow = (row: Shown) => row[slug] !== null && (row[slug] as string) < (value as string);
      if (slug !== 's') await expectFound(`lt(${slug},${value})`, isBelow);
      if (slug === 'd') continue;
      const [one, other] = others[slug];
      await expectFound(`in(${slug},${value},${one})`, row => [value, one].includes(row[slug]));
      if (slug === 'i')
        await expectFound(
          `ge(i,${one}):le(i,${other})`,
          ({ i }) => i !== null && Number(i) >= Number(one) && Number(i) <= Number(other),
        );
    }
    for (const direction of ['', '-']) {
      const { ids } = await find(`sort=${direction}${slug}`);
      const values = ids.map(id => all.find(row => row.id === id)?.[slug] ?? null);
      const ordered = values
        .filter(value => value !== null)
        .sort((one, other) => ((one as never) < (other as never) ? -1 : 1) * (direction === '' ? 1 : -1));
      expect({ slug, direction, values, total: new Set(ids).size }).toEqual({
        ...{ slug, direction, total: all.length },
        values: [...ordered, ...Array(values.length - ordered.length).fill(null)],
      });
    }
  }
}

describe.each(resources)('$flow', ({ flow, path, create }) => {
  async function aStore() {
    const store = await app.addStore();
    const { id } = await createFlow(store, { slug: flow });
    const addField = async (slug: Slug) =>
      (await createField(store, id, { slug, field_type: types[slug], default: defaults[slug] })).id;
    return { store, flowId: id, addField };
  }

  test('what is older than a field is found by its default, from the index alone once it has been swept', async () => {
    const { store, addField } = await aStore();
    const ids = await Promise.all(Array.from({ length: 20 }, () => create(store.admin, {})));
    for (const slug of Object.keys(types) as Slug[]) await addField(slug);
    await store.admin.put(`${path}/${ids[0]}`, { data: { s: null, i: 6 } });
    await expectFoundAsShown(store, path);
    await sweep(store);
    expect(await swept(store)).toEqual({ whole: 4, rows: 78 });
    await expectFoundAsShown(store, path);
    await count(store);
    await expectFoundAsShown(store, path);

    await store.admin.put(`${path}/${ids[1]}`, { data: { s: 'b', b: null } });
    await store.admin.delete(`${path}/${ids[2]}`);
    await create(store.admin, {});
    expect(await swept(store)).toEqual({ whole: 4, rows: 72 });
    await expectFoundAsShown(store, path);
    await sweep(store);
    expect(await swept(store)).toEqual({ whole: 4, rows: 72 });
  });

  test('a default that changes or is taken away, and a field that was disabled, are found as they are shown', async () => {
    const { store, flowId, addField } = await aStore();
    for (let index = 0; index < 10; index += 1) await create(store.admin, {});
    const [s, i] = [await addField('s'), await addField('i')];
    await sweep(store);
    const change = async (id: string, changes: object) =>
      expect((await store.admin.put(`/v2/fields/${id}`, { data: { type: 'field', id, ...changes } })).status).toBe(200);
    const expectTwice = async (expected: object) => {
      await count(store);
      await expectFoundAsShown(store, path);
      await sweep(store);
      expect(await swept(store)).toEqual(expected);
      await expectFoundAsShown(store, path);
    };
    await change(s, { default: 'b' });
    await expectTwice({ whole: 2, rows: 20 });
    await change(s, { default: null });
    await expectTwice({ whole: 1, rows: 10 });
    await change(s, { default: 'aa' });
    await change(i, { enabled: false });
    await create(store.admin, {});
    await change(i, { enabled: true });
    await expectTwice({ whole: 2, rows: 21 });
    const data = { type: 'flow', id: flowId };
    if (flow === 'customers') await store.admin.put(`/v2/flows/${flowId}`, { data: { ...data, enabled: false } });
    await create(store.admin, {});
    await store.admin.put(`/v2/flows/${flowId}`, { data: { ...data, enabled: true } });
    await expectTwice({ whole: 2, rows: flow === 'customers' ? 23 : 21 });
  });

  test('a default that no row shows any more is no value that must be unique, and a unique field has none', async () => {
    const { store, addField } = await aStore();
    const [one, other] = [await create(store.admin, {}), await create(store.admin, {})];
    const s = await addField('s');
    await sweep(store);
    const change = (changes: object) =>
      store.admin.put(`/v2/fields/${s}`, { data: { type: 'field', id: s, ...changes } });
    expect(await change({ unique: true })).toMatchObject(
      refusal(422, 'Failed Validation', 'The data.default must be null.', 'data.default'),
    );
    expect((await change({ default: null, unique: true })).status).toBe(200);
    const give = async (id: string) => (await store.admin.put(`${path}/${id}`, { data: { s: 'ab' } })).status;
    expect(await give(one)).toBe(200);
    expect(await give(other)).toBe(422);
    await expectFoundAsShown(store, path);
  });

  test('writes beside the sweep, in any order, leave what is shown', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(19), fc.constantFrom('set', 'null', 'delete', 'create'), fc.nat(3)), {
          minLength: 10,
          maxLength: 30,
        }),
        async acts => {
          const { store, addField } = await aStore();
          const ids = await Promise.all(Array.from({ length: 20 }, () => create(store.admin, {})));
          await Promise.all([addField('s'), addField('i')]);
          const act = async ([at, kind, value]: (typeof acts)[number]) => {
            if (kind === 'create') return create(store.admin, {});
            if (kind === 'delete') return store.admin.delete(`${path}/${ids[at]}`);
            const [s, i] = kind === 'null' ? [null, null] : [others.s[value], others.i[value]];
            return store.admin.put(`${path}/${ids[at]}`, { data: { s, i } });
          };
          await count(store);
          const halfway = acts.length / 2;
          const first = acts.slice(0, halfway).map(act);
          await Promise.all([sweep(store, 100), count(store), ...first, ...acts.slice(halfway).map(act), count(store)]);
          expect(await swept(store)).toMatchObject({ whole: 2 });
          await expectFoundAsShown(store, path);
        },
      ),
      { numRuns: 6, seed: 5 },
    );
  });
});
