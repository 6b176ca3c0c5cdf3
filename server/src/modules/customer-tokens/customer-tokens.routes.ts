import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { noStore } from '../../platform/http/headers.ts';
import { answers, document, PageQuery, page, pathId } from '../../platform/http/schemas.ts';
import { pageDocument } from '../../platform/query/list-query.ts';
import { parsePage } from '../../platform/query/page.ts';
import type { RawQuery } from '../../platform/query/query-string.ts';
import type { Services } from '../access/services.ts';
import type { SessionRow } from '../sessions/sessions.store.ts';
import { sessionErrors } from './customer-tokens.errors.ts';
import { CustomerToken, NewCustomerToken, Session } from './customer-tokens.schema.ts';
import { endSession, endSessions, listSessions, signIn, signOut } from './customer-tokens.service.ts';

const tags = ['Customer tokens'];
const params = Type.Object({ customerId: pathId('customer') });
const sessionParams = Type.Object({ ...params.properties, sessionId: pathId('session') });
const tokenParams = Type.Object({ tokenId: pathId('customer token') });

function toSession(row: SessionRow, currentId: string | undefined): Session {
  return {
    id: row.id,
    type: 'session',
    is_current: row.id === currentId,
    user_agent: row.user_agent,
    expires_at: row.expires_at,
    meta: { timestamps: { created_at: row.created_at } },
  };
}

/** Sign-in, log out and sessions (reference: customers.md, "Customer tokens"; sessions are ours, design.md §7). */
export function customerTokenRoutes(server: FastifyInstance, services: Services): void {
  const app = server.withTypeProvider<TypeBoxTypeProvider>();

  app.post(
    '/v2/customers/tokens',
    {
      onRequest: noStore,
      preValidation: async ({ body }) => {
        const { data } = (body ?? {}) as { data?: { authentication_mechanism?: unknown } | null };
        if (data?.authentication_mechanism === 'oidc') throw sessionErrors.oidcNotConfigured();
      },
      schema: {
        tags,
        summary: 'Sign a customer in',
        description:
          'Exchanges an e-mail and a password for a customer token. Too many failures for an account or from an address answer 429 with Retry-After.',
        body: document(NewCustomerToken),
        response: answers({ 201: document(CustomerToken) }, 401, 422, 429, 503),
      },
    },
    async (request, reply) => {
      const data = await signIn(request.ctx, services, request.body.data);
      return reply.code(201).send({ data });
    },
  );

  app.delete(
    '/v2/customers/tokens/:tokenId',
    {
      schema: {
        tags,
        summary: 'Log out',
        description: 'Ends the session behind a customer token; the token is refused by the very next request.',
        params: tokenParams,
        response: answers({ 204: Type.Null() }, 404),
      },
    },
    async (request, reply) => {
      await signOut(request.ctx, request.params.tokenId.toLowerCase());
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/v2/customers/:customerId/sessions',
    {
      schema: {
        tags,
        summary: 'List the sessions of a customer',
        description: 'The live customer tokens, newest first.',
        params,
        querystring: PageQuery,
        response: answers({ 200: page(Session) }, 400, 404),
      },
    },
    async request => {
      const { ctx } = request;
      const query = request.query as RawQuery;
      const customerId = request.params.customerId.toLowerCase();
      const asked = parsePage(query, ctx.store.page_length);
      const { rows, total } = await listSessions(ctx, customerId, asked);
      const at = { baseUrl: services.baseUrl(), path: `/v2/customers/${customerId}/sessions`, query, page: asked };
      return pageDocument(
        rows.map(row => toSession(row, ctx.shopper?.sessionId)),
        at,
        { total },
      );
    },
  );

  app.delete(
    '/v2/customers/:customerId/sessions',
    {
      schema: {
        tags,
        summary: 'End all sessions of a customer',
        description: 'Signs the customer out everywhere, the token of this request included.',
        params,
        response: answers({ 204: Type.Null() }, 404),
      },
    },
    async (request, reply) => {
      await endSessions(request.ctx, request.params.customerId.toLowerCase());
      return reply.code(204).send(null);
    },
  );

  app.delete(
    '/v2/customers/:customerId/sessions/:sessionId',
    {
      schema: {
        tags,
        summary: 'End a session of a customer',
        params: sessionParams,
        response: answers({ 204: Type.Null() }, 404),
      },
    },
    async (request, reply) => {
      const { customerId, sessionId } = request.params;
      await endSession(request.ctx, customerId.toLowerCase(), sessionId.toLowerCase());
      return reply.code(204).send(null);
    },
  );
}
