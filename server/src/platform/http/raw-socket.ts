import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { type ApiError, commonErrors } from '../errors.ts';
import { maxBodyBytes } from './body.ts';
import { commonHeaders, errorDocument } from './error-document.ts';

/** How long a refused client may read its answer before the connection is cut, even if it goes on sending. */
const lingerMs = 2_000;

/** Told of every answer to bytes that never became a request. */
type OnRefused = (refusal: { readonly id: string; readonly status: number }) => void;

/** What Node's parser refuses, as answers of the contract. */
const parserErrors: Readonly<Record<string, () => ApiError>> = {
  ERR_HTTP_REQUEST_TIMEOUT: commonErrors.timeout,
  HPE_INVALID_URL: commonErrors.malformedUrl,
  HPE_HEADER_OVERFLOW: commonErrors.headersTooLarge,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: commonErrors.payloadTooLarge,
};

/** Answers on connections where no request reaches the routes: refused bytes, and requests that Node treats on its own. */
export interface SocketAnswers {
  /** For what Node's HTTP parser refuses, and for requests that take too long (design.md §10.10, §10.11). */
  handleClientError(error: NodeJS.ErrnoException, socket: Socket): void;
  /** Takes over what Node would answer without a body, or not at all. Cuts answers that nobody reads in `answerMs`. */
  attach(server: Server, answerMs: number): void;
  /** Tells the id of the request on a connection, which an answer to it here carries too. */
  name(socket: Socket, requestId: string): void;
  /** The status of the answer that was given here to a request under way; undefined when its route answers. */
  statusOf(response: ServerResponse): number | undefined;
}

export function createSocketAnswers(onRefused: OnRefused): SocketAnswers {
  /** Connections that have got their last answer. */
  const refused = new WeakSet<Socket>();
  // One entry for the life of a connection: a Map to which every request adds keeps the requests themselves alive for
  // V8's young generation, and a tenth of it was copied at each collection.
  const connections = new Map<Socket, { response: ServerResponse | undefined; requestId: string; since: number }>();
  const interrupted = new WeakMap<ServerResponse, number>();

  /** Writes an error document to a connection, and closes it. */
  function refuse(socket: Socket, error: ApiError): void {
    if (refused.has(socket)) return;
    refused.add(socket);
    // Node has taken its own listener from a connection that asked for a tunnel: without one, a reset ends the process.
    socket.on('error', () => {});
    const { response: current, requestId } = connections.get(socket) ?? {};
    // Half an answer is under way: a second one would read as a part of it.
    const isInterrupting = current?.headersSent === true && !current.writableFinished;
    if (!socket.writable || isInterrupting) {
      socket.destroy();
      return;
    }
    const isUnderWay = current !== undefined && !current.writableEnded;
    if (isUnderWay) interrupted.set(current, error.status);
    const id = (isUnderWay && requestId) || randomUUID();
    socket.end(rawAnswer(error, id));
    // What still comes is thrown away: closing on it would reset the connection, and the client might not see the answer.
    socket.resume();
    const cut = setTimeout(() => socket.destroy(), lingerMs).unref();
    socket.once('close', () => clearTimeout(cut));
    if (!isUnderWay) onRefused({ id, status: error.status });
  }

  function open(socket: Socket): void {
    connections.set(socket, { response: undefined, requestId: '', since: 0 });
    socket.once('close', () => connections.delete(socket));
  }

  /** Notes what a connection is being answered; a client that sends several requests at once is answered one by one. */
  function watch({ socket }: IncomingMessage, response: ServerResponse): void {
    const connection = connections.get(socket);
    if (connection === undefined) return;
    connection.response = response;
    connection.since = performance.now();
  }

  return {
    handleClientError: (error, socket) => {
      if (error.code === 'ECONNRESET') socket.destroy();
      else refuse(socket, (parserErrors[error.code ?? ''] ?? commonErrors.malformedRequest)());
    },
    attach: (server, answerMs) => {
      server.on('connection', open);
      server.prependListener('request', watch);
      server.on('connect', (_request, socket) => refuse(socket as Socket, commonErrors.methodNotAllowed()));
      server.on('checkExpectation', request => refuse(request.socket, commonErrors.expectationFailed()));
      server.on('checkContinue', (request, response) => {
        // A client that asks first need not send what is refused anyhow; the connection cannot be used after that.
        if (Number(request.headers['content-length']) > maxBodyBytes) response.shouldKeepAlive = false;
        else response.writeContinue();
        server.emit('request', request, response);
      });
      const sweep = setInterval(() => {
        const late = performance.now() - answerMs;
        for (const [socket, { response, since }] of connections) {
          // A file that is still being written takes its time; a client that stops taking it is idle.
          if (response?.writableEnded && !response.writableFinished && since < late) socket.destroy();
        }
      }, answerMs / 10).unref();
      server.once('close', () => clearInterval(sweep));
    },
    name: (socket, requestId) => {
      const connection = connections.get(socket);
      if (connection !== undefined) connection.requestId = requestId;
    },
    statusOf: response => interrupted.get(response),
  };
}

function rawAnswer(error: ApiError, requestId: string): string {
  const body = JSON.stringify(errorDocument(error, requestId));
  const headers = {
    ...commonHeaders,
    ...error.headers,
    'x-request-id': requestId,
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status]}\r\n${head.join('')}\r\n${body}`;
}
