import { afterAll, beforeAll, expect, test } from 'vitest';
import { createField, createFlow } from '../../../test/support/builders.ts';
import { readAsLargeListings } from '../../../test/support/large-listings.ts';
import { startTestApp, type TestApp } from '../../../test/support/test-app.ts';
import { countValues } from './value-counts.service.ts';

readAsLargeListings();

/** Filters that few, some and many rows meet are each worked on in another way (rows-by-number.ts); all find the same rows. */

const rows = 6000;
let app: TestApp;
let path: string;
beforeAll(async () => {
  app = await startTestApp();
  const flow = await createFlow(app);
  const field = await createField(app, flow.id, { slug: 'n', field_type: 'integer' });
  path = `/v2/flows/${flow.slug}/entries`;
  // Created in the order of their ids, changed in another; every seventh has no value.
  await app.query(
    `with made as (
       insert into entries (store_id, flow_id, id, custom_values, created_at, updated_at)
       select $1, $2, ('018f0000-0000-7000-8000-' || lpad(to_hex(k), 12, '0'))::uuid,
         case when k % 7 = 0 then '{}' else jsonb_build_object($3::text, k) end,
         '2021-01-01Z'::timestamptz + (k / 3) * interval '1 hour', '2022-01-01Z'::timestamptz + k * 7919 % ${rows} * interval '1 hour'
       from generate_series(1, ${rows}) k returning store_id, id, custom_values
     ), counted as (
       insert into totals (store_id, resource, shard, count) select $1, 'entries/' || $2, 0, count(*) from made
     )
     insert into custom_index (store_id, field_id, entity_id, number_value)
     select store_id, $3::uuid, id, (custom_values ->> $3::text)::float8 from made where custom_values <> '{}'`,
    [app.id, flow.id, field.id],
  );
  await app.database.analyze('custom_index');
  await countValues(app.database, app.database.forStore(app.id), new Date(), {
    manyRows: 1,
    ranges: 16,
    fewChanges: 0,
  });
});
afterAll(() => app.close());

interface Entry {
  readonly id: string;
  readonly n: number | null;
  readonly created_at: string;
  readonly updated_at: string;
}

/** All entries, past the service. */
async function allEntries(): Promise<Entry[]> {
  const { rows: all } = await app.query(
    `select id, created_at, updated_at, number_value as n from entries
     left join custom_index on custom_index.store_id = entries.store_id and entity_id = id where entries.store_id = $1`,
    [app.id],
  );
  return all as Entry[];
}

async function page(path: string): Promise<{ ids: string[]; total: number; next: string | null }> {
  const { status, body } = await app.admin.get(path);
  expect({ path, status }).toEqual({ path, status: 200 });
  const { next } = body.links;
  return {
    ids: body.data.map(({ id }: Entry) => id),
    total: body.meta.results.total,
    next: next?.slice(next.indexOf('/v2/')) ?? null,
  };
}

const filters = [
  { filter: 'lt(n,40)', meets: (n: number) => n < 40 },
  { filter: 'lt(n,2500)', meets: (n: number) => n < 2500 },
  { filter: 'ge(n,3500)', meets: (n: number) => n >= 3500 },
  { filter: 'ge(n,0)', meets: () => true },
  { filter: 'gt(n,900):le(n,5900)', meets: (n: number) => n > 900 && n <= 5900 },
  { filter: 'in(n,1,5999,7,8)', meets: (n: number) => [1, 5999, 8].includes(n) },
];
const sorts = ['created_at', '-created_at', '-updated_at', 'id'] as const;

test.each(filters)('$filter finds the same rows in every order, by offset and by cursor', async ({ filter, meets }) => {
  const matching = (await allEntries()).filter(({ n }) => n !== null && meets(n));
  for (const sort of sorts) {
    const key = sort.replace('-', '') as 'created_at' | 'updated_at' | 'id';
    const direction = sort.startsWith('-') ? -1 : 1;
    const byPlace = (one: Entry, other: Entry) =>
      one[key] === other[key] ? (one.id < other.id ? -1 : 1) : one[key] < other[key] ? -direction : direction;
    const expected = matching.toSorted(byPlace).map(({ id }) => id);
    const asked = `${path}?filter=${filter}&sort=${sort}`;

    for (const offset of [0, 30, 700, expected.length - 20].filter(each => each >= 0)) {
      const { ids, total } = await page(`${asked}&page[limit]=25&page[offset]=${offset}`);
      expect({ asked, offset, total, ids }).toEqual({
        ...{ asked, offset, total: expected.length },
        ids: expected.slice(offset, offset + 25),
      });
    }
    const found: string[] = [];
    for (let next: string | null = `${asked}&page[limit]=100`; next !== null && found.length < 500; ) {
      const read: Awaited<ReturnType<typeof page>> = await page(next);
      found.push(...read.ids);
      next = read.next;
    }
    expect(found).toEqual(expected.slice(0, 500));
  }
});
