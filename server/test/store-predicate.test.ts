import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compiledStatements, globalStatement, sql, storeStatement } from '../src/platform/db/statement.ts';
import { type ConnectedDatabase, connectTestDatabase } from './support/database.ts';
import { statementsOfListings } from './support/listings.ts';
import {
  type AnyStatement,
  conditionsOf,
  genericPlan,
  nodesOf,
  type PlanNode,
  parameterNames,
} from './support/plans.ts';

/**
 * The proof that no statement reaches another store's rows (design.md §3), from the plans that PostgreSQL makes: every
 * scan of a store's table carries `store_id = $n` with a parameter that StoreDb binds, every inserted row has it as its
 * store, no statement may change a row's store, and the statements on global tables touch no store's table.
 */

let database: ConnectedDatabase;
let client: pg.Client;
/** Tables whose rows belong to a store: their primary key begins with `store_id`. */
let storeTables: ReadonlySet<string>;
let statements: readonly AnyStatement[];

beforeAll(async () => {
  database = await connectTestDatabase();
  ({ client } = database);
  storeTables = new Set(await column('table_name', primaryKeysThatBeginWithStore));
  const ofListings = await statementsOfListings();
  statements = [...compiledStatements.values(), ...ofListings];
});
afterAll(() => database.drop());

async function column(name: string, text: string): Promise<string[]> {
  const { rows } = await client.query(text);
  return rows.map(row => row[name]);
}

const primaryKeysThatBeginWithStore = `
  select conrelid::regclass::text as table_name from pg_constraint
  join pg_attribute on attrelid = conrelid and attnum = conkey[1]
  where contype = 'p' and connamespace = 'public'::regnamespace and attname = 'store_id'
  order by 1`;

/** Runs `work` as a role that may do everything but change the store of a row, and leaves no trace. */
async function asCarefulRole<T>(work: () => Promise<T>): Promise<T> {
  await client.query('begin');
  try {
    await client.query(`create role careful`);
    await client.query('grant select, insert, delete on all tables in schema public to careful');
    const updatable = await client.query<{ grant: string }>(`
      select format('grant update (%s) on %I to careful', string_agg(quote_ident(column_name), ', '), table_name) as grant
      from information_schema.columns where table_schema = 'public' and column_name <> 'store_id' group by table_name`);
    for (const { grant } of updatable.rows) await client.query(grant);
    await client.query('set local role careful');
    return await work();
  } finally {
    await client.query('rollback');
  }
}

/** What is wrong with a plan: empty when all of it stays in the store that the parameters carry. */
function findEscapes(plan: PlanNode, parameters: readonly string[]): string[] {
  const nodes = nodesOf(plan);
  // A store's first rows come with it, from the one statement that makes it.
  const makesStore = nodes.some(node => node.Operation === 'Insert' && node['Relation Name'] === 'stores');

  function isBound(condition: string): boolean {
    const [, value = ''] = /^\w+\.store_id = (\$\d+)$/.exec(condition) ?? [];
    return parameters.includes(value);
  }
  function isOwnStore(stored: string | undefined): boolean {
    const [, value = ''] = /^\(?(\$\d+)(?:\)::uuid)?$/.exec(stored ?? '') ?? [];
    // Any `x.store_id` comes from a row of this statement, which this very check has found to be of the store.
    const isOfRow = /^(?:\w+|"\*SELECT\*")\.store_id$/.test(stored ?? '');
    return parameters.includes(value) || isOfRow || (makesStore && /^store(?:_\d+)?\.id$/.test(stored ?? ''));
  }

  return nodes.flatMap(node => {
    const table = node['Relation Name'];
    if (table === undefined || !storeTables.has(table)) return [];
    const below = node.Plans ?? [];
    if (node.Operation === 'Insert') {
      const stored = below.find(child => child['Parent Relationship'] === 'Outer')?.Output?.[0];
      return isOwnStore(stored) ? [] : [`${table} may get a row of another store`];
    }
    // The rows that are changed or deleted come from a scan of the same table below.
    if (node['Node Type'] === 'ModifyTable') return [];
    const isOfStore = [node, ...below].flatMap(conditionsOf).some(isBound);
    return isOfStore ? [] : [`${table} is read without the store`];
  });
}

/** Each statement that is not as it must be, with what is wrong. */
async function check(each: readonly AnyStatement[]): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  await asCarefulRole(async () => {
    for (const statement of each) {
      const names = statement.scope === 'store' ? parameterNames(statement) : [];
      const parameters = names.flatMap((name, index) => (name === 'storeId' ? [`$${index + 1}`] : []));
      await client.query('savepoint before');
      try {
        const escapes = findEscapes(await genericPlan(client, statement), parameters);
        if (escapes.length > 0) found[statement.text] = escapes;
      } catch (error) {
        found[statement.text] = [error instanceof Error ? error.message : String(error)];
      }
      await client.query('rollback to before');
    }
  });
  return found;
}

