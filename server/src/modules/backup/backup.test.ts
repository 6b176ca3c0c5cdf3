import { lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.ts';
import { fillWithRandomRows } from '../../../test/support/random-rows.ts';
import { migrations } from '../../migrations/migrations.ts';
import { loadMasterKey } from '../../platform/crypto/master-key.ts';
import { migrateToLatest, type SchemaHistory } from '../../platform/db/migrate.ts';
import { backUp, type Restored, restore } from './backup.service.ts';

// A restore makes a whole schema, which takes long on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const tables = Object.values(migrations).flatMap(step => step.creates);
const secretKey = 'the secret key of these tests, 32 bytes';

let folder: string;
/** A database with odd values in all tables, and a backup of it. */
let source: TestDatabase;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clientele-backup-'));
  source = await createTestDatabase();
  await fillWithRandomRows(source.url, tables);
  await addSigningKeys(source.url);
  await makeBackup(source.url, 'all.gz');
});
afterAll(async () => {
  await source.drop();
  await rm(folder, { recursive: true });
});

async function newDatabase(kind: 'migrated' | 'empty' = 'migrated'): Promise<string> {
  const database = await createTestDatabase(kind);
  onTestFinished(() => database.drop());
  return database.url;
}

/** With the schema of a history that ends earlier or lacks a step, and odd values in all its tables. */
async function filledDatabase(history: SchemaHistory): Promise<string> {
  const url = await newDatabase('empty');
  await migrateToLatest({ connectionString: url }, history);
  await fillWithRandomRows(
    url,
    Object.values(history).flatMap(step => step.creates),
  );
  await addSigningKeys(url);
  return url;
}

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

const indexes = (url: string) =>
  query(url, `select indexdef from pg_indexes where schemaname = 'public' order by indexname`);

/** Every row of every table, as PostgreSQL writes them. */
async function contents(url: string): Promise<Record<string, string[]>> {
  const rows = await query(
    url,
    tables.map(name => `select '${name}' as table, t::text as row from ${name} t`).join(' union all '),
  );
  const found = Map.groupBy(rows, row => String(row.table));
  return Object.fromEntries(
    tables.map(name => [name, (found.get(name) ?? []).map(({ row }) => String(row)).toSorted()]),
  );
}

const makeBackup = (url: string, file: string, history: SchemaHistory = migrations) =>
  backUp({
    connection: { connectionString: url },
    history,
    version: '0.0.0',
    file: join(folder, file),
    onProgress: () => {},
  });

function restoreInto(
  url: string,
  file: string,
  options: { replaces?: boolean; history?: SchemaHistory; key?: string } = {},
): Promise<Restored> {
  return restore({
    connection: { connectionString: url },
    history: options.history ?? migrations,
    masterKey: loadMasterKey({ dataDir: folder, secretKey: options.key ?? secretKey }),
    file: join(folder, file),
    size: 1,
    replaces: options.replaces ?? false,
    onProgress: () => {},
  });
}

/** Signing keys as a server with the secret key makes them: random bytes would be taken for those of another. */
async function addSigningKeys(url: string): Promise<void> {
  const sealed = loadMasterKey({ dataDir: folder, secretKey }).seal(Buffer.alloc(32, 7));
  await query(
    url,
    `update signing_keys set purpose = 'access', sealed_secret = decode('${sealed.toString('hex')}', 'hex')`,
  );
}

