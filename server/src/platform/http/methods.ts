import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Answer the other methods of the path like an unknown path: 404 instead of 405. */
    areOtherMethodsUnknown?: boolean;
  }
}

/** Knows which methods each path has, so that an unknown method on a known path is told from an unknown path. */
export interface MethodTable {
  /** The methods of the routes that match a path, of those that name it if any do; empty when there is none. */
  methodsOf(path: string): string[];
  /** Whether a route names a path, without parameters. */
  isNamed(path: string): boolean;
}

/** Watches the routes as they are declared. Call before the first one. */
export function watchMethods(app: FastifyInstance): MethodTable {
  const named = new Map<string, string[]>();
  const routes: { pattern: RegExp; methods: string[] }[] = [];
  app.addHook('onRoute', route => {
    if (route.config?.areOtherMethodsUnknown) return;
    const ofRoute = [route.method].flat();
    if (!/[:*]/.test(route.url)) named.set(route.url, [...(named.get(route.url) ?? []), ...ofRoute]);
    const source = route.url
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace(/:[A-Za-z]+/g, '[^/]+')
      .replace(/\*/g, '.*');
    routes.push({ pattern: new RegExp(`^${source}$`), methods: ofRoute });
  });
  return {
    methodsOf: path => {
      const clean = cleanPath(path);
      const methods =
        named.get(clean) ?? routes.filter(route => route.pattern.test(clean)).flatMap(route => route.methods);
      return [...new Set(methods)].sort();
    },
    isNamed: path => named.has(cleanPath(path)),
  };
}

function cleanPath(path: string): string {
  return path.replace(/\/{2,}/g, '/').replace(/(.)\/$/, '$1');
}
