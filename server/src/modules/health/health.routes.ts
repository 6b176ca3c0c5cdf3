import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { DatabaseConnection } from '../../platform/db/database.ts';
import { findReadiness } from '../../platform/db/migrate.ts';
import { commonErrors } from '../../platform/errors.ts';
import { answers } from '../../platform/http/schemas.ts';

const tags = ['Operations'];
const Status = Type.Object({ status: Type.String() });

/** What an orchestrator asks: whether the process runs, and whether it can serve. */
export function healthRoutes(server: FastifyInstance, database: DatabaseConnection, migrations: number): void {
  const app = server.withTypeProvider<TypeBoxTypeProvider>();

  app.get(
    '/health/live',
    { schema: { tags, summary: 'Whether the process runs', response: answers({ 200: Status }) } },
    async () => ({ status: 'live' }),
  );

  app.get(
    '/health/ready',
    {
      schema: {
        tags,
        summary: 'Whether the process can serve',
        description: '200 only when the database answers, takes writes, and has every migration.',
        response: answers({ 200: Status }, 503),
      },
    },
    async () => {
      const found = await database.first(findReadiness, {}).catch(() => undefined);
      if (found === undefined || found.applied < migrations || found.is_read_only)
        throw commonErrors.databaseUnavailable();
      return { status: 'ready' };
    },
  );
}
