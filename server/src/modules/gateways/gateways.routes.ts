import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { answers, document } from '../../platform/http/schemas.ts';
import { Gateway, GatewayPatch } from './gateways.schema.ts';
import { changeGateway, getGateway, listGateways, type StoreGateway } from './gateways.service.ts';

const tags = ['Gateways'];
const params = Type.Object({ slug: Type.String({ description: 'Name of the gateway', examples: ['manual'] }) });

const toGateway = ({ slug, name, isEnabled, isSimulated }: StoreGateway): Gateway => ({
  type: 'gateway',
  slug,
  name,
  enabled: isEnabled,
  ...(isSimulated && { test: true }),
});

/** The endpoints of gateways (reference: orders.md, "Gateways"). */
export function gatewayRoutes(server: FastifyInstance): void {
  const app = server.withTypeProvider<TypeBoxTypeProvider>();

  app.get(
    '/v2/gateways',
    {
      schema: {
        tags,
        summary: 'List gateways',
        description: 'The manual one; with simulated ones where the operator has allowed them for development.',
        response: answers({ 200: Type.Object({ data: Type.Array(Gateway) }) }, 400),
      },
    },
    async request => {
      return { data: (await listGateways(request.ctx)).map(toGateway) };
    },
  );

  app.get(
    '/v2/gateways/:slug',
    { schema: { tags, summary: 'Get a gateway', params, response: answers({ 200: document(Gateway) }, 404) } },
    async request => ({ data: toGateway(await getGateway(request.ctx, request.params.slug)) }),
  );

  app.put(
    '/v2/gateways/:slug',
    {
      schema: {
        tags,
        summary: 'Enable or disable a gateway',
        params,
        body: document(GatewayPatch),
        response: answers({ 200: document(Gateway) }, 404, 422),
      },
    },
    async request => ({
      data: toGateway(await changeGateway(request.ctx, request.params.slug, request.body.data.enabled)),
    }),
  );
}
