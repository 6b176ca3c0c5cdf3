import { randomUUID } from 'node:crypto';
import { finished } from 'node:stream';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import type { Logger } from 'pino';
import { type ApiError, BusyError, commonErrors } from '../errors.ts';
import { parseQueryString } from '../query/query-string.ts';
import { watchArrivals } from './arrivals.ts';
import { maxBodyBytes, parseJsonBody } from './body.ts';
import { answerPreflight } from './cors.ts';
import { commonHeaders, describeError, errorDocument, toApiError } from './error-document.ts';
import { type FinishConnections, prepareToFinish } from './finish-connections.ts';
import { withoutPorts } from './forwarded.ts';
import { refuseUndeclared } from './list-parameters.ts';
import { watchMethods } from './methods.ts';
import { createSocketAnswers } from './raw-socket.ts';
import { compileBodySchema } from './validation.ts';

/** A slow or silent client is cut off within these times, in milliseconds (design.md §10.11). */
export interface ClientTimeouts {
  /** For the head of a request, from the connection or the answer before. */
  readonly headers: number;
  /** For the whole of a request, its body included. */
  readonly request: number;
  /** For a connection on which nothing happens. */
  readonly idle: number;
  /** For the client to take the whole answer, from the head of the request. */
  readonly answer: number;
  /** How often the first two are checked. */
  readonly check: number;
}

export const clientTimeouts: ClientTimeouts = {
  headers: 15_000,
  request: 30_000,
  idle: 50_000,
  answer: 55_000,
  check: 2_000,
};

export interface HttpOptions {
  readonly log: Logger;
  /** Whose X-Forwarded-For is believed: CLIENTELE_TRUST_PROXY. */
  readonly trustProxy: string;
  readonly timeouts?: ClientTimeouts;
}

/** What the log gives as the status of a request whose client has not waited for the answer, as nginx does. */
const clientClosedRequest = 499;

/** What a request's log line says beyond the request itself; set by whoever authenticates it. */
export interface LogFields {
  store?: string;
  client?: string;
  /** Which queue was full. */
  refusal?: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** When it arrived, by `performance.now()`. */
    arrivedAt: number;
    logFields: LogFields;
  }
  interface FastifyInstance {
    finishConnections: FinishConnections;
  }
}

