import type { FastifyInstance } from 'fastify';
import { apiError } from '../errors.ts';
import { filterErrors } from '../query/filter.ts';
import { parseFilter } from '../query/filter-parameter.ts';
import type { RawQuery } from '../query/query-string.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Answers the same list whatever is asked of it. */
    isAlwaysEmpty?: boolean;
  }
}

const noSearch = apiError(400, 'Bad Request', 'This list cannot be searched', 'search');

/** What each parameter is refused by, unless it asks for nothing. */
const refusals: Readonly<Record<string, (text: string) => void>> = {
  filter: text => {
    if (parseFilter(text).length > 0) throw filterErrors.syntax();
  },
  search: text => {
    if (text !== '') throw noSearch();
  },
};

interface RouteSchema {
  readonly querystring?: { readonly properties?: object };
  readonly response?: Readonly<
    Record<number, { readonly properties?: { readonly data?: { readonly type?: string } } }>
  >;
}

/**
 * Refuses what would narrow a list that does not declare it in its query: with 400, instead of answering everything
 * (reference: README.md, "Filtering"). An order that a list does not have is ignored. Call before the first route.
 */
export function refuseUndeclared(app: FastifyInstance): void {
  app.addHook('onRoute', route => {
    const { querystring, response } = (route.schema ?? {}) as RouteSchema;
    const isList = response?.[200]?.properties?.data?.type === 'array';
    if (route.method !== 'GET' || !route.url.startsWith('/v2/') || !isList || route.config?.isAlwaysEmpty) return;
    const refused = Object.entries(refusals).filter(([name]) => !Object.hasOwn(querystring?.properties ?? {}, name));
    if (refused.length === 0) return;
    route.preHandler = [
      ...[route.preHandler ?? []].flat(),
      async request => {
        for (const [name, refuse] of refused) refuse((request.query as RawQuery)[name] ?? '');
      },
    ];
  });
}
