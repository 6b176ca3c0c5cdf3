import type { FastifyInstance } from 'fastify';
import type { TObject } from 'typebox';
import { answers } from '../../platform/http/schemas.ts';
import { readDefinitions } from './definitions.ts';
import { Attributes } from './fields.schema.ts';
import { toResourceAttributes } from './flows.wire.ts';

/**
 * Declares the route that lists what a resource has, for dashboards (reference: customers.md, "Attributes"). `body`: the
 * schema of a new one.
 */
export function attributesRoute(
  server: FastifyInstance,
  { flowSlug, body, tags }: { readonly flowSlug: string; readonly body: TObject; readonly tags: readonly string[] },
): void {
  server.get(
    `/v2/${flowSlug}/attributes`,
    {
      schema: {
        tags,
        summary: `List the attributes of ${flowSlug}`,
        description: 'What can be set, its own first, then the enabled fields of the store.',
        response: answers({ 200: Attributes }),
      },
    },
    async request => {
      const { fields } = await readDefinitions(request.ctx.db);
      return toResourceAttributes(flowSlug, body, fields.get(flowSlug) ?? []);
    },
  );
}
