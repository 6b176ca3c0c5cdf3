import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from './support/database.ts';
import { expectProcessesToShare } from './support/process-checks.ts';
import { askForToken, begin, cleanUp, clientele, newFolder, signInClient, startServer } from './support/processes.ts';
import { openConnection } from './support/raw-http.ts';

// Starting and killing whole servers takes long on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const key = { clientId: 'my-shop', clientSecret: 'my own secret, with spaces'.replaceAll(' ', '_') };

let database: TestDatabase;
let env: Record<string, string>;
beforeAll(async () => {
  database = await createTestDatabase('empty');
  env = { DATABASE_URL: database.url, CLIENTELE_DATA_DIR: await newFolder() };
});
afterAll(async () => {
  await cleanUp();
  await database.drop();
});

describe('starts that fail', () => {
  test('a port in use is told in one line, with exit code 1', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise(resolve => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    expect(await clientele(['serve'], { ...env, PORT: String(port) })).toEqual({
      code: 1,
      signal: null,
      stdout: '',
      stderr: `clientele: PORT ${port} of 127.0.0.1 is in use by another program: stop it, or choose another PORT\n`,
    });
    other.close();
  });

  test('faults of the configuration are told all at once, a line for each, with exit code 2', async () => {
    const { code, stdout, stderr } = await clientele(['serve'], {
      PORT: 'http',
      CLIENTELE_NAME: 'x',
      DATABASE_URL: 'sqlite:secret',
    });
    expect({ code, stdout, lines: stderr.split('\n').map(line => line.split(' ', 2).join(' ')) }).toEqual({
      code: 2,
      stdout: '',
      lines: ['clientele: PORT="http"', 'DATABASE_URL=(hidden) is', 'CLIENTELE_NAME="x" is', ''],
    });
  });
});

describe('a signal during a start', () => {
  test('that waits for a database which is being started ends it with exit code 0, and says so', async () => {
    const starting = createTcpServer(socket => socket.on('error', () => {}).destroy()).listen(0, '127.0.0.1');
    await once(starting, 'listening');
    const { port } = starting.address() as AddressInfo;
    const DATABASE_URL = `postgres://nobody@127.0.0.1:${port}/nothing`;
    const server = begin(['serve'], { ...env, DATABASE_URL, LOG_LEVEL: 'info' });
    await once(starting, 'connection');
    server.signal('SIGTERM');
    const { stderr, ...ended } = await server.ended;
    starting.close();
    expect(ended).toEqual({ code: 0, signal: null, stdout: '' });
    const messages = stderr
      .trim()
      .split('\n')
      .map(line => JSON.parse(line).msg);
    expect(messages).toEqual(['waiting for the database', 'stopping after SIGTERM']);
  });
});

describe('a data folder that cannot be used', () => {
  test.each(['/proc/clientele', '/etc/passwd', '/dev/null/clientele'])(
    '%s is told in one line, with exit code 2',
    async folder => {
      const { code, stdout, stderr } = await clientele(['serve'], { CLIENTELE_DATA_DIR: folder });
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(
        new RegExp(`^clientele: CLIENTELE_DATA_DIR="${folder}" is not valid: allowed is a folder .* \\(E.*\\)\n$`),
      );
    },
  );
});

describe('a database that cannot be used is told in one line', () => {
  test('one that is not there names DATABASE_URL', async () => {
    const absent = database.url.replace(/(@[^/]*\/)[^?]*/, '$1absent');
    const { code, stderr } = await clientele(['serve'], { ...env, DATABASE_URL: absent });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'clientele: DATABASE_URL: database "absent" does not exist\n',
    });
  });

  test("one that holds another program's tables", async () => {
    const other = await createTestDatabase('empty');
    const client = new pg.Client({ connectionString: other.url });
    await client.connect();
    await client.query('create table customers (id int)');
    await client.end();
    const { code, stderr } = await clientele(['serve'], { ...env, DATABASE_URL: other.url });
    await other.drop();
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr:
        'clientele: the database is another program\'s: an empty one is needed (relation "customers" already exists)\n',
    });
  });
});

describe('servers on a PostgreSQL of their own', () => {
  test('the first start makes the key that the environment gives; two processes share it, and either goes on alone', async () => {
    const first = await startServer({
      ...env,
      CLIENTELE_CLIENT_ID: key.clientId,
      CLIENTELE_CLIENT_SECRET: key.clientSecret,
    });
    expect(first.greeting).toContain(key.clientId);
    const token = { grant_type: 'client_credentials', client_id: key.clientId };
    expect((await askForToken(first.url, { ...token, client_secret: key.clientSecret })).status).toBe(200);
    expect((await askForToken(first.url, { ...token, client_secret: 'guess' })).status).toBe(401);

    const second = await startServer({ ...env, CLIENTELE_SIGNIN_LIMIT_ACCOUNT: '3' });
    expect(second.greeting).not.toContain(key.clientId);
    await expectProcessesToShare([first, second], env, key);

    const { admin } = await signInClient(second.url, key);
    first.signal('SIGKILL');
    await first.ended;
    expect((await admin.get('/v2/customers?page[limit]=1')).status).toBe(200);
    expect(await second.stop()).toMatchObject({ code: 0, signal: null, stderr: '' });
  });

  test.each(['SIGTERM', 'SIGHUP'] as const)(
    '%s does not wait for a connection on which nothing was sent',
    async signal => {
      const server = await startServer(env);
      const { hostname, port } = new URL(server.url);
      const silent = connect(Number(port), hostname).resume();
      await new Promise(resolve => silent.once('connect', resolve));
      const begin = performance.now();
      server.signal(signal);
      expect(await server.ended).toMatchObject({ code: 0, signal: null, stderr: '' });
      expect(performance.now() - begin).toBeLessThan(8000);
    },
  );

  test('SIGTERM answers whoever asks without a pause, and says with the answer that the connection ends', async () => {
    const server = await startServer(env);
    const { port } = new URL(server.url);
    const credentials = { client_id: key.clientId, client_secret: key.clientSecret };
    const { body } = await askForToken(server.url, { grant_type: 'client_credentials', ...credentials });
    const request = `GET /v2/customers?page[limit]=1 HTTP/1.1\r\nHost: shop\r\nAuthorization: Bearer ${body.access_token}\r\n\r\n`;
    let answered = 0;
    const askUntilClosed = async () => {
      using connection = await openConnection(Number(port));
      for (;;) {
        connection.send(request);
        const answer = await connection.answer(10_000);
        if (answer?.status !== 200) return 'cut off';
        answered += 1;
        if (answer.headers.connection === 'close') return 'told';
      }
    };
    const clients = Array.from({ length: 24 }, askUntilClosed);
    await vi.waitUntil(() => answered > 500, { interval: 2 });
    server.signal('SIGTERM');
    expect(await Promise.all(clients)).toEqual(clients.map(() => 'told'));
    expect(await server.ended).toMatchObject({ code: 0, signal: null, stderr: '' });
  });
});
