import type pg from 'pg';
import { seedPoints, seedTiers } from './seed/rows.ts';
import { seedFields } from './seed/seed.ts';

/** A seeded store, to make requests for. */
export interface LargeStore {
  readonly customers: number;
  readonly database: pg.Pool;
  /** The answer of the server to an admin. */
  get(path: string): Promise<{ readonly links: { readonly next: string } }>;
  /** Sends a change as an admin, and answers the id of what was changed. Throws for a refusal. */
  send(method: 'POST' | 'DELETE', path: string, data?: object): Promise<string>;
}

/** A kind of request whose cost may grow with the store. */
export interface LargeScenario {
  readonly name: string;
  /** What is asked for again and again; or the milliseconds that changes took, which are made one after the other. */
  readonly measured:
    | { paths(store: LargeStore): Promise<readonly string[]> }
    | { times(store: LargeStore): Promise<readonly number[]> };
}

const samples = 100;
const limit = 25;
const listOf = (query: string) => `/v2/customers?${query}&page[limit]=${limit}`;
const search = (text: string) => listOf(`search=${encodeURIComponent(text)}`);

interface Sample {
  readonly name: string;
  readonly email: string;
  readonly postcode: string;
  readonly phone: string;
  readonly order_number: string;
}

/** Customers from all over the store, always the same ones. */
async function sample({ database }: LargeStore, withOrder = false): Promise<Sample[]> {
  const { rows } = await database.query<Sample>(
    `select customers.name, email, postcode, phone_number as phone, coalesce(order_number, '') as order_number
     from customers join addresses on addresses.store_id = customers.store_id and customer_id = customers.id
     left join orders on orders.store_id = customers.store_id and orders.customer_id = customers.id
     where orders.id is not null or not $2
     order by md5(customers.id::text) limit $1`,
    [samples, withOrder],
  );
  return rows;
}

const searches = (name: string, textOf: (row: Sample) => string, withOrder = false): LargeScenario => ({
  name: `search: ${name}`,
  measured: { paths: async store => (await sample(store, withOrder)).map(row => search(textOf(row))) },
});

const fixed = (name: string, paths: readonly string[]): LargeScenario => ({
  name,
  measured: { paths: async () => paths },
});

/** Fields of customers that are added and deleted, so many times; `timed` is the part that counts. */
const changesOfFields = (name: string, timed: 'POST' | 'DELETE'): LargeScenario => ({
  name,
  measured: {
    times: async ({ database, send }) => {
      const { rows } = await database.query(`select id from flows where slug = 'customers'`);
      const times: number[] = [];
      const time = async (...request: Parameters<typeof send>) => {
        const started = performance.now();
        const id = await send(...request);
        if (request[0] === timed) times.push(performance.now() - started);
        return id;
      };
      for (let round = 0; round < 20; round += 1) {
        const field = { type: 'field', name: 'Tier', slug: `tier_${round}`, field_type: 'string', default: 'silver' };
        const relationships = { flow: { data: { type: 'flow', id: rows[0].id } } };
        const data = { ...field, description: '', required: false, enabled: true, relationships };
        await time('DELETE', `/v2/fields/${await time('POST', '/v2/fields', data)}`);
      }
      return times;
    },
  },
});

const lastName = ({ name }: Sample) => name.split(' ').at(-1) ?? name;
const depths = [0.2, 0.4, 0.6, 0.8, 0.99];
const deepOffset = (store: LargeStore, depth: number) => Math.floor((store.customers * depth) / limit) * limit;

/** A cursor for another place in the same order: the listing would have to count its way there. */
function cursorAt(cursor: string, { id, key }: { readonly id: string; readonly key: string }): string {
  const [digest] = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  return Buffer.from(JSON.stringify([digest, id, key])).toString('base64url');
}

/** Pages after a place deep in an order. `places`: SQL that gives all places of it as `id` and `key`. */
const deepByCursor = (name: string, query: string, places: string): LargeScenario => ({
  name,
  measured: {
    paths: async store => {
      const { links } = await store.get(listOf(query));
      const next = links.next.slice(new URL(links.next).origin.length);
      const [, cursor = ''] = /page\[cursor\]=([^&]+)/.exec(next) ?? [];
      const pages: string[] = [];
      for (const depth of depths) {
        const { rows } = await store.database.query(`${places} offset $1 limit 1`, [deepOffset(store, depth)]);
        pages.push(next.replace(cursor, cursorAt(cursor, rows[0])));
      }
      return pages;
    },
  },
});

