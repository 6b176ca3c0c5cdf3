import { Server } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';

/** So long, in milliseconds, a request may be on its way that a client has sent before it could hear that the server stops. */
const onTheWayMs = 150;

/**
 * Takes no new connections, makes each answer the last of its connection, and resolves soon after: by then, whoever asks without a
 * pause has had such an answer. A server that closes idle connections at once would cut off requests that have been sent and not been read.
 */
export type FinishConnections = () => Promise<void>;

/** To be called before there are routes. */
export function prepareToFinish(app: FastifyInstance): FinishConnections {
  let isLast = false;
  app.addHook('onSend', (request, reply, _payload, done) => {
    // To close on a client that is still sending its body would reset the connection.
    if (isLast && request.raw.complete) reply.header('connection', 'close');
    done();
  });
  return async () => {
    isLast = true;
    // That of an HTTP server would close the idle ones.
    Server.prototype.close.call(app.server);
    const count = await new Promise<number>((resolve, reject) => {
      app.server.getConnections((error, found) => (error ? reject(error) : resolve(found)));
    });
    if (count > 0) await delay(onTheWayMs);
  };
}
