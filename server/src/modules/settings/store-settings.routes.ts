import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { answers, document } from '../../platform/http/schemas.ts';
import type { Services } from '../access/services.ts';
import { changeStoreSettings, getSettings } from './settings.service.ts';
import { toStore } from './settings.wire.ts';
import { Store, StorePatch } from './store-settings.schema.ts';

const tags = ['Settings'];

/** What the contract has no endpoint for (docs/decisions/0063-owners-change-store-settings.md). */
export function storeSettingsRoutes(server: FastifyInstance, services: Services): void {
  const app = server.withTypeProvider<TypeBoxTypeProvider>();

  app.get(
    '/staff/stores/current',
    {
      schema: {
        tags,
        summary: 'Get the store that the request names',
        response: answers({ 200: document(Store) }, 400),
      },
    },
    async request => ({ data: toStore(await getSettings(services, request.ctx)) }),
  );

  app.put(
    '/staff/stores/current',
    {
      schema: {
        tags,
        summary: 'Update the store that the request names',
        description: 'Keys that are not sent keep their value. Every process follows at once.',
        body: document(StorePatch),
        response: answers({ 200: document(Store) }, 422),
      },
    },
    async request => ({ data: toStore(await changeStoreSettings(services, request.ctx, request.body.data)) }),
  );
}
