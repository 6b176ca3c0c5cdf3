import { randomUUID } from 'node:crypto';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import type { Logger } from 'pino';
import { ApiError, commonErrors } from '../errors.ts';
import { parseQueryString } from '../query/query-string.ts';
import { maxBodyBytes, parseJsonBody } from './body.ts';
import { commonHeaders, describeError, errorDocument, toApiError } from './error-document.ts';
import { watchMethods } from './methods.ts';
import { handleClientError, handleProtocolRequests } from './raw-socket.ts';
import { compileBodySchema } from './validation.ts';

/** Request headers of the contract, for CORS preflights (reference: README.md, "Request headers"). */
const requestHeaders = [
  'Authorization',
  'Content-Type',
  'X-Moltin-Customer-Token',
  'X-Moltin-Currency',
  'X-Moltin-Language',
  'X-Moltin-Locale',
  'X-Moltin-Application',
  'X-Moltin-Sdk-Language',
  'X-Moltin-Sdk-Version',
  'X-Moltin-Auth-Store',
  'EP-Account-Management-Authentication-Token',
  'EP-Channel',
  'EP-Context-Tag',
  'EP-Beta-Features',
  'EP-Disable-Beta-Filtering',
];

/** A slow or silent client is cut off within these times (design.md §10.11), in milliseconds. */
const timeouts = { headers: 15_000, request: 30_000, idle: 50_000, check: 2_000 };

export interface HttpOptions {
  readonly log: Logger;
  /** Whose X-Forwarded-For is believed: CLIENTELE_TRUST_PROXY. */
  readonly trustProxy: string;
}

/** What a request's log line says beyond the request itself; set by whoever authenticates it. */
export interface LogFields {
  store?: string;
  client?: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    logFields: LogFields;
  }
}

/** An HTTP server that speaks the contract's conventions and has no routes yet. */
export function createHttpServer({ log, trustProxy }: HttpOptions): FastifyInstance {
  const app = fastify({
    logger: false,
    bodyLimit: maxBodyBytes,
    trustProxy: trustOf(trustProxy),
    requestTimeout: timeouts.request,
    connectionTimeout: timeouts.idle,
    keepAliveTimeout: timeouts.idle,
    forceCloseConnections: 'idle',
    genReqId: () => randomUUID(),
    clientErrorHandler: handleClientError,
    frameworkErrors: (error, request, reply) => answerError(error, request as FastifyRequest, reply as FastifyReply),
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
    },
  }) as unknown as FastifyInstance;
  handleProtocolRequests(app.server);

  const methods = watchMethods(app);
  app.decorateRequest('logFields');

  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, bytes, done) => {
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
      validate(body);
      return true;
    };
  });
  // Answers are built field by field (…wire.ts) and checked against the route's schema in the tests, not at run time.
  app.setSerializerCompiler(() => JSON.stringify);

  app.addHook('onRequest', (request, reply, done) => {
    request.logFields = {};
    reply.headers({ ...commonHeaders, 'x-request-id': request.id });
    if (request.method === 'OPTIONS') answerPreflight(request, reply);
    else done();
  });

  app.addHook('onResponse', (request, reply, done) => {
    log.info({
      id: request.id,
      method: request.method,
      route: request.routeOptions.url ?? '(unknown)',
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
      ...request.logFields,
    });
    done();
  });

  function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const known = toApiError(error);
    if (known === undefined || known.status >= 500) log.error({ id: request.id, ...describeError(error) });
    const answer = known ?? commonErrors.internal();
    keepReading(request, reply);
    return reply
      .code(answer.status)
      .headers({ ...commonHeaders, 'x-request-id': request.id, ...answer.headers })
      .type('application/json; charset=utf-8')
      .serializer(JSON.stringify)
      .send(errorDocument(answer, request.id));
  }

  app.setErrorHandler((error, request, reply) => answerError(error, request, reply));
  app.setNotFoundHandler((request, reply) => {
    const allowed = methods.methodsOf(request.url.split('?', 1)[0] ?? '');
    if (allowed.length === 0) throw commonErrors.notFound();
    const { entries } = commonErrors.methodNotAllowed();
    reply.header('allow', [...allowed, 'OPTIONS'].join(', '));
    throw new ApiError(entries as [(typeof entries)[0]]);
  });
  return app;
}

/**
 * A client that is still sending its body must get to read the answer: closing on it, as Fastify would, resets the
 * connection and the client sees a network error. What it sends is thrown away, for as long as a request may take.
 */
function keepReading(request: FastifyRequest, reply: FastifyReply): void {
  reply.removeHeader('connection');
  request.raw.resume();
}

function trustOf(setting: string): boolean | string | ((address: string, hop: number) => boolean) {
  if (setting === 'true' || setting === 'false') return setting === 'true';
  return /^\d+$/.test(setting) ? (_address, hop) => hop < Number(setting) : setting;
}

/** CORS preflight: any path, no authentication (reference: README.md, "Base URLs and transport"). */
function answerPreflight(request: FastifyRequest, reply: FastifyReply): void {
  const asked = request.headers['access-control-request-headers'];
  const extra = typeof asked === 'string' && /^[A-Za-z0-9_, -]{1,4096}$/.test(asked) ? [asked] : [];
  reply
    .code(204)
    .headers({
      'access-control-allow-methods': 'GET, POST, PUT, DELETE, OPTIONS',
      'access-control-allow-headers': [...requestHeaders, ...extra].join(', '),
      'access-control-max-age': '86400',
    })
    .send();
}