/** In the order of the table. */
export const largeScenarios: readonly LargeScenario[] = [
  fixed('first page', [listOf('')]),
  {
    name: 'deep page by offset',
    measured: {
      paths: async store => depths.map(depth => `${listOf('')}&page[offset]=${deepOffset(store, depth)}`),
    },
  },
  deepByCursor(
    'deep page by cursor',
    '',
    `select id, (extract(epoch from created_at) * 1000000)::bigint::text as key from customers order by created_at desc, id`,
  ),
  deepByCursor(
    'deep page by cursor, in the order of names',
    'sort=-name',
    'select id, name_key as key from customers order by name_key desc, id',
  ),
  fixed('number of orders: sort, first page', [listOf('sort=order_count'), listOf('sort=-order_count')]),
  deepByCursor(
    'number of orders: sort, deep page by cursor',
    'sort=-order_count',
    'select customer_id as id, order_count::text as key from order_counts order by order_count desc, customer_id desc',
  ),
  {
    name: 'e-mail: eq',
    measured: {
      paths: async store => (await sample(store)).map(({ email }) => listOf(`filter=eq(email,${email})`)),
    },
  },
  {
    name: 'field: eq, a hundred customers',
    measured: {
      paths: async ({ customers }) =>
        Array.from({ length: samples }, (_, index) =>
          listOf(
            `filter=${encodeURIComponent(`eq(${seedFields.code},Code ${(index * 31) % Math.ceil(customers / 100)})`)}`,
          ),
        ),
    },
  },
  {
    name: 'field: range, a hundred customers',
    measured: {
      paths: async ({ customers }) => {
        const width = Math.ceil((seedPoints * 100) / customers);
        return Array.from({ length: samples }, (_, index) => {
          const from = (index * 9973) % (seedPoints - width);
          const { points } = seedFields;
          return listOf(`filter=ge(${points},${from}):lt(${points},${from + width})`);
        });
      },
    },
  },
  fixed(
    'field: eq, a tenth to six tenths of all',
    seedTiers.map(tier => listOf(`filter=eq(${seedFields.tier},${tier})`)),
  ),
  fixed(
    'field: range, a tenth to all',
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map(tenth =>
      listOf(`filter=ge(${seedFields.points},${Math.floor((seedPoints * tenth) / 10)})`),
    ),
  ),
  fixed(
    'field: range, of any width',
    Array.from({ length: samples }, (_, index) => {
      const bounds = [0.137, 0.291].map(step => Math.floor(seedPoints * ((index * step) % 1)));
      const { points } = seedFields;
      return listOf(`filter=ge(${points},${Math.min(...bounds)}):lt(${points},${Math.max(...bounds)})`);
    }),
  ),
  fixed('field: sort, first page', [listOf(`sort=${seedFields.points}`), listOf(`sort=-${seedFields.points}`)]),
  deepByCursor(
    'field: sort, deep page by cursor',
    `sort=${seedFields.points}`,
    `select entity_id as id, number_value::text as key from custom_index where number_value is not null
     order by number_value, entity_id`,
  ),
  changesOfFields('field: add one to all customers', 'POST'),
  changesOfFields('field: delete one of all customers', 'DELETE'),
  searches('a last name', lastName),
  searches('a part of an e-mail', ({ email }) => email.slice(3, 12)),
  searches('a whole e-mail', ({ email }) => email),
  searches('seven digits of a phone', ({ phone }) => phone.slice(-7)),
  searches('first name and postcode', ({ name, postcode }) => `${postcode} ${name.split(' ')[0]}`),
  searches('an order number', row => row.order_number, true),
  searches('two letters', ({ name }) => name.slice(0, 2)),
  searches('first names, many of them common', ({ name }) => name.split(' ')[0] ?? name),
  fixed('search: words that a tenth to all have', ['mail', 'example', 'str', 'post example', 'mar', 'a'].map(search)),
  fixed('search: what nobody has', ['zzyzx', 'qqqq wwww', 'xx yy', '00000000001'].map(search)),
];