test('every statement stays in the store that StoreDb binds, and a global one touches no table of a store', async () => {
  const byScope = Map.groupBy(statements, statement => statement.scope);
  // A guard that has read nothing has not passed.
  expect(byScope.get('store')?.length).toBeGreaterThan(40);
  expect(byScope.get('global')?.length).toBeGreaterThan(10);
  expect(await check(statements)).toEqual({});
});

describe('the check itself finds a statement', () => {
  type Id = { id: string };
  const withoutStore = (table: string) => `${table} is read without the store`;

  test.each<[string, () => AnyStatement, string]>([
    [
      'without the store',
      () => storeStatement<Id>()(p => sql`select from customers where id = ${p.id}`),
      withoutStore('customers'),
    ],
    [
      'with the store in an alternative',
      () => storeStatement<Id>()(p => sql`select from customers where store_id = ${p.storeId} or id = ${p.id}`),
      withoutStore('customers'),
    ],
    [
      'with another parameter as the store',
      () => storeStatement<Id>()(p => sql`select ${p.storeId}::uuid from customers where store_id = ${p.id}`),
      withoutStore('customers'),
    ],
    [
      'that forgets the store of one of two tables',
      () =>
        storeStatement<object>()(
          p => sql`
            select from customers join addresses on addresses.customer_id = customers.id
            where customers.store_id = ${p.storeId}`,
        ),
      withoutStore('addresses'),
    ],
    [
      'that forgets it in a subquery',
      () =>
        storeStatement<object>()(
          p => sql`
            select from customers c where c.store_id = ${p.storeId}
              and exists (select from sessions s where s.customer_id = c.id)`,
        ),
      withoutStore('sessions'),
    ],
    [
      'that deletes in every store',
      () => storeStatement<Id>()(p => sql`delete from sessions where id = ${p.id}`),
      withoutStore('sessions'),
    ],
    [
      'that inserts into another store',
      () =>
        storeStatement<Id>()(
          p => sql`
            insert into totals (store_id, resource, shard, count)
            select ${p.id}::uuid, 'customers', 1, count(*) from customers where store_id = ${p.storeId}`,
        ),
      'totals may get a row of another store',
    ],
    [
      'that moves a row to another store',
      () => storeStatement<Id>()(p => sql`update customers set store_id = ${p.id} where store_id = ${p.storeId}`),
      'permission denied for table customers',
    ],
    [
      'that moves a row to another store on conflict',
      () =>
        storeStatement<Id>()(
          p => sql`
            insert into totals (store_id, resource, shard, count) values (${p.storeId}, 'x', 1, 1)
            on conflict (store_id, resource, shard) do update set store_id = ${p.id}`,
        ),
      'permission denied for table totals',
    ],
    [
      'of a store that is called global',
      () => globalStatement<Id>()(p => sql`select from customers where store_id = ${p.id}`),
      withoutStore('customers'),
    ],
  ])('%s', async (_name, make, reason) => {
    const statement = make();
    // Tests that run after this one in the same process read the statements too.
    compiledStatements.delete(statement.text);
    expect(await check([statement])).toEqual({ [statement.text]: [reason] });
  });
});

describe('the schema', () => {
  test('has a store in every table but the global ones, first in the primary key', async () => {
    const others = await column(
      'table_name',
      `select relname as table_name from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace
       and relname not like 'schema_migrations%' order by 1`,
    );
    expect(others.filter(table => !storeTables.has(table))).toEqual([
      'application_keys',
      'signing_keys',
      'staff_sessions',
      'staff_setups',
      'staff_users',
      'stores',
    ]);
  });

  test('has the store in every unique key, foreign key and index of a table of a store', async () => {
    const without = await column(
      'name',
      `select indexrelid::regclass::text as name from pg_index join pg_attribute on attrelid = indrelid
         and attnum = indkey[0] where attname <> 'store_id' and indrelid::regclass::text = any(array['${[...storeTables].join("','")}'])
       union all
       select conname from pg_constraint where contype = 'f' and conrelid::regclass::text = any(array['${[...storeTables].join("','")}'])
         and not exists (
           select from pg_attribute child join pg_attribute parent on true
           where child.attrelid = conrelid and child.attnum = conkey[1] and child.attname = 'store_id'
             and parent.attrelid = confrelid and parent.attnum = confkey[1] and parent.attname = 'store_id')
       order by 1`,
    );
    expect(without).toEqual([]);
  });

  test('has no triggers and no keys that set null, which cannot be sharded (design.md §3)', async () => {
    expect(await column('tgname', 'select tgname from pg_trigger where not tgisinternal')).toEqual([]);
    expect(await column('conname', `select conname from pg_constraint where confdeltype in ('n', 'd')`)).toEqual([]);
  });
});
