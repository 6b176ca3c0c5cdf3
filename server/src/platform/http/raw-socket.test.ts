import { type AddressInfo, connect } from 'node:net';
import { setInterval } from 'node:timers/promises';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createHttpServer } from './server.ts';

test('a client that is refused and goes on sending gets the answer, and is cut off', { timeout: 10_000 }, async () => {
  const app = createHttpServer({ log: pino({ level: 'silent' }), trustProxy: 'false' });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
  const received: Buffer[] = [];
  socket.on('data', bytes => received.push(bytes));
  // Cut off: the next write fails, and the socket closes with that error.
  socket.on('error', () => {});

  socket.write('POST / HTTP/1.1\r\nHost: localhost\r\nExpect: a miracle\r\nContent-Length: 1000000\r\n\r\n');
  for await (const _ of setInterval(50)) {
    if (socket.destroyed) break;
    socket.write('x');
  }
  expect(Buffer.concat(received).toString()).toMatch(/^HTTP\/1\.1 417 Expectation Failed\r\n/);
  await app.close();
});
