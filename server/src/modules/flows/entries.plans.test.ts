import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ConnectedDatabase, connectTestDatabase } from '../../../test/support/database.ts';
import {
  isSmall,
  nodesOf,
  type PlanNode,
  prepareStatement,
  rowsRead,
  sentBy,
  vacuum,
} from '../../../test/support/plans.ts';
import { parseFilter } from '../../platform/query/filter-parameter.ts';
import { customAttributes } from './custom-fields.list.ts';
import { selectTakenFields } from './custom-index.store.ts';
import { entriesOf, entryListing } from './entries.list.ts';
import type { FieldRow } from './fields.store.ts';
import { countingLimits } from './value-counts.service.ts';
import { countedColumns, countStatements } from './value-counts.store.ts';

/** Finding and sorting by a field is a scan of its index: nobody declares one by hand (design.md §3, "Rows"). */

const store = '018f0000-0000-7000-8000-00000000000a';
const flow = '018f0000-0000-7000-8000-0000000000ff';
const entries = 20_000;
/** A page, its total and some rows more: far below the number of entries. */
const fewRows = 400;

const aFieldRow = (slug: string, field_type: FieldRow['field_type'], digit: string): FieldRow => ({
  store_id: store,
  id: `018f0000-0000-7000-8000-0000000000${digit}`,
  flow_id: flow,
  name: slug,
  slug,
  field_type,
  description: '',
  is_required: false,
  is_unique: false,
  default_value: null,
  is_enabled: true,
  position: null,
  omits_null: false,
  is_searchable: false,
  validation_rules: [],
  has_default_rows: false,
  indexed_default: null,
  created_at: '2021-03-04T00:00:00.000Z',
  updated_at: '2021-03-04T00:00:00.000Z',
});
const fields = [
  aFieldRow('s', 'string', 'b1'),
  aFieldRow('n', 'float', 'b2'),
  aFieldRow('d', 'date', 'b3'),
  aFieldRow('none', 'string', 'b4'),
  aFieldRow('r', 'relationship', 'b5'),
  // All rows have a value; if there were older ones, they would show a default in the middle.
  { ...aFieldRow('nd', 'float', 'b2'), default_value: entries / 2 },
  aFieldRow('c', 'string', 'b6'),
  aFieldRow('b', 'boolean', 'b7'),
];
const [s, n, d, , r, , c, b] = fields.map(({ id }) => id);

let database: ConnectedDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await connectTestDatabase();
  ({ client } = database);
  await client.query(`
    -- What is not flushed yet is not known to be visible to all, and an index alone counts only what is.
    set synchronous_commit = on;
    create temporary view made as
    select n, ('018f0000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid as id, 'Shop ' || md5(n::text) as s,
      n * 7919 % ${entries} as number, '2021-01-01Z'::timestamptz + n * interval '1 hour' as d
    from generate_series(1, ${entries}) n;
    insert into entries (store_id, flow_id, id, custom_values, created_at, updated_at)
    select '${store}', '${flow}', id, jsonb_build_object('${s}', s, '${n}', number, '${d}', d), d, d from made;
    insert into custom_index (store_id, field_id, entity_id, text_value, text_key)
    select '${store}', '${s}', id, s, lower(s) from made;
    insert into custom_index (store_id, field_id, entity_id, number_value)
    select '${store}', '${n}', id, number from made;
    insert into custom_index (store_id, field_id, entity_id, text_value, text_key)
    select '${store}', '${c}', id, tier, tier from (select id, case when n % 1000 = 1 then 'gold' else 'silver' end tier from made) tiers;
    insert into custom_index (store_id, field_id, entity_id, number_value)
    select '${store}', '${b}', id, (n % 1000 > 1)::int from made;
    insert into custom_index (store_id, field_id, entity_id, date_value) select '${store}', '${d}', id, d from made;
    -- Most point to one, few to another.
    insert into custom_index (store_id, field_id, entity_id, target_ids)
    select '${store}', '${r}', id, array['most', case when n % 1000 = 1 then 'few' end, id::text] from made;
    -- Changes of another field, which are not gone through.
    insert into value_changes (store_id, field_id, number_value, change)
    select '${store}', '${flow}', n, 1 from generate_series(1, 5000) n;
    insert into totals (store_id, resource, shard, count) values ('${store}', 'entries/${flow}', 0, ${entries});
    analyze;`);
  await vacuum(client, 'custom_index');
});

