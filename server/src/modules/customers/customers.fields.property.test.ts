import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aCustomer, aField, createField, createFlow, listed } from '../../../test/support/builders.ts';
import { type Clause, clause, holds, type Values, values, write } from '../../../test/support/custom-filters.ts';
import { asLargeListings } from '../../../test/support/large-listings.ts';
import { startTestApp, type TestApp } from '../../../test/support/test-app.ts';
import type { Context } from '../access/context.ts';
import { countValues } from '../flows/value-counts.service.ts';
import { findStore } from '../stores/stores.service.ts';
import { listCustomers } from './customers.service.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const filters = 10_000;
const atOnce = 20;

test(`${filters} random filters find what the grammar says, in both spellings, with and without values of newer fields`, async () => {
  const store = await app.addStore();
  const flow = await createFlow(store, { slug: 'customers' });
  const types = { s: 'string', i: 'integer', f: 'float', b: 'boolean', d: 'date' };
  for (const [slug, field_type] of Object.entries(types)) await createField(store, flow.id, { slug, field_type });
  for (const [index, row] of fc.sample(values, { numRuns: 24, seed: 7 }).entries()) {
    // Some are counted beforehand; the others come on top.
    if (index === 16)
      await countValues(app.database, app.database.forStore(store.id), new Date(), {
        manyRows: 1,
        ranges: 3,
        fewChanges: 0,
      });
    const created = await store.admin.post('/v2/customers', { data: aCustomer(row) });
    expect(created).toMatchObject({ status: 201, body: { data: row } });
  }
  await createField(store, flow.id, { slug: 's_later', default: 'ab' });
  await createField(store, flow.id, { slug: 'f_later', field_type: 'float', default: 1.5 });
  await createField(store, flow.id, { slug: 'd_later', field_type: 'date', default: '2021-03-04' });
  for (const [index, { id }] of (await store.admin.get('/v2/customers')).body.data.entries()) {
    const data = { s_later: index % 2 ? 'b' : null, f_later: index % 2 ? 2 : null };
    if (index % 3 === 0) await store.admin.put(`/v2/customers/${id}`, { data });
  }
  const shown: (Values & { id: string })[] = (await store.admin.get('/v2/customers?sort=id')).body.data;
  expect(shown).toHaveLength(24);

  // As the route does it; thousands of requests would mostly try HTTP.
  const ctx = { db: app.database.forStore(store.id), store: await findStore(app.database, store.id), role: 'admin' };
  async function check(clauses: readonly Clause[], index: number): Promise<void> {
    const filter = clauses.map(each => write(each, index % 2 ? 'customers.' : '')).join(':');
    const query = { filter: encodeURIComponent(filter), sort: 'id' };
    const { found } = await listCustomers(ctx as unknown as Context, query as never);
    const expected = shown.filter(customer => clauses.every(each => holds(each, customer))).map(({ id }) => id);
    expect({ filter, found: found.rows.map(({ id }) => id), total: found.total }).toEqual({
      ...{ filter, found: expected, total: expected.length },
    });
  }
  const sampled = fc.sample(fc.array(clause, { minLength: 1, maxLength: 3 }), { numRuns: filters, seed: 11 });
  async function checkAll(from: number, to: number): Promise<void> {
    for (let at = from; at < to; at += atOnce)
      await Promise.all(sampled.slice(at, at + atOnce).map((clauses, index) => check(clauses, index)));
  }
  await checkAll(0, filters / 2);
  await asLargeListings(() => checkAll(filters / 2, filters));
}, 180_000);

const text = fc.string({ unit: 'grapheme', maxLength: 30 }).filter(each => !each.includes('\0') && each.isWellFormed());
const valuesOf = {
  string: text,
  integer: fc.integer({ min: -(2 ** 53), max: 2 ** 53 }),
  float: fc.double({ noNaN: true, noDefaultInfinity: true }).map(number => (Object.is(number, -0) ? 0 : number)),
  boolean: fc.boolean(),
  date: fc
    .date({ min: new Date('1000-01-01T00:00:00Z'), max: new Date('9999-12-31T00:00:00Z'), noInvalidDate: true })
    .chain(date => fc.constantFrom(date.toISOString(), date.toISOString().slice(0, 10))),
};
type ValueType = keyof typeof valuesOf;

interface Defined {
  readonly field_type: ValueType;
  readonly default: unknown;
  readonly omit_null: boolean;
  readonly value: unknown;
}

const defined: fc.Arbitrary<Defined> = fc.constantFrom(...(Object.keys(valuesOf) as ValueType[])).chain(field_type =>
  fc.record({
    field_type: fc.constant(field_type),
    default: fc.option(valuesOf[field_type] as fc.Arbitrary<unknown>, { nil: null }),
    omit_null: fc.boolean(),
    /** Undefined: not sent. */
    value: fc.option(fc.option(valuesOf[field_type] as fc.Arbitrary<unknown>, { nil: null }), { nil: undefined }),
  }),
);

test('random values of random fields are shown as they were sent, and are found by themselves', async () => {
  const store = await app.addStore();
  const flow = await createFlow(store, { slug: 'customers' });
  await fc.assert(
    fc.asyncProperty(fc.array(defined, { minLength: 1, maxLength: 4 }), async fields => {
      const ids: string[] = [];
      const expected: Record<string, unknown> = {};
      const sent: Record<string, unknown> = {};
      for (const [index, { value, ...definition }] of fields.entries()) {
        const made = await store.admin.post('/v2/fields', {
          data: aField(flow.id, { ...definition, slug: `f${index}` }),
        });
        expect(made.status, JSON.stringify(made.body)).toBe(201);
        ids.push(made.body.data.id);
        if (value !== undefined) sent[`f${index}`] = value;
        const shown = value === undefined ? definition.default : value;
        if (shown !== null || !definition.omit_null) expected[`f${index}`] = shown;
      }
      const { body } = await store.admin.post('/v2/customers', { data: aCustomer(sent) });
      const { id, type: _, name: __, email: ___, password: ____, meta: _____, ...custom } = body.data;
      expect(custom).toEqual(expected);
      expect((await store.admin.get(`/v2/customers/${id}`)).body).toEqual(body);
      const found = await store.admin.get(`/v2/customers?filter=eq(id,${id})&sort=f0`);
      expect(found.body.data).toEqual([listed(body.data)]);
      for (const field of ids) await store.admin.delete(`/v2/fields/${field}`);
    }),
    { numRuns: 100, seed: 3 },
  );
}, 60_000);