describe('what is in a backup', () => {
  test('every table of the database but the list of migrations is, and there are no sequences, which are not', async () => {
    const url = await newDatabase();
    const relations = await query(
      url,
      `select relname as name, relkind as kind from pg_class join pg_namespace n on n.oid = relnamespace
       where nspname !~ '^(pg_|information_schema$)' and relkind in ('r', 'p', 'S') and not relispartition`,
    );
    const found = relations.map(({ name }) => String(name)).toSorted();
    expect(found).toEqual([...tables, 'schema_migrations', 'schema_migrations_lock'].toSorted());
    expect(Object.keys(await makeBackup(url, 'empty.gz'))).toEqual(tables);
  });

  test('restoring a backup of odd values of all kinds gives the same rows in every table', async () => {
    const target = await newDatabase('empty');
    const before = await contents(source.url);
    const counts = Object.fromEntries(Object.entries(before).map(([table, rows]) => [table, rows.length]));
    expect(Object.values(counts)).not.toContain(0);
    expect(await makeBackup(source.url, 'odd.gz')).toEqual(counts);
    expect(await restoreInto(target, 'odd.gz')).toEqual({ rows: counts, foreignKeys: 0 });
    expect(await contents(target)).toEqual(before);
    expect(await contents(source.url)).toEqual(before);
  });

  test('the restored database has the schema of a fresh one', async () => {
    const target = await newDatabase('empty');
    await restoreInto(target, 'all.gz');
    const schema = `
      select c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid)
      from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
      left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
      where c.relnamespace = 'public'::regnamespace order by c.relname, a.attnum`;
    const constraints = `select conname, pg_get_constraintdef(oid) from pg_constraint
      where connamespace = 'public'::regnamespace order by conname`;
    const fresh = await newDatabase();
    expect(await query(target, schema)).toEqual(await query(fresh, schema));
    expect(await query(target, constraints)).toEqual(await query(fresh, constraints));
  });

  test('the file is text under gzip, only for its owner, and no draft of it is left', async () => {
    await makeBackup(await newDatabase(), 'text.gz');
    const text = gunzipSync(await readFile(join(folder, 'text.gz'))).toString();
    const [first, ...others] = text.split('\n');
    expect(JSON.parse(first ?? '')).toEqual({
      format: 'clientele-backup',
      version: 1,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      made_by: expect.stringMatching(/^Clientele 0\.0\.0 on PostgreSQL \d+/),
      migrations: Object.keys(migrations),
      tables: tables.map(name => ({ name, columns: expect.arrayContaining([expect.any(String)]) })),
    });
    expect(others).toEqual([
      ...tables.map(() => '\\.'),
      expect.stringMatching(/^\{"rows":\{"stores":0,.*\},"sha256":"[0-9a-f]{64}"\}$/),
      '',
    ]);
    expect(((await stat(join(folder, 'text.gz'))).mode & 0o777).toString(8)).toBe('600');
    expect((await readdir(folder)).filter(name => name.includes('partial'))).toEqual([]);
  });

  test('a link is followed, also to a file that is not there yet, and what is no file is refused', async () => {
    await mkdir(join(folder, 'disk'));
    await symlink('disk/real.gz', join(folder, 'link.gz'));
    for (const _ of ['new', 'replaced']) {
      await makeBackup(source.url, 'link.gz');
      expect((await lstat(join(folder, 'link.gz'))).isSymbolicLink()).toBe(true);
      expect(await readdir(join(folder, 'disk'))).toEqual(['real.gz']);
    }
    const socket = join(folder, 'socket');
    const server = createServer();
    await new Promise<void>(resolve => server.listen(socket, resolve));
    onTestFinished(() => void server.close());
    await expect(makeBackup(source.url, 'socket')).rejects.toThrow(
      `${socket} exists and is no regular file: name another, or - for standard output`,
    );
    expect((await lstat(socket)).isSocket()).toBe(true);
  });

  test('a backup that fails leaves the one before under its name, and no draft', async () => {
    const url = await newDatabase();
    await makeBackup(url, 'kept.gz');
    const before = await readFile(join(folder, 'kept.gz'));
    await query(url, 'alter table job_file_parts rename to elsewhere');
    await expect(makeBackup(url, 'kept.gz')).rejects.toThrow(
      'A table of the schema is missing: relation "job_file_parts" does not exist',
    );
    expect(await readFile(join(folder, 'kept.gz'))).toEqual(before);
    expect((await readdir(folder)).filter(name => name.includes('partial'))).toEqual([]);
  });
});

