import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createEntry, createField, createFlow } from '../../../test/support/builders.ts';
import { clause, holds, type Values, values, write } from '../../../test/support/custom-filters.ts';
import { readAsLargeListings } from '../../../test/support/large-listings.ts';
import { startTestApp, type TestApp } from '../../../test/support/test-app.ts';
import { countValues } from './value-counts.service.ts';

readAsLargeListings();

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

test('filters over random values find what the grammar says, with and without values of newer fields', async () => {
  const { id, slug } = await createFlow(app);
  const types = { s: 'string', i: 'integer', f: 'float', b: 'boolean', d: 'date' };
  for (const [name, field_type] of Object.entries(types)) await createField(app, id, { slug: name, field_type });
  const rows = fc.sample(values, { numRuns: 40, seed: 7 });
  for (const [index, row] of rows.entries()) {
    // Half of them are counted; the others come on top.
    if (index === 20) {
      const limits = { manyRows: 1, ranges: 3, fewChanges: 0 };
      await countValues(app.database, app.database.forStore(app.id), new Date(), limits);
    }
    const created = await createEntry(app, slug, row);
    // Every value is shown as it was sent.
    expect(created).toMatchObject(row);
  }
  // Fields with a default that these entries do not have a value of; some get one afterwards.
  await createField(app, id, { slug: 's_later', default: 'ab' });
  await createField(app, id, { slug: 'f_later', field_type: 'float', default: 1.5 });
  await createField(app, id, { slug: 'd_later', field_type: 'date', default: '2021-03-04' });
  const path = `/v2/flows/${slug}/entries`;
  const { body } = await app.admin.get(path);
  for (const [index, entry] of body.data.entries()) {
    const data = { s_later: index % 2 ? 'b' : null, f_later: index % 2 ? 2 : null };
    if (index % 3 === 0) await app.admin.put(`${path}/${entry.id}`, { data });
  }
  const shown: (Values & { id: string })[] = (await app.admin.get(path)).body.data;
  expect(shown).toHaveLength(rows.length);

  await fc.assert(
    fc.asyncProperty(fc.array(clause, { minLength: 1, maxLength: 3 }), async clauses => {
      const filter = clauses.map(each => write(each)).join(':');
      const { status, body } = await app.admin.get(`${path}?filter=${encodeURIComponent(filter)}`);
      const found = status === 200 ? body.data.map((entry: { id: string }) => entry.id) : body;
      const expected = shown.filter(entry => clauses.every(each => holds(each, entry))).map(entry => entry.id);
      expect({ filter, found, total: body.meta?.results.total }).toEqual({
        filter,
        found: expected,
        total: expected.length,
      });
    }),
    { numRuns: 300, seed: 11 },
  );
}, 120_000);
