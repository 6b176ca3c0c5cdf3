import type { FastifyInstance, FastifyRequest } from 'fastify';
import { accessErrors } from './access.errors.ts';
import type { Client } from './clients.ts';
import type { Context, Shopper } from './context.ts';
import { permissionOf, type RoutePermission } from './permissions.ts';
import type { Services } from './services.ts';
import { requireDashboard, type StaffMember, storeNamedBy } from './staff-access.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set on every route that asks for an access token. */
    ctx: Context;
    /** The member of staff behind a staff session. */
    staff: StaffMember | undefined;
  }
  interface FastifyContextConfig {
    permission?: RoutePermission;
  }
}

/**
 * Gives every route declared after it the permission that the table names, and every request its context. Refuses to
 * declare a route that the table does not know.
 */
export function requireAccess(
  app: FastifyInstance,
  services: Pick<Services, 'config' | 'database' | 'clients' | 'staff' | 'tokens' | 'rateLimits'>,
): void {
  app.decorateRequest('ctx');
  app.decorateRequest('staff');
  app.addHook('onRoute', route => {
    for (const method of [route.method].flat()) {
      const permission = permissionOf(method, route.url);
      if (permission === undefined) throw new Error(`${method} ${route.url} is not in the permission table`);
      if (permission !== 'public') route.config = { ...route.config, permission };
    }
  });

  app.addHook('onRequest', async request => {
    const { permission } = request.routeOptions.config;
    if (permission === undefined) return;
    const { authorization, cookie } = request.headers;
    const session = authorization === undefined && cookie !== undefined ? services.staff.tokenIn(cookie) : undefined;
    if (session === undefined) request.ctx = await authenticate(request, permission);
    else await admitStaff(request, permission, session);
  });

  /** Lets a member of staff in. A route that is of no store gives the request no context. */
  async function admitStaff(request: FastifyRequest, permission: RoutePermission, session: string): Promise<void> {
    requireDashboard(request, services.config);
    const now = new Date();
    const staff = await services.staff.find(session, now);
    if (staff === undefined) throw accessErrors.invalidToken();
    request.staff = staff;
    request.logFields.client = `staff ${staff.id}`;
    await services.rateLimits.checkRequest(request);
    if (!permission.staff.includes(staff.role)) throw accessErrors.notPermittedForRole();
    if (permission.isOfNoStore) return;

    const store = await services.clients.findStore(storeNamedBy(request, staff));
    if (store === undefined) throw accessErrors.storeNotOfStaff();
    request.logFields.store = store.id;
    request.ctx = {
      db: services.database.forStore(store.id),
      store,
      role: 'admin',
      actor: { type: 'staff', id: staff.id, name: staff.name, role: staff.role },
      shopper: undefined,
      clientAddress: request.ip,
      userAgent: request.headers['user-agent'] ?? '',
      now,
      arrivedAt: request.arrivedAt,
    };
  }

  async function authenticate(request: FastifyRequest, permission: RoutePermission): Promise<Context> {
    const token = readAccessToken(request.headers.authorization);
    const claims = token === undefined ? undefined : await services.tokens.verify('access', token);
    const client = claims && (await services.clients.find(claims.key));
    if (claims === undefined || client === undefined) throw accessErrors.invalidToken();
    describeClient(request, client);
    await services.rateLimits.checkRequest(request);

    const otherStore = request.headers['x-moltin-auth-store'];
    if (otherStore !== undefined && otherStore !== '' && otherStore !== client.store.id)
      throw accessErrors.otherStore();

    const shopper = permission.readsCustomerToken
      ? await readShopper(request.headers['x-moltin-customer-token'])
      : undefined;
    checkPermission(permission, claims.role, shopper, request.params as { customerId?: string });
    return {
      db: services.database.forStore(client.store.id),
      store: client.store,
      role: claims.role,
      actor: { type: 'key', id: client.key.id, name: client.key.name },
      shopper,
      clientAddress: request.ip,
      userAgent: request.headers['user-agent'] ?? '',
      now: new Date(),
      arrivedAt: request.arrivedAt,
    };
  }

  async function readShopper(header: string | string[] | undefined): Promise<Shopper | undefined> {
    // Logged-out shops send these (reference: README.md, "Request headers").
    if (header === undefined || header === '' || header === 'null' || header === 'undefined') return undefined;
    const claims = typeof header === 'string' ? await services.tokens.verify('customer', header) : undefined;
    if (claims === undefined) throw accessErrors.invalidCustomerToken();
    return { customerId: claims.sub, sessionId: claims.jti };
  }
}

/** `Bearer T`, `Bearer: T`, `bearer T` or the bare token (reference: authentication.md, "Access token on requests"). */
function readAccessToken(header: string | undefined): string | undefined {
  return header === undefined ? undefined : /^(?:bearer:?\s+)?(\S+)\s*$/i.exec(header)?.[1];
}

function describeClient(request: FastifyRequest, { key, store }: Client): void {
  request.logFields.store = store.id;
  request.logFields.client = key.client_id;
}

function checkPermission(
  permission: RoutePermission,
  role: Context['role'],
  shopper: Shopper | undefined,
  params: { readonly customerId?: string },
): void {
  const granted = role === 'admin' ? permission.admin : shopper ? permission.shopper : permission.implicit;
  if (granted === false) throw accessErrors.notPermitted();
  const named = params?.customerId?.toLowerCase();
  if (shopper !== undefined && named !== undefined && named !== shopper.customerId) throw accessErrors.otherCustomer();
}
