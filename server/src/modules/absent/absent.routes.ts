import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { answers, PageQuery, page, pathId } from '../../platform/http/schemas.ts';
import { pageDocument } from '../../platform/query/list-query.ts';
import { parsePage } from '../../platform/query/page.ts';
import type { RawQuery } from '../../platform/query/query-string.ts';
import type { Services } from '../access/services.ts';

const tags = ['Absent'];
const config = { areOtherMethodsUnknown: true, isAlwaysEmpty: true };

/**
 * What this server does not have and storefronts read all the same when they open: empty lists, so that they do not break
 * (reference: catalog-minimum.md). Everything else under these paths is unknown.
 */
export function absentRoutes(app: FastifyInstance, services: Services): void {
  for (const name of ['brands', 'categories', 'collections', 'files']) {
    const path = `/v2/${name}`;
    app.get(
      path,
      {
        config,
        schema: {
          tags,
          summary: `List ${name}`,
          description: 'Always empty.',
          querystring: PageQuery,
          response: answers({ 200: page(Type.Unknown()) }, 400),
        },
      },
      async request => {
        const query = request.query as RawQuery;
        const asked = parsePage(query, request.ctx.store.page_length);
        return pageDocument([], { baseUrl: services.baseUrl(), path, query, page: asked }, { total: 0 });
      },
    );
  }

  const lists = {
    '/v2/categories/tree': 'Get the tree of categories',
    '/v2/authentication-realms/:realmId/oidc-profiles': 'List OpenID Connect profiles',
  };
  for (const [path, summary] of Object.entries(lists)) {
    const schema = {
      tags,
      summary,
      description: 'Always empty.',
      ...(path.includes(':realmId') && { params: Type.Object({ realmId: pathId('authentication realm') }) }),
      response: answers({ 200: Type.Object({ data: Type.Array(Type.Unknown()) }) }),
    };
    app.get(path, { config, schema }, async () => ({ data: [] }));
  }
}
