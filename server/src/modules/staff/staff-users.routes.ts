import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { noStore } from '../../platform/http/headers.ts';
import { answers, document, pathId } from '../../platform/http/schemas.ts';
import type { Services } from '../access/services.ts';
import {
  InvitedStaffUser,
  ListedStaffUser,
  NewStaffUser,
  StaffSetupLink,
  StaffUser,
  StaffUserPatch,
} from './staff.schema.ts';
import { toSetupLink, toStaffUser } from './staff.wire.ts';
import { initiatorOf } from './staff-audit.ts';
import { listStaffSeen } from './staff-sessions.ts';
import { changeStaff, endSessionsOf, inviteStaff, removeStaff, renewSetupLink } from './staff-users.ts';

const tags = ['Staff'];
const params = Type.Object({ staffId: pathId('member of staff') });

/** Managing staff: for owners (docs/decisions/0060-staff.md). */
export function staffUserRoutes(server: FastifyInstance, { database, baseUrl }: Services): void {
  const app = server.withTypeProvider<TypeBoxTypeProvider>();

  app.get(
    '/staff/users',
    {
      schema: {
        tags,
        summary: 'List the staff',
        description: 'Oldest first; all of them, at most 500.',
        response: answers({ 200: document(Type.Array(ListedStaffUser)) }),
      },
    },
    async () => ({ data: (await listStaffSeen(database)).map(row => ({ ...toStaffUser(row), seen_at: row.seen_at })) }),
  );

  app.post(
    '/staff/users',
    {
      onRequest: noStore,
      schema: {
        tags,
        summary: 'Add a member of staff',
        description: 'Answers a link, shown once and good for a day, by which they set their password.',
        body: document(NewStaffUser),
        response: answers({ 201: document(InvitedStaffUser) }, 409, 422),
      },
    },
    async (request, reply) => {
      const { user, link } = await inviteStaff(database, baseUrl(), initiatorOf(request), request.body.data);
      return reply.code(201).send({ data: { ...toStaffUser(user), setup_link: toSetupLink(link) } });
    },
  );

  app.put(
    '/staff/users/:staffId',
    {
      schema: {
        tags,
        summary: 'Update a member of staff',
        description: 'Keys that are not sent keep their value. Takes effect with their next request.',
        params,
        body: document(StaffUserPatch),
        response: answers({ 200: document(StaffUser) }, 404, 409, 422),
      },
    },
    async request => {
      const id = request.params.staffId.toLowerCase();
      return { data: toStaffUser(await changeStaff(database, initiatorOf(request), id, request.body.data)) };
    },
  );

  app.delete(
    '/staff/users/:staffId',
    {
      schema: {
        tags,
        summary: 'Remove a member of staff',
        description: 'Their sessions end.',
        params,
        response: answers({ 204: Type.Null() }, 404, 409),
      },
    },
    async (request, reply) => {
      await removeStaff(database, initiatorOf(request), request.params.staffId.toLowerCase());
      return reply.code(204).send(null);
    },
  );

  app.delete(
    '/staff/users/:staffId/sessions',
    {
      schema: {
        tags,
        summary: 'Sign a member of staff out everywhere',
        params,
        response: answers({ 204: Type.Null() }, 404),
      },
    },
    async (request, reply) => {
      await endSessionsOf(database, initiatorOf(request), request.params.staffId.toLowerCase());
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/staff/users/:staffId/setup-link',
    {
      onRequest: noStore,
      schema: {
        tags,
        summary: 'Make a set-up link for a member of staff',
        description: 'By it they set a new password; links made before end. Shown once and good for a day.',
        params,
        response: answers({ 201: document(StaffSetupLink) }, 404),
      },
    },
    async (request, reply) => {
      const id = request.params.staffId.toLowerCase();
      const link = await renewSetupLink(database, baseUrl(), initiatorOf(request), id);
      return reply.code(201).send({ data: toSetupLink(link) });
    },
  );
}