/** Counts the values of all fields, as the background work does. */
async function countValues() {
  for (const { id: fieldId, field_type } of fields) {
    const column = countedColumns[field_type]?.column;
    if (column === undefined) continue;
    const parameters = { ...countingLimits, fieldId, now: new Date(), storeId: store };
    const { text, bind } = countStatements[column];
    await client.query({ text, values: bind(parameters) });
  }
  await client.query('analyze value_counts');
}
afterAll(() => database.drop());

/** The statement that a request sends, and its values. */
function sentFor(filter: string, sort: string) {
  const descending = sort.startsWith('-');
  return sentBy(store, db =>
    entryListing.select(db, {
      filter: parseFilter(filter),
      sort: sort.endsWith('created_at') ? { field: 'created_at', descending } : entryListing.defaultSort,
      page: { limit: 25, offset: 0 },
      scope: entriesOf(flow),
      more: customAttributes('entries', 'shops', fields, { field: sort.replace('-', ''), descending }),
    }),
  );
}

function describePlan(plan: PlanNode) {
  const scans = nodesOf(plan).filter(node => node['Relation Name'] !== undefined && (node['Actual Loops'] ?? 1) > 0);
  const sequential = scans.filter(node => node['Node Type'] === 'Seq Scan' && !isSmall(node['Relation Name']));
  const read = rowsRead(plan);
  if (read <= fewRows && sequential.length === 0) return 'few';
  return { read, scans: scans.map(node => `${node['Node Type']} ${node['Index Name'] ?? ''}`) };
}

const md5Of1 = 'c4ca4238a0b923820dcc509a6f75849b';
const filters = [
  '',
  `eq(s,Shop ${md5Of1})`,
  'eq(n,77)',
  'gt(n,19980)',
  'lt(d,2021-01-02)',
  // Either bound alone is met by half of them.
  'ge(n,10000):lt(n,10020)',
  `like(s,Shop ${md5Of1.slice(0, 12)}*)`,
  `in(s,Shop ${md5Of1},none)`,
  'eq(r,few)',
  'in(r,few,018F0000-0000-7000-8000-000000000002)',
];
/** What nearly all meet; before it, what few meet. */
const common = [
  { rare: 'eq(c,gold)', filter: 'eq(c,silver)', isCounted: true },
  { rare: 'eq(b,false)', filter: 'eq(b,true)', isCounted: true },
  { rare: 'in(c,gold,none)', filter: 'in(c,silver,gold)', isCounted: true },
  { rare: 'ge(n,19980)', filter: 'ge(n,0)', isCounted: true },
  { rare: 'lt(d,2021-01-02)', filter: 'ge(d,2021-01-02)', isCounted: true },
  { rare: 'like(c,go*)', filter: 'like(c,sil*)', isCounted: false },
];

const found = (node: PlanNode) => (node['Actual Rows'] ?? 0) * (node['Actual Loops'] ?? 0);
/** So many rows are passed to see whether a page fills with those near its start. */
const tried = 2000;

describe.each([
  { when: 'before values are counted', areCounted: false },
  { when: 'once they are counted', areCounted: true },
])('$when', ({ areCounted }) => {
  beforeAll(async () => {
    if (areCounted) await countValues();
  });

  test.each(common)(
    '$filter, which nearly all meet, is gone through in the order of the page, whatever was asked before',
    async ({ rare, filter, isCounted }) => {
      const before = await sentFor(rare, '');
      const { statement, parameters } = await sentFor(filter, '');
      const prepared = await prepareStatement(client, statement);
      if (!statement.isReplanned)
        for (let execution = 0; execution < 6; execution += 1) await prepared.execute(before.parameters);
      const nodes = nodesOf(await prepared.measure(parameters));
      const isRead = (node: PlanNode) => found(node) > (node['Relation Name'] === 'entries' ? tried : fewRows);
      const read = nodes.filter(node => node['Relation Name'] !== undefined && isRead(node));
      const scans = read.map(node => `${node['Node Type']} of ${node['Relation Name']}`);
      expect(scans).toEqual(isCounted ? (areCounted ? [] : ['Index Only Scan of custom_index']) : expect.anything());
    },
  );
});

