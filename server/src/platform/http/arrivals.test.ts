import { createServer, IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect, test, vi } from 'vitest';
import { watchArrivals } from './arrivals.ts';

test('a request arrives with the connection that was opened for it, but not with one kept open in advance or used before', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const server = createServer();
  const arrivalOf = watchArrivals(server);
  const [opened, spare, unknown] = [new Socket(), new Socket(), new Socket()];
  const start = performance.now();
  for (const socket of [opened, spare]) server.emit('connection', socket);
  const arriveAt = (ms: number, socket: Socket) => {
    vi.advanceTimersByTime(start + ms - performance.now());
    return arrivalOf(new IncomingMessage(socket)) - start;
  };
  expect(arriveAt(1, unknown)).toBe(1);
  expect(arriveAt(1000, opened)).toBe(0);
  expect(arriveAt(1001, opened)).toBe(1001);
  expect(arriveAt(1001, spare)).toBe(1001);
  vi.useRealTimers();
});
