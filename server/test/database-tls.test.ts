import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseConfig } from '../src/config.ts';
import { openStorage } from '../src/storage.ts';
import { createTestDatabase, type TestDatabase } from './support/database.ts';
import { type DatabaseProxy, openDatabaseProxy } from './support/database-proxy.ts';
import { cleanUp, newFolder } from './support/processes.ts';

// What the operations guide says of `sslmode`. How PostgreSQL does it is the same to the driver as this: TLS of ours in front.

let database: TestDatabase;
let proxy: DatabaseProxy;
let port: number;
let folder: string;

const front = createServer(socket => {
  socket.on('error', () => {});
  socket.once('data', async request => {
    // Only that request has eight bytes. Whoever wants no TLS is turned away.
    if (request.length !== 8) return socket.destroy();
    const { private: key, cert } = await certificate;
    socket.write('S');
    const client = new TLSSocket(socket, { isServer: true, key, cert });
    const server = connect(Number(new URL(proxy.url).port), '127.0.0.1');
    client.on('error', () => server.destroy()).pipe(server);
    server.on('error', () => client.destroy()).pipe(client);
  });
});

/** For the name localhost, and not for the address. */
const certificate = generate([{ name: 'commonName', value: 'localhost' }], {
  keyType: 'ec',
  extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
});

beforeAll(async () => {
  database = await createTestDatabase();
  proxy = await openDatabaseProxy(database.url);
  folder = await newFolder();
  await writeFile(join(folder, 'ca.crt'), (await certificate).cert);
  await once(front.listen(0, '127.0.0.1'), 'listening');
  ({ port } = front.address() as AddressInfo);
});
afterAll(async () => {
  front.close();
  await proxy.close();
  await database.drop();
  await cleanUp();
});

/** Opens the database, and tells what came of it. */
async function open(host: string, query: string): Promise<string> {
  const url = new URL(proxy.url);
  url.host = `${host}:${port}`;
  url.search = query.replace('ca.crt', join(folder, 'ca.crt'));
  const config = parseConfig({ DATABASE_URL: String(url), CLIENTELE_DATA_DIR: folder });
  try {
    const storage = await openStorage(config, () => {});
    await storage.close();
    return 'opened';
  } catch (error) {
    return (error as Error).message;
  }
}

const otherName = "Hostname/IP does not match certificate's altnames";

test.each([
  ['localhost', 'sslmode=verify-full', 'self-signed certificate'],
  ['localhost', 'sslmode=verify-full&sslrootcert=ca.crt', 'opened'],
  ['127.0.0.1', 'sslmode=verify-full&sslrootcert=ca.crt', otherName],
  ['localhost', 'sslmode=require', 'self-signed certificate'],
  ['127.0.0.1', 'sslmode=require&sslrootcert=ca.crt', otherName],
  ['127.0.0.1', 'uselibpqcompat=true&sslmode=verify-ca&sslrootcert=ca.crt', 'opened'],
  ['127.0.0.1', 'sslmode=no-verify', 'opened'],
])('a database at %s with ?%s: %s', async (host, query, outcome) => {
  expect(await open(host, query)).toContain(outcome);
});
