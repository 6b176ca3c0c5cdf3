import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createKey } from '../src/modules/access/keys.service.ts';
import { createStore } from '../src/modules/stores/stores.service.ts';
import { openDatabase } from '../src/platform/db/database.ts';
import { createTestDatabase, type TestDatabase } from './support/database.ts';
import {
  askForToken,
  bin,
  callerOf,
  cleanUp,
  clientele,
  newFolder,
  oldNode,
  root,
  run,
  type ServerProcess,
  startServer,
} from './support/processes.ts';
import { dashboardHeaders, tokenOf } from './support/staff.ts';

const unknownId = '01900000-0000-7000-8000-000000000000';

/** A store that is there before the commands run, beside another one. */
let store: { id: string; clientId: string };
let database: TestDatabase;
let empty: TestDatabase;
let env: Record<string, string>;
beforeAll(async () => {
  [database, empty] = await Promise.all([createTestDatabase(), createTestDatabase('empty')]);
  env = { DATABASE_URL: database.url, CLIENTELE_DATA_DIR: await newFolder() };
  const opened = openDatabase({
    connection: { connectionString: database.url },
    poolSize: 1,
    preparedStatements: false,
    onError: () => undefined,
  });
  await createStore(opened, 'Another');
  const { id } = await createStore(opened, 'Shop');
  const { key } = await createKey(opened, { storeId: id, name: 'First key' });
  store = { id, clientId: key.client_id };
  await opened.close();
});
afterAll(async () => {
  await cleanUp();
  await Promise.all([database.drop(), empty.drop()]);
});

/** Runs a command that must succeed, and reads the JSON that it prints. */
async function json(args: readonly string[], settings = env) {
  const { code, stdout, stderr } = await clientele([...args, '--json'], settings);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

const uuid = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/);
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const generated = expect.stringMatching(/^([0-9a-f]{40}|[0-9a-f]{64})$/);

// Many processes take long on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

