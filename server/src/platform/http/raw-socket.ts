import { randomUUID } from 'node:crypto';
import { type Server, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { type ApiError, commonErrors } from '../errors.ts';
import { commonHeaders, errorDocument } from './error-document.ts';

/** How long a refused client may read its answer before the connection is cut, even if it goes on sending. */
const lingerMs = 2_000;

/** Writes an error document to a connection that never became a request, and closes it. */
export function refuseSocket(socket: Socket, error: ApiError): void {
  if (!socket.writable || socket.destroyed) {
    socket.destroy();
    return;
  }
  const requestId = randomUUID();
  const body = JSON.stringify(errorDocument(error, requestId));
  const headers = {
    ...commonHeaders,
    'x-request-id': requestId,
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${error.status} ${STATUS_CODES[error.status]}\r\n${head.join('')}\r\n${body}`);
  const cut = setTimeout(() => socket.destroy(), lingerMs).unref();
  socket.once('close', () => clearTimeout(cut));
}

const parserErrors: Readonly<Record<string, () => ApiError>> = {
  ERR_HTTP_REQUEST_TIMEOUT: commonErrors.timeout,
  HPE_HEADER_OVERFLOW: commonErrors.headersTooLarge,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: commonErrors.payloadTooLarge,
};

/** Node's HTTP parser refused the bytes: answer what can be answered (design.md §10.10). */
export function handleClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  refuseSocket(socket, (parserErrors[error.code ?? ''] ?? commonErrors.malformedRequest)());
}

/** Requests that Node would answer without a body, or not at all. */
export function handleProtocolRequests(server: Server): void {
  server.on('connect', (_request, socket) => refuseSocket(socket as Socket, commonErrors.methodNotAllowed()));
  server.on('checkExpectation', (request, _response) => refuseSocket(request.socket, commonErrors.expectationFailed()));
}
