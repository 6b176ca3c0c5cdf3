import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

/** How long before its first request, in milliseconds, a connection may have been opened for it. */
export const connectionLeadMs = 1_000;

/**
 * Tells when a request arrived, by `performance.now()`. The first of a connection arrives with it: a client opens one
 * because it has something to send, and while the server is busy that may be read long after. A connection that was kept
 * open in advance for longer than `connectionLeadMs` tells nothing.
 */
export function watchArrivals(server: Server): (request: IncomingMessage) => number {
  const openedAt = new WeakMap<Socket, number>();
  server.on('connection', socket => openedAt.set(socket, performance.now()));
  return ({ socket }) => {
    const now = performance.now();
    const opened = openedAt.get(socket);
    openedAt.delete(socket);
    return opened !== undefined && now - opened <= connectionLeadMs ? opened : now;
  };
}
