import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { clientTimeouts, createHttpServer } from '../src/platform/http/server.ts';
import { openConnection, type RawConnection } from './support/raw-http.ts';

/** As in production, but shorter; each but the last is checked every 50 ms. */
const timeouts = { headers: 300, request: 600, idle: 900, answer: 1200, check: 50 };
/** A busy machine may notice late; a client that is never cut off fails all the same. */
const graceMs = 3000;

/** More than the operating system keeps for a client that does not read. */
const large = Buffer.alloc(30_000_000);

/** The lines of the log. */
const logged: { id: string; route: string; status: number }[] = [];

let app: FastifyInstance;
let port: number;
/** The ports of the clients that the server has a connection with. */
const connected = new Set<number | undefined>();

/** A file that takes longer to make than an answer to be taken. */
async function* slowFile() {
  for (let part = 0; part < 10; part += 1) {
    await delay(timeouts.answer / 6);
    yield `part ${part}\n`;
  }
}

beforeAll(async () => {
  app = createHttpServer({
    log: pino({}, { write: line => logged.push(JSON.parse(line)) }),
    trustProxy: 'false',
    timeouts,
  });
  app.post('/echo', async request => ({ data: request.body }));
  app.get('/large', (_request, reply) => reply.type('application/octet-stream').send(large));
  app.get('/file', (_request, reply) => reply.type('text/csv').send(Readable.from(slowFile())));
  app.server.on('connection', socket => {
    const from = socket.remotePort;
    connected.add(from);
    socket.once('close', () => connected.delete(from));
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  port = (app.server.address() as AddressInfo).port;
});
afterAll(() => app.close());

/** Sends a byte at a time for as long as the connection lives. */
async function drip(connection: RawConnection, bytes: string): Promise<void> {
  for (const byte of bytes) {
    if (connection.socket.destroyed) return;
    connection.send(byte);
    await delay(20);
  }
}

const timeout = {
  errors: [{ status: 408, title: 'Request Timeout', detail: 'The request was not completed in time' }],
};
const postHead = 'POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n';

test.concurrent.each<[string, number, (connection: RawConnection) => unknown]>([
  ['says nothing', timeouts.headers, () => {}],
  ['sends the head byte by byte', timeouts.headers, connection => drip(connection, `GET /${'a'.repeat(500)}`)],
  [
    'sends headers without end',
    timeouts.headers,
    connection => drip(connection, `GET / HTTP/1.1\r\n${'x: 1\r\n'.repeat(100)}`),
  ],
  ['stops in the head', timeouts.headers, connection => connection.send('GET / HTTP/1.1\r\nhost: x\r\n')],
  ['stops before the body', timeouts.request, connection => connection.send(postHead)],
  [
    'sends the body byte by byte',
    timeouts.request,
    connection => {
      connection.send(postHead);
      return drip(connection, ' '.repeat(500));
    },
  ],
  [
    'sends chunks byte by byte',
    timeouts.request,
    connection => {
      connection.send('POST /echo HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n');
      return drip(connection, '1\r\n \r\n'.repeat(100));
    },
  ],
])('a client that %s is told so after %i ms and cut off', async (_name, afterMs, act) => {
  using connection = await openConnection(port);
  const acting = act(connection);
  const answer = await connection.answer(afterMs + graceMs);
  expect({ status: answer?.status, body: JSON.parse(answer?.body ?? '{}') }).toEqual({ status: 408, body: timeout });
  expect(await connection.closed).toBeGreaterThanOrEqual(afterMs - timeouts.check);
  await acting;
  const lines = () => logged.filter(({ id }) => id === answer?.headers['x-request-id']).map(({ status }) => status);
  await vi.waitFor(() => expect(lines()).toEqual([408]));
});

test.concurrent('a client that keeps a connection and asks nothing more is cut off without a word', async () => {
  using connection = await openConnection(port);
  connection.send('POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n');
  expect((await connection.answer(graceMs))?.status).toBe(200);
  expect(await connection.answer(timeouts.idle + graceMs)).toBeUndefined();
});

test.concurrent('a client that asks for a tunnel and keeps it is cut off', async () => {
  using connection = await openConnection(port);
  connection.socket.allowHalfOpen = true;
  connection.send('CONNECT example.com:443 HTTP/1.1\r\nhost: x\r\n\r\n');
  expect((await connection.answer(graceMs))?.status).toBe(405);
  await connection.closed;
});

test.concurrent.each([
  ['does not take its answer', 0],
  ['takes its answer bit by bit', 100_000],
])('a client that %s is cut off', async (_name, bytesAtATime) => {
  using connection = await openConnection(port);
  connection.socket.pause();
  connection.send('GET /large HTTP/1.1\r\nhost: x\r\n\r\n');
  const deadline = performance.now() + timeouts.answer + graceMs;
  while (connected.has(connection.socket.localPort) && performance.now() < deadline) {
    if (bytesAtATime > 0) connection.socket.read(bytesAtATime);
    await delay(50);
  }
  expect(connected.has(connection.socket.localPort)).toBe(false);
});

test.concurrent('a client that takes a file as fast as it is made is not cut off', async () => {
  const file = await fetch(`http://127.0.0.1:${port}/file`);
  expect((await file.text()).trim().split('\n')).toHaveLength(10);
});

test('300 clients that say nothing do not slow one that does', async () => {
  const silent = await Promise.all(Array.from({ length: 300 }, () => openConnection(port)));
  using connection = await openConnection(port);
  connection.send('POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n');
  expect((await connection.answer(1000))?.status).toBe(200);
  for (const each of silent) each[Symbol.dispose]();
});

test('a request that was cut off has one line in the log, with its route', () => {
  const cut = logged.filter(({ status }) => status === 408);
  expect(cut.filter(({ route }) => route === '/echo')).toHaveLength(3);
  expect(logged.filter(({ status }) => status === 499)).toEqual([]);
});

test('in production every one of these times ends within a minute', () => {
  const { check, ...times } = clientTimeouts;
  for (const ms of Object.values(times)) expect(ms + 2 * check).toBeLessThan(60_000);
  expect(clientTimeouts.headers).toBeLessThanOrEqual(clientTimeouts.request);
});