test.each([
  { filter: 'lt(d,2022-07-01)', descending: false, isFar: false },
  { filter: 'lt(d,2022-07-01)', descending: true, isFar: true },
  { filter: 'ge(n,100):lt(n,5100)', descending: true, isFar: false },
  { filter: 'ge(n,100):lt(n,2000)', descending: true, isFar: true },
])('$filter of many: no row is looked up by its id where most are elsewhere', async ({ filter, descending, isFar }) => {
  const { statement, parameters } = await sentFor(filter, descending ? '-created_at' : 'created_at');
  const prepared = await prepareStatement(client, statement);
  const nodes = nodesOf(await prepared.measure(parameters));
  const lookedUp = nodes
    .filter(node => node['Index Name'] === 'custom_index_pkey')
    .map(node => node['Actual Loops'] ?? 0);
  expect(Math.max(...lookedUp)).toBeLessThanOrEqual(fewRows);
  // The ids of all are at hand where the page does not fill near its start.
  const kept = nodes.filter(node => node['Relation Name'] === 'custom_index' && found(node) > fewRows);
  expect(kept).toHaveLength(isFar ? 1 : 0);
  expect(Math.max(...nodes.map(node => node['Actual Loops'] ?? 0))).toBeLessThanOrEqual(fewRows);
});

const sorts = ['', 's', '-s', 'n', '-n', 'd', '-d', 'none', '-none'];

test.each(sorts)(
  'the first page sorted by "%s", filtered or not, reads few rows, in a first and in a settled plan',
  async sort => {
    for (const filter of filters) {
      const { statement, parameters } = await sentFor(filter, sort);
      const first = await prepareStatement(client, statement);
      expect({ filter, plan: describePlan(await first.measure(parameters)) }).toEqual({ filter, plan: 'few' });
      if (statement.isReplanned) continue;
      for (let execution = 0; execution < 6; execution += 1) await first.execute(parameters);
      expect({ filter, plan: describePlan(await first.measure(parameters)) }).toEqual({ filter, plan: 'few' });
    }
  },
);

test.each(['nd', '-nd'])(
  'sorted by "%s", a page reads few rows, whether or not those with a value fill it',
  async sort => {
    for (const filter of ['', 'eq(n,77)', `eq(s,Shop ${md5Of1})`]) {
      const { statement, parameters } = await sentFor(filter, sort);
      const prepared = await prepareStatement(client, statement);
      expect({ filter, plan: describePlan(await prepared.measure(parameters)) }).toEqual({ filter, plan: 'few' });
    }
  },
);

test.each([
  ['string', s, `Shop ${md5Of1}`, null, null],
  ['number', n, null, 77, null],
  ['date', d, null, null, new Date('2021-01-02T00:00:00.000Z')],
])('looking whether the value of a unique %s is taken reads few rows', async (_, field, text, number, date) => {
  const values = selectTakenFields.bind({
    ...{ id: flow, fieldIds: [field ?? ''], texts: [text], textKeys: [text?.toLowerCase() ?? null] },
    ...{ numbers: [number], dates: [date], targets: [null], storeId: store },
  });
  await client.query('begin');
  // Settled for any values, as after five executions.
  await client.query(`set local plan_cache_mode = force_generic_plan`);
  const { rows } = await client.query({ text: selectTakenFields.text, values });
  expect(rows).toEqual([{ field_id: field }]);
  const explained = await client.query({ text: `explain (analyze, format json) ${selectTakenFields.text}`, values });
  await client.query('rollback');
  expect(describePlan(explained.rows[0]['QUERY PLAN'][0].Plan)).toBe('few');
});

describe('while nothing is known of the values, as after many were written at once', () => {
  beforeAll(async () => {
    await client.query(`
      set allow_system_table_mods = on;
      delete from pg_statistic where starelid in ('entries'::regclass, 'custom_index'::regclass);
      delete from pg_statistic_ext_data`);
  });

  test.each(['created_at', '-created_at', ''])('in the order "%s" no row is looked for more than once', async sort => {
    const some = [
      'in(n,1,2,3)',
      'lt(n,300)',
      'lt(n,3000)',
      'lt(n,19000)',
      'ge(n,0)',
      'eq(c,silver)',
      'ge(d,2022-03-01)',
    ];
    for (const filter of some) {
      const { statement, parameters } = await sentFor(filter, sort);
      const prepared = await prepareStatement(client, statement);
      const read = rowsRead(await prepared.measure(parameters));
      // Counted, looked up in the index and in its rows, and passed in the order of the page; anew for each row it would be a hundred times.
      expect({ filter, read, isFair: read <= 4 * entries }).toEqual({ filter, read, isFair: true });
    }
  });
});