describe('what is refused, with nothing changed', () => {
  async function expectRefusal(file: string, message: RegExp | string, replaces = true): Promise<void> {
    const before = await contents(source.url);
    await expect(restoreInto(source.url, file, { replaces })).rejects.toThrow(message);
    expect(await contents(source.url)).toEqual(before);
  }

  test('a database that has a store', () =>
    expectRefusal('all.gz', /^The database has a store already \(".*--force replaces everything in it$/s, false));

  test.each([0.1, 0.5, 0.9, 0.999])('a file of which only the first part (%d) is there', async part => {
    const file = join(folder, 'short.gz');
    await writeFile(file, await readFile(join(folder, 'all.gz')));
    await truncate(file, Math.floor((await stat(file)).size * part));
    await expectRefusal('short.gz', /^The backup is damaged or cut off/);
  });

  test.each([0.2, 0.5, 0.8])('a file with a changed byte (at %d)', async part => {
    const bytes = await readFile(join(folder, 'all.gz'));
    const at = Math.floor(bytes.length * part);
    bytes.writeUInt8(bytes.readUInt8(at) ^ 0x10, at);
    await writeFile(join(folder, 'changed.gz'), bytes);
    await expectRefusal('changed.gz', /^The backup is damaged or cut off/);
  });

  const withText = async (change: (text: string) => string) =>
    writeFile(
      join(folder, 'edited.gz'),
      gzipSync(change(gunzipSync(await readFile(join(folder, 'all.gz'))).toString())),
    );

  test.each<[string, (text: string) => string]>([
    ['a value', text => text.replace(/\taccess|\tUSD|\tt\t/, value => `${value.slice(0, -1)}f`)],
    ['a row too few', text => text.replace(/\n[^\n{]+\n/, '\n')],
    ['no last line', text => text.slice(0, text.lastIndexOf('\n{'))],
    ['half a last line', text => text.slice(0, -20)],
    ['something behind the last line', text => `${text}more\n`],
    ['a table of another name', text => text.replace('"name":"jobs"', '"name":"pg_authid"')],
    ['a column that is not there', text => text.replace('"purpose"', '"purposes"')],
    ['migrations in another order', text => text.replace('"0001-core","0002-catalog"', '"0002-catalog","0001-core"')],
  ])('a file that was unpacked and packed again with %s', async (_, change) => {
    await withText(change);
    await expectRefusal('edited.gz', /^The backup is damaged or cut off/);
  });

  test.each<[string, Buffer | string]>([
    ['empty', ''],
    ['text', 'id,name\n1,Ada\n'],
    ['another compressed file', gzipSync('id,name\n1,Ada\n')],
    ['a compressed file of zeros', gzipSync(Buffer.alloc(5_000_000))],
    ['a backup of a later format', gzipSync('{"format":"clientele-backup","version":2}\n')],
  ])('a file that is %s', async (_, content) => {
    await writeFile(join(folder, 'wrong.gz'), content);
    await expectRefusal('wrong.gz', /^(The backup is damaged or cut off|This is not a backup that this version)/);
  });

  test('a file that is not there', () => expectRefusal('nowhere.gz', 'ENOENT'));

  test('a row that breaks a rule of its table, though checksum and count are right', async () => {
    const broken = await newDatabase('empty');
    await restoreInto(broken, 'all.gz');
    await query(broken, 'alter table addresses drop constraint addresses_customer_fkey');
    await query(broken, 'delete from customers');
    await makeBackup(broken, 'orphans.gz');
    await expectRefusal('orphans.gz', /addresses_customer_fkey/);
  });
});

describe('other versions', () => {
  const first: SchemaHistory = Object.fromEntries(Object.entries(migrations).slice(0, 1));
  const later: SchemaHistory = {
    ...migrations,
    '9999-later': {
      creates: ['memos'],
      up: async db => {
        const { sql } = await import('kysely');
        await sql`create table memos (id uuid primary key, note text not null);
          insert into memos select id, name from stores`.execute(db);
      },
    },
  };

  test('a backup of an older schema is restored and brought to the newest, as it would have been in place', async () => {
    const old = await filledDatabase(first);
    await makeBackup(old, 'old.gz');
    await migrateToLatest({ connectionString: old }, migrations);

    const target = await newDatabase('empty');
    await restoreInto(target, 'old.gz');
    expect(await contents(target)).toEqual(await contents(old));
    expect(await query(target, 'select name from schema_migrations order by name')).toEqual(
      Object.keys(migrations).map(name => ({ name })),
    );
    expect((await query(target, 'select from currencies')).length).toBe(12);
  });

  test('a backup of a schema that lacks a step in between is restored, and gets that step', async () => {
    // As main was on 28 November 2026: the step 0029 came after 0031 and 0032.
    const without: SchemaHistory = Object.fromEntries(
      Object.entries(migrations).filter(([name]) => name < '0033' && name !== '0029-customer-list'),
    );
    const old = await filledDatabase(without);
    await makeBackup(old, 'without.gz');
    const target = await newDatabase('empty');
    await restoreInto(target, 'without.gz');
    await migrateToLatest({ connectionString: old }, migrations);
    // The steps since then have written when they ran.
    const ofBoth = await Promise.all([target, old].map(contents));
    const [restored, inPlace] = ofBoth.map(({ customer_search_sweeps: _, ...others }) => others);
    expect(restored).toEqual(inPlace);
    expect(await indexes(target)).toEqual(await indexes(old));
  });

  test('a backup of a newer schema is refused, and so is backing up a database with one', async () => {
    const newer = await newDatabase('empty');
    await migrateToLatest({ connectionString: newer }, later);
    await makeBackup(newer, 'newer.gz', later);
    const target = await newDatabase();
    await expect(restoreInto(target, 'newer.gz')).rejects.toThrow(
      'The backup has a newer schema (9999-later) than this version; nothing was changed',
    );
    await expect(makeBackup(newer, 'unknown.gz')).rejects.toThrow(
      'The database has a newer schema (9999-later): back it up with the version it belongs to',
    );
    await makeBackup(target, 'today.gz');
    await expect(restoreInto(newer, 'today.gz', { replaces: true })).rejects.toThrow(
      'The database has a newer schema (9999-later) than this version',
    );
  });

  test('a database without a schema has nothing to back up', async () => {
    await expect(makeBackup(await newDatabase('empty'), 'nothing.gz')).rejects.toThrow(
      'The database is empty: there is nothing to back up',
    );
  });
});

test('signing keys sealed with another secret key are left out and counted', async () => {
  const target = await newDatabase();
  const { rows, foreignKeys } = await restoreInto(target, 'all.gz', {
    key: 'another secret key, of 32 bytes or more',
  });
  expect({ foreignKeys, left: await query(target, 'select from signing_keys') }).toEqual({
    foreignKeys: rows.signing_keys,
    left: [],
  });
});
