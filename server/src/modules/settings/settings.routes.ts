import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { answers, document, keywordErrors } from '../../platform/http/schemas.ts';
import type { Services } from '../access/services.ts';
import { CartSettings, CartSettingsPatch, LogsTtl, LogsTtlPatch, Settings, SettingsPatch } from './settings.schema.ts';
import { changeCartSettings, changeLogsTtl, changeSettings, getSettings, resetSettings } from './settings.service.ts';
import { toCartSettings, toLogsTtl, toSettings } from './settings.wire.ts';

const tags = ['Settings'];
const description = 'Keys that are not sent keep their value. Every process follows at once.';

/** The endpoints of settings (reference: platform.md, "Settings"). */
export function settingsRoutes(server: FastifyInstance, services: Services): void {
  const app = server.withTypeProvider<TypeBoxTypeProvider>();

  app.get(
    '/v2/settings',
    { schema: { tags, summary: 'Get the settings', response: answers({ 200: document(Settings) }) } },
    async request => ({ data: toSettings(await getSettings(services, request.ctx)) }),
  );

  app.put(
    '/v2/settings',
    {
      schema: {
        tags,
        summary: 'Update the settings',
        description,
        body: document(SettingsPatch, keywordErrors),
        response: answers({ 200: document(Settings) }, 400),
      },
    },
    async request => ({ data: toSettings(await changeSettings(services, request.ctx, request.body.data)) }),
  );

  app.delete(
    '/v2/settings',
    {
      schema: {
        tags,
        summary: 'Set the settings back to their defaults',
        response: answers({ 204: Type.Null() }),
      },
    },
    async (request, reply) => {
      await resetSettings(services, request.ctx);
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/v2/settings/cart',
    { schema: { tags, summary: 'Get the settings of carts', response: answers({ 200: document(CartSettings) }) } },
    async request => ({ data: toCartSettings(await getSettings(services, request.ctx)) }),
  );

  app.put(
    '/v2/settings/cart',
    {
      schema: {
        tags,
        summary: 'Update the settings of carts',
        description,
        body: document(CartSettingsPatch, keywordErrors),
        response: answers({ 200: document(CartSettings) }, 400),
      },
    },
    async request => ({ data: toCartSettings(await changeCartSettings(services, request.ctx, request.body.data)) }),
  );

  app.get(
    '/v2/settings/logs-ttl',
    { schema: { tags, summary: 'Get how long logs are kept', response: answers({ 200: document(LogsTtl) }) } },
    async request => ({ data: toLogsTtl(await getSettings(services, request.ctx)) }),
  );

  app.put(
    '/v2/settings/logs-ttl',
    {
      schema: {
        tags,
        summary: 'Update how long logs are kept',
        body: document(LogsTtlPatch, keywordErrors),
        response: answers({ 200: document(LogsTtl) }, 400),
      },
    },
    async request => ({ data: toLogsTtl(await changeLogsTtl(services, request.ctx, request.body.data)) }),
  );
}
