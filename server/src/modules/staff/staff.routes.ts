import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { noStore } from '../../platform/http/headers.ts';
import { answers, document } from '../../platform/http/schemas.ts';
import { accessErrors } from '../access/access.errors.ts';
import type { Services } from '../access/services.ts';
import { requireDashboard, staffOf } from '../access/staff-access.ts';
import {
  NewStaffSession,
  NewStaffSetup,
  SetupLookup,
  StaffMe,
  StaffSession,
  StaffSetup,
  StoreOfStaff,
} from './staff.schema.ts';
import { toStaffMe, toStaffSession, toStoreOfStaff } from './staff.wire.ts';
import type { StaffCookie } from './staff-cookie.ts';
import { endStaffSessions, listStaffSessions, signInStaff } from './staff-sessions.ts';
import { lookUpSetup, setUp } from './staff-setup.ts';
import { listStoresOf } from './staff-users.ts';

const tags = ['Staff'];

/** Sign-in of staff, and who is signed in (docs/decisions/0060-staff.md). */
export function staffRoutes(server: FastifyInstance, services: Services, cookie: StaffCookie): void {
  const app = server.withTypeProvider<TypeBoxTypeProvider>();
  const { database } = services;
  const fromDashboard = async (request: FastifyRequest) => requireDashboard(request, services.config);

  app.post(
    '/staff/sessions',
    {
      onRequest: [noStore, fromDashboard],
      schema: {
        tags,
        summary: 'Sign a member of staff in',
        description:
          'Answers a cookie. The session ends after 8 hours without a request, and after 7 days. Needs the header `X-Requested-With: clientele-dashboard`, like every request with the cookie.',
        body: document(NewStaffSession),
        response: answers({ 201: document(StaffMe) }, 401, 403, 422, 429, 503),
      },
    },
    async (request, reply) => {
      const now = new Date();
      const userAgent = request.headers['user-agent'] ?? '';
      const token = await signInStaff(services, request.body.data, { clientAddress: request.ip, userAgent, now });
      const staff = await services.staff.find(token, now);
      if (staff === undefined) throw accessErrors.invalidToken();
      return reply
        .code(201)
        .header('set-cookie', cookie.give(token))
        .send({ data: toStaffMe(staff) });
    },
  );

  app.get(
    '/staff/sessions',
    {
      schema: {
        tags,
        summary: 'List the own staff sessions',
        description: 'Newest first.',
        response: answers({ 200: document(Type.Array(StaffSession)) }),
      },
    },
    async request => {
      const staff = staffOf(request);
      const rows = await listStaffSessions(database, staff);
      return { data: rows.map(row => toStaffSession(row, staff.sessionId)) };
    },
  );

  for (const [path, which, summary] of [
    ['/staff/sessions/current', 'current', 'Sign out of the dashboard'],
    ['/staff/sessions', 'all', 'Sign out of the dashboard everywhere'],
  ] as const) {
    app.delete(path, { schema: { tags, summary, response: answers({ 204: Type.Null() }) } }, async (request, reply) => {
      await endStaffSessions(database, staffOf(request), which);
      return reply.code(204).header('set-cookie', cookie.remove()).send(null);
    });
  }

  app.get(
    '/staff/me',
    {
      onRequest: noStore,
      schema: { tags, summary: 'Get who is signed in', response: answers({ 200: document(StaffMe) }) },
    },
    async request => ({ data: toStaffMe(staffOf(request)) }),
  );

  app.get(
    '/staff/stores',
    {
      schema: {
        tags,
        summary: 'List the stores that one may work on',
        description: 'Requests under `/v2` name one of them in `X-Moltin-Auth-Store`.',
        response: answers({ 200: document(Type.Array(StoreOfStaff)) }),
      },
    },
    async request => ({ data: (await listStoresOf(database, staffOf(request))).map(toStoreOfStaff) }),
  );

  app.post(
    '/staff/setup/lookup',
    {
      onRequest: [noStore, fromDashboard],
      schema: {
        tags,
        summary: 'Get what a set-up link is good for',
        body: document(SetupLookup),
        response: answers({ 200: document(StaffSetup) }, 403, 404, 422),
      },
    },
    async request => ({ data: await lookUpSetup(database, request.body.data.token) }),
  );

  app.post(
    '/staff/setup',
    {
      onRequest: [noStore, fromDashboard],
      schema: {
        tags,
        summary: 'Use a set-up link',
        description: 'Sets the password of a member of staff, or makes the first owner. Then they sign in.',
        body: document(NewStaffSetup),
        response: answers({ 204: Type.Null() }, 403, 404, 422, 503),
      },
    },
    async (request, reply) => {
      await setUp(database, request.body.data);
      return reply.code(204).send(null);
    },
  );
}
