import { faker } from '@faker-js/faker/locale/en';
import pg from 'pg';

interface Column {
  readonly name: string;
  readonly type: string;
  readonly is_nullable: boolean;
  /** The values that a check constraint of this column alone allows, when it lists them. */
  readonly allowed: string[] | null;
}

interface ForeignKey {
  readonly columns: string[];
  readonly parent: string;
  readonly parent_columns: string[];
}

/** What has a meaning in COPY, in SQL, in JSON or in arrays, and letters of several kinds. */
const oddTexts = [
  ...[
    '',
    ' ',
    '\\',
    '\\.',
    '\\N',
    '\\n',
    '\n',
    '\n\\.\n',
    '\r\n',
    '\t',
    'a\tb',
    '"',
    "O'Brien",
    '{}',
    '{"a","b"}',
    ',',
  ],
  ...['\u0001\u007f', 'ÖZ', '山田太郎', 'Иван', '😀', 'e\u0301', '\ufeff', 'NULL', '$1', '%', 'x'.repeat(2000)],
];

const storeIds = ['a', 'b', 'c'].map(digit => `${digit.repeat(8)}-0000-7000-8000-000000000000`);

/**
 * Puts rows of random values into every table, keeping to its keys and checks whatever they are: what a table refuses
 * is tried again with other values.
 */
export async function fillWithRandomRows(url: string, tables: readonly string[], rowsPerTable = 12): Promise<void> {
  faker.seed(20_261);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    // Every row is a commit, because some are refused.
    await client.query('set synchronous_commit = off');
    for (const table of tables) {
      const columns = await columnsOf(client, table);
      const keys = await foreignKeysOf(client, table);
      const rows = (await hasOneRowPerStore(client, table)) ? storeIds.length : rowsPerTable;
      for (let row = 0; row < rows; row += 1) await insertRow(client, table, columns, keys);
    }
  } finally {
    await client.end();
  }
}

async function insertRow(
  client: pg.Client,
  table: string,
  columns: readonly Column[],
  keys: readonly ForeignKey[],
): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    const values: Record<string, unknown> = {};
    for (const key of keys) await takeParent(client, key, values);
    for (const column of columns) if (!(column.name in values)) values[column.name] = randomValue(column);
    const names = Object.keys(values);
    const slots = names.map((_, index) => `$${index + 1}`);
    const text = `insert into ${table} (${names.join(', ')}) values (${slots.join(', ')}) on conflict do nothing`;
    try {
      if ((await client.query(text, Object.values(values))).rowCount === 1) return;
    } catch (error) {
      // A check constraint; any other refusal is a fault of this file.
      if ((error as { code?: string }).code !== '23514') throw error;
    }
  }
  throw new Error(`no random row suits the table ${table}`);
}

async function columnsOf(client: pg.Client, table: string): Promise<Column[]> {
  const { rows } = await client.query<Column>(
    `select attname as name, format_type(atttypid, null) as type, not attnotnull as is_nullable,
       (select regexp_split_to_array(trim(both from substring(pg_get_constraintdef(oid) from 'ARRAY\\[(.*)\\]')), ', ')
        from pg_constraint where conrelid = attrelid and contype = 'c' and conkey = array[attnum]
          and pg_get_constraintdef(oid) like '%ARRAY[%' limit 1) as allowed
     from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
    [table],
  );
  return rows.map(row => ({ ...row, allowed: row.allowed?.map(text => text.split("'")[1] ?? '') ?? null }));
}

async function hasOneRowPerStore(client: pg.Client, table: string): Promise<boolean> {
  const { rows } = await client.query(
    `select from pg_index join pg_attribute on attrelid = indrelid and attnum = indkey[0]
     where indrelid = $1::regclass and indisprimary and indnatts = 1 and attname = 'store_id'`,
    [table],
  );
  return rows.length > 0;
}

async function foreignKeysOf(client: pg.Client, table: string): Promise<ForeignKey[]> {
  const { rows } = await client.query<ForeignKey>(
    `select confrelid::regclass::text as parent,
       array(select attname::text from unnest(conkey) with ordinality k (n, i)
         join pg_attribute on attrelid = conrelid and attnum = n order by i) as columns,
       array(select attname::text from unnest(confkey) with ordinality k (n, i)
         join pg_attribute on attrelid = confrelid and attnum = n order by i) as parent_columns
     from pg_constraint where contype = 'f' and conrelid = $1::regclass`,
    [table],
  );
  return rows;
}

/** Chooses a row that the key can refer to, and that agrees with what earlier keys have chosen. */
async function takeParent(client: pg.Client, key: ForeignKey, values: Record<string, unknown>): Promise<void> {
  const pairs = key.columns.map((column, index) => ({ column, parent: key.parent_columns[index] ?? '' }));
  const fixed = pairs.filter(({ column }) => column in values);
  const where = fixed.map(({ parent }, index) => `${parent} = $${index + 1}`).join(' and ') || 'true';
  const { rows } = await client.query(
    `select ${key.parent_columns.join(', ')} from ${key.parent} where ${where} order by random() limit 1`,
    fixed.map(({ column }) => values[column]),
  );
  for (const { column, parent } of pairs) values[column] = rows[0]?.[parent];
}

function randomValue({ name, type, is_nullable, allowed }: Column): unknown {
  // Few stores, so that rows of several tables can belong together.
  if (name === 'store_id') return faker.helpers.arrayElement(storeIds);
  if (is_nullable && faker.datatype.boolean(0.4)) return null;
  if (allowed !== null) return faker.helpers.arrayElement(allowed);
  const text = () => faker.helpers.arrayElement([...oddTexts, faker.person.fullName(), faker.lorem.paragraph()]);
  const make: Record<string, () => unknown> = {
    uuid: () => faker.string.uuid(),
    text,
    'uuid[]': () => faker.helpers.multiple(() => faker.string.uuid()),
    bytea: () => Buffer.from([0, 9, 10, 13, 92, 46, 10, 255, ...faker.helpers.multiple(() => faker.number.int(255))]),
    boolean: () => faker.datatype.boolean(),
    smallint: () => faker.number.int(9),
    integer: () => faker.number.int({ min: -2_147_483_648, max: 2_147_483_647 }),
    bigint: () => faker.helpers.arrayElement(['0', '1', '2', '3', '9007199254740993', '4611686018427387903']),
    'double precision': () => faker.helpers.arrayElement([0.1 + 0.2, -1e-300, 5e-324, 'NaN', 'Infinity', -0]),
    jsonb: () => JSON.stringify({ [text()]: [text(), null, 1.5, { deep: text() }] }),
    'timestamp with time zone': () => `${faker.date.past().toISOString().slice(0, -1)}${faker.number.int(999)}Z`,
  };
  const [, element] = /^(.*)\[\]$/.exec(type) ?? [];
  if (element !== undefined) {
    const each = { name, type: element, is_nullable: false, allowed: null };
    return [randomValue(each), null, randomValue(each)];
  }
  const choose = make[type];
  if (choose === undefined) throw new Error(`there are no random values of the type ${type} yet`);
  return choose();
}