describe.concurrent('usage', () => {
  test.for(
    [
      [],
      ['serve'],
      ['migrate'],
      ['store'],
      ['store', 'create'],
      ['store', 'list'],
      ['store', 'update'],
      ['key'],
      ['key', 'create'],
      ['key', 'list'],
      ['key', 'revoke'],
      ['staff'],
      ['staff', 'list'],
      ['staff', 'link'],
      ['backup'],
      ['restore'],
    ].map(command => [command.join(' '), command] as const),
  )('clientele %s --help tells the usage and exits 0, without a database', async ([, command], { expect }) => {
    const { code, stdout, stderr } = await clientele([...command, '--help'], {
      DATABASE_URL: 'postgres://nowhere.invalid',
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^Usage: ${['clientele', ...command].join(' ')} .*\\n\\n\\S`));
  });

  test.for<[string, string[], string]>([
    ['no command', [], 'Usage: clientele [options] [command]'],
    ['an unknown command', ['stores'], "error: unknown command 'stores'"],
    ['an unknown command of a group', ['store', 'remove'], "error: unknown command 'remove'"],
    ['an unknown option', ['store', 'list', '--jsno'], "error: unknown option '--jsno'"],
    [
      'an argument too many',
      ['store', 'list', 'all'],
      "error: too many arguments for 'list'. Expected 0 arguments but got 1",
    ],
    ['a missing argument', ['backup'], "error: missing required argument 'file'"],
    ['a missing option', ['store', 'create'], "error: required option '--name <name>' not specified"],
    [
      'an empty name',
      ['store', 'create', '--name', ' '],
      "'--name <name>' argument ' ' is invalid. Allowed are 1 to 255",
    ],
    ['a wrong number', ['store', 'update', 'x', '--page-length', '101'], 'Allowed is an integer from 1 to 100.'],
    ['a wrong choice', ['store', 'update', 'x', '--sign-up', 'yes'], 'Allowed choices are on, off.'],
    [
      'wrong fields',
      ['store', 'update', 'x', '--address-mandatory-fields', 'city,moon'],
      'Allowed are: default, or some of',
    ],
    ['a wrong setting', ['store', 'list'], 'clientele: PORT="x" is not valid: allowed is a port from 0 to 65535'],
  ])('%s exits 2 with what is wrong on the standard error output', async ([, args, message], { expect }) => {
    const { code, stdout, stderr } = await clientele(args, { PORT: 'x' });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  test('a database or a certificate that is not there exits 1 with one line', async ({ expect }) => {
    const refused = { ...env, DATABASE_URL: `${database.url.replace(/\/clientele_test_\w+/, '/no_such_database')}` };
    expect(await clientele(['store', 'list'], refused)).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'clientele: DATABASE_URL: database "no_such_database" does not exist\n',
    });
    const uncertain = { ...env, DATABASE_URL: `${database.url}?sslmode=verify-full&sslrootcert=/no/such.crt` };
    expect(await clientele(['store', 'list'], uncertain)).toMatchObject({
      code: 1,
      stderr: "clientele: DATABASE_URL: ENOENT: no such file or directory, open '/no/such.crt'\n",
    });
  });
});

test('a name with a line break keeps its line of a table, and is told to programs as it is', async () => {
  const name = 'Two\nlines';
  expect((await clientele(['store', 'create', '--name', name], env)).stdout).toMatch(/^name +Two lines$/m);
  expect((await clientele(['store', 'list'], env)).stdout).toMatch(/ Two lines /);
  expect(JSON.parse((await clientele(['store', 'list', '--json'], env)).stdout)).toContainEqual(
    expect.objectContaining({ name }),
  );
});

test('a folder is no backup', async () => {
  const folder = await newFolder();
  expect(await clientele(['restore', folder], env)).toMatchObject({
    code: 1,
    stderr: `clientele: ${folder} is a folder, not a backup\n`,
  });
});

describe.concurrent('a standard output that takes nothing', () => {
  test('because its reader has gone is no fault', async ({ expect }) => {
    const command = `exec 3>&1; { "$0" "$1" key list; echo "code $?" >&3; } | true`;
    expect(await run('sh', ['-c', command, process.execPath, bin], env)).toMatchObject({
      stdout: 'code 0\n',
      stderr: '',
    });
  });

  test('because its disk is full exits 1 with one line', async ({ expect }) => {
    const command = '"$0" "$1" key list > /dev/full';
    expect(await run('sh', ['-c', command, process.execPath, bin], env)).toMatchObject({
      code: 1,
      stderr: 'clientele: ENOSPC: no space left on device, write\n',
    });
  });
});

describe.concurrent('stores and keys', () => {
  test('a store is made with a first key, listed, and changed setting by setting', async ({ expect }) => {
    const made = await json(['store', 'create', '--name', ' Käse & Brot ']);
    expect(made).toEqual({
      id: uuid,
      name: 'Käse & Brot',
      created_at: time,
      client_id: generated,
      client_secret: generated,
    });
    const options = ['--page-length', '25', '--sign-up', 'off', '--address-mandatory-fields', 'city, country'];
    const changed = await json(['store', 'update', made.id.toUpperCase(), ...options]);
    const { id, name, created_at } = made;
    expect(changed).toMatchObject({
      ...{ id, name, created_at },
      page_length: 25,
      is_sign_up_open: false,
      address_mandatory_fields: ['city', 'country'],
    });
    expect(await json(['store', 'list'])).toContainEqual(changed);

    const back = ['--name', 'New', '--address-mandatory-fields', 'default'];
    const { stdout: told } = await clientele(['store', 'update', id, ...back], env);
    expect(told).toMatch(/^name +New$/m);
    expect(told).toMatch(/^page_length +25$/m);
    const { stdout: table } = await clientele(['store', 'list'], env);
    expect(table).toMatch(/^id {36}name +created_at\n/);
    expect(table).toMatch(new RegExp(`^${id}  New +${created_at}$`, 'm'));
  });

  test('a key is made, listed without its secret, and revoked once', async ({ expect }) => {
    const key = await json(['key', 'create', '--store', store.id, '--name', 'Back office']);
    expect(key).toEqual({
      id: uuid,
      store_id: store.id,
      name: 'Back office',
      created_at: time,
      client_id: generated,
      client_secret: generated,
    });
    const { client_secret: _, ...rest } = key;
    const revoked = await json(['key', 'revoke', key.client_id]);
    expect(revoked).toEqual({ ...rest, revoked_at: time });
    expect(await json(['key', 'list', '--store', store.id])).toEqual([
      { id: uuid, store_id: store.id, name: 'First key', client_id: generated, created_at: time, revoked_at: null },
      revoked,
    ]);
    expect(await clientele(['key', 'revoke', key.id], env)).toMatchObject({
      code: 1,
      stderr: `clientele: there is no key ${key.id} in force\n`,
    });
  });

  test.for<[string[], string]>([
    [['store', 'update', 'x', '--page-length', '5'], 'there is no store x'],
    [['key', 'create', '--store', unknownId], `there is no store ${unknownId}`],
    [['key', 'create'], 'there are several stores: name one with --store (see clientele store list)'],
    [['key', 'list', '--store', 'x'], 'there is no store x'],
    [['key', 'revoke', 'x'], 'there is no key x in force'],
  ])('%j, about what is not there, exits 1 with one line', async ([args, message], { expect }) => {
    const ended = { code: 1, signal: null, stdout: '', stderr: `clientele: ${message}\n` };
    expect(await clientele(args, env)).toEqual(ended);
  });

  test('an empty database has nothing to back up, is migrated without a store, and then can have no key', async ({
    expect,
  }) => {
    const settings = { ...env, DATABASE_URL: empty.url };
    const end = (code: number, stdout: string, stderr: string) => ({ code, signal: null, stdout, stderr });
    expect(await clientele(['backup', '-'], settings)).toEqual(
      end(1, '', 'clientele: The database is empty: there is nothing to back up\n'),
    );
    expect(await clientele(['migrate'], settings)).toEqual(end(0, 'The database has the newest schema.\n', ''));
    expect(await clientele(['key', 'create'], settings)).toEqual(end(1, '', 'clientele: there is no store yet\n'));
  });
});

describe('beside a running server', () => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await startServer(env);
  });

  test('a key made by the command line works at once, and is refused at once when it is revoked', async () => {
    const key = await json(['key', 'create', '--store', store.id]);
    const form = { grant_type: 'client_credentials', client_id: key.client_id, client_secret: key.client_secret };
    const token = await askForToken(server.url, form);
    expect(token.status).toBe(200);
    const admin = callerOf(server.url, { authorization: `Bearer ${token.body.access_token}` });
    expect((await admin.get('/v2/customers')).status).toBe(200);
    await json(['key', 'revoke', key.id]);
    const statuses = [(await admin.get('/v2/customers')).status, (await askForToken(server.url, form)).status];
    expect(statuses).toEqual([401, 401]);
  });

  test('the owner signs up by the link that the start prints, and gets in again by one of the command line', async () => {
    const page = callerOf(server.url, dashboardHeaders);
    const setUp = (link: string, data: object) =>
      page.post('/staff/setup', { data: { token: tokenOf(link), ...data } });
    const signIn = (password: string) =>
      page.post('/staff/sessions', { data: { email: 'grace@example.com', password } }).then(answer => answer.status);
    const [printed = ''] = server.greeting.match(/http\S+\/setup#\S+/) ?? [];
    const owner = { name: 'Grace Hopper', email: 'grace@example.com', password: 'first-password-9' };
    expect((await setUp(printed, owner)).status).toBe(204);
    expect(await signIn('first-password-9')).toBe(201);

    const [listed] = await json(['staff', 'list']);
    expect(listed).toMatchObject({ email: 'grace@example.com', role: 'owner', stores: 'all', can_sign_in: true });
    const { url } = await json(['staff', 'link', 'Grace@example.com']);
    expect((await setUp(url, { password: 'second-password-9' })).status).toBe(204);
    expect([await signIn('first-password-9'), await signIn('second-password-9')]).toEqual([401, 201]);
    const { code, stderr } = await clientele(['staff', 'link', 'nobody@example.com'], env);
    expect([code, stderr]).toEqual([1, 'clientele: there is no member of staff with the e-mail nobody@example.com\n']);
  });

  test('a changed setting holds for the next request', async () => {
    const token = await askForToken(server.url, { grant_type: 'implicit', client_id: store.clientId });
    const shop = callerOf(server.url, { authorization: `Bearer ${token.body.access_token}` });
    const signUp = (email: string) => shop.post('/v2/customers', { data: { type: 'customer', name: 'A', email } });
    expect((await signUp('first@example.com')).status).toBe(201);
    await json(['store', 'update', store.id, '--sign-up', 'off']);
    expect((await signUp('second@example.com')).status).toBe(403);
  });

  test('backup and restore go through files and pipes, and a store in the way needs --force', async () => {
    const file = join(env.CLIENTELE_DATA_DIR ?? '', 'shop.gz');
    const { bytes, rows } = await json(['backup', file]);
    expect({ bytes, rows }).toMatchObject({ bytes: expect.any(Number), rows: { customers: 1 } });

    const command = [process.execPath, bin].map(part => `'${part}'`).join(' ');
    const target = { ...env, DATABASE_URL: empty.url };
    const piped = await run(
      'sh',
      ['-c', `${command} backup - | DATABASE_URL=${JSON.stringify(empty.url)} ${command} restore -`],
      env,
    );
    expect(piped).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/^file +-\nstores +\d\n/) });
    expect(await clientele(['restore', file], target)).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(
        /^clientele: The database has a store already \(.*\): --force replaces everything in it\n$/,
      ),
    });
    expect(await json(['restore', file, '--force'], target)).toEqual({ file, rows });
    const cut = await run('sh', ['-c', `head -c 900 '${file}' | ${command} restore - --force`], target);
    expect(cut).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^clientele: The backup is damaged or cut off/),
    });
    expect(await json(['key', 'list'], target)).toEqual(await json(['key', 'list']));
  });

  test('in a terminal a backup shows how far it has come', async () => {
    const command = [process.execPath, bin, 'backup', join(env.CLIENTELE_DATA_DIR ?? '', 'shown.gz')];
    const { code, stdout } = await run(
      'script',
      ['-qec', command.map(part => `'${part}'`).join(' '), '/dev/null'],
      env,
    );
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringMatching(/Backup \S+ \d+% \| \S+ left/) });
  });
});

describe('starters', () => {
  const version = JSON.parse(readFileSync(join(root, 'server/package.json'), 'utf8')).version;

  test.each<[string, string[]]>([
    ['npx', ['clientele', '--version']],
    ['npm', ['run', '--silent', 'clientele', '--', '--version']],
  ])('%s %j runs the command line of the checkout', async (command, args) => {
    expect(await run(command, args)).toMatchObject({ code: 0, stdout: `${version}\n` });
  });

  test.runIf(oldNode !== undefined)(
    'an old Node hands over to the one that the project brings, with output and exit code',
    async () => {
      expect(await run(oldNode ?? '', [bin, '--version'])).toEqual({
        code: 0,
        signal: null,
        stdout: `${version}\n`,
        stderr: '',
      });
      expect(await run(oldNode ?? '', [bin, 'nonsense'])).toMatchObject({ code: 2, stdout: '' });
    },
  );
});