/** An HTTP server that speaks the contract's conventions and has no routes yet. */
export function createHttpServer({ log, trustProxy, timeouts = clientTimeouts }: HttpOptions): FastifyInstance {
  const sockets = createSocketAnswers(refusal => log.info({ ...refusal, route: '(malformed)' }));
  const app = fastify({
    logger: false,
    bodyLimit: maxBodyBytes,
    trustProxy: trustOf(trustProxy),
    requestTimeout: timeouts.request,
    connectionTimeout: timeouts.idle,
    keepAliveTimeout: timeouts.idle,
    forceCloseConnections: 'idle',
    // A request that still comes over a connection that is open is answered, and the connection closed after it.
    return503OnClosing: false,
    genReqId: () => randomUUID(),
    clientErrorHandler: sockets.handleClientError,
    // A path that cannot be read comes to no hook.
    frameworkErrors: (error, request, reply) => {
      begin(request as FastifyRequest, reply as FastifyReply);
      answerError(error, request as FastifyRequest, reply as FastifyReply);
    },
    routerOptions: {
      ignoreTrailingSlash: true,
      ignoreDuplicateSlashes: true,
      maxParamLength: 512,
      querystringParser: parseQueryString as (text: string) => Record<string, unknown>,
    },
    http: {
      headersTimeout: timeouts.headers,
      connectionsCheckingInterval: timeouts.check,
      maxHeaderSize: 16 * 1024,
      // Node would answer without a document; the first hook does it.
      requireHostHeader: false,
    },
  }) as unknown as FastifyInstance;
  sockets.attach(app.server, timeouts.answer);
  const arrivalOf = watchArrivals(app.server);

  app.decorate('finishConnections', prepareToFinish(app));

  const methods = watchMethods(app);
  refuseUndeclared(app);
  app.decorateRequest('arrivedAt', 0);
  app.decorateRequest('logFields');

  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (request, bytes, done) => {
    // A body that a DELETE does not ask for is ignored, whatever it holds (reference: addresses.md).
    if (request.method === 'DELETE' && request.routeOptions.schema?.body === undefined) {
      done(null, undefined);
      return;
    }
    try {
      done(null, parseJsonBody(bytes as Buffer));
    } catch (error) {
      done(error as Error);
    }
  });

  // Bodies are validated by the route's schema, without coercion. Queries and path ids have readers of their own.
  app.setValidatorCompiler(({ schema, httpPart }) => {
    if (httpPart !== 'body') return () => true;
    const validate = compileBodySchema(schema as object);
    return body => {
      // No body at all is null to a schema, which may allow it.
      validate(body ?? null);
      return true;
    };
  });
  // Answers are built field by field (…wire.ts) and checked against the route's schema in the tests, not at run time.
  app.setSerializerCompiler(() => JSON.stringify);

  app.addHook('onRequest', (request, reply, done) => {
    begin(request, reply);
    reply.headers({ ...commonHeaders, 'x-request-id': request.id });
    const { raw, headers } = request;
    const forwarded = headers['x-forwarded-for'];
    // Before anybody asks for the client's address, which is read from it.
    if (typeof forwarded === 'string') raw.headers['x-forwarded-for'] = withoutPorts(forwarded);
    if (raw.httpVersion === '1.1' && headers.host === undefined) done(commonErrors.malformedRequest());
    else if (request.method === 'OPTIONS') answerPreflight(request, reply);
    // Before a body is read that nobody wants.
    else if (request.is404 || isTakenForParameter(request)) done(missing(request));
    else done();
  });

  function begin(request: FastifyRequest, reply: FastifyReply): void {
    request.arrivedAt = arrivalOf(request.raw);
    request.logFields = {};
    const begun = performance.now();
    sockets.name(request.raw.socket, request.id);
    // Not the hook onResponse, which tells nothing of a client that has left.
    reply.raw.once('close', () => {
      log.info({
        id: request.id,
        method: request.method,
        route: request.routeOptions.url ?? '(unknown)',
        status: sockets.statusOf(reply.raw) ?? (reply.raw.writableEnded ? reply.statusCode : clientClosedRequest),
        ms: Math.round((performance.now() - begun) * 10) / 10,
        ...request.logFields,
      });
    });
  }

  function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const known = toApiError(error);
    const answer = known ?? commonErrors.internal();
    if (error instanceof BusyError) request.logFields.refusal = error.message;
    else if (answer.status >= 500) log.error({ id: request.id, ...describeError(error) });
    return reply
      .code(answer.status)
      .headers({ ...commonHeaders, 'x-request-id': request.id, ...answer.headers })
      .type('application/json; charset=utf-8')
      .serializer(JSON.stringify)
      .send(errorDocument(answer, request.id));
  }

  app.setErrorHandler((error, request, reply) => {
    whenReadable(request, reply, () => answerError(error, request, reply));
  });
  /** Whether a path that has other methods came to a route that takes its last part for an id: GET /v2/customers/tokens. */
  function isTakenForParameter({ routeOptions, url }: FastifyRequest): boolean {
    return routeOptions.url?.includes(':') === true && methods.isNamed(url.split('?', 1)[0] ?? '');
  }

  function missing({ method, url }: FastifyRequest): ApiError {
    const allowed = methods.methodsOf(url.split('?', 1)[0] ?? '');
    const isKnown = allowed.length > 0 && !allowed.includes(method);
    return isKnown ? commonErrors.methodNotAllowed([...allowed, 'OPTIONS']) : commonErrors.notFound();
  }
  // For a route that finds nothing to serve; an unknown route has been answered by the first hook.
  app.setNotFoundHandler(request => {
    throw missing(request);
  });
  return app;
}

/**
 * A client that is still sending its body must get to read the answer: closing on it, as Fastify would, resets the
 * connection and the client sees a network error. So what it sends is thrown away, for as long as a request may take. A
 * client that wants the connection closed after the answer gets it when its body has ended, unless it asks first whether
 * to send one.
 */
function whenReadable(request: FastifyRequest, reply: FastifyReply, answer: () => void): void {
  request.raw.resume();
  if (reply.raw.shouldKeepAlive) {
    reply.removeHeader('connection');
    answer();
  } else if (request.raw.complete || request.headers.expect !== undefined) answer();
  else finished(request.raw, { writable: false }, answer);
}

function trustOf(setting: string): boolean | string | ((address: string, hop: number) => boolean) {
  if (setting === 'true' || setting === 'false') return setting === 'true';
  return /^\d+$/.test(setting) ? (_address, hop) => hop < Number(setting) : setting;
}
