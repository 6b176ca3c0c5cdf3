import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { permissions } from '../src/modules/access/permissions.ts';
import { type StaffRole, staffRoles, staffRolesOf } from '../src/modules/access/staff-roles.ts';
import { createSubject, protectedRoutes, requestTo, type Subject } from './support/route-requests.ts';
import { createStaff, dashboardHeaders, type TestStaff } from './support/staff.ts';
import { type Caller, startTestApp, type TestApp, type TestStore } from './support/test-app.ts';

let app: TestApp;
let other: TestStore;
let subject: Subject;
/** Nothing that there is: a request about it that is let in finds nothing, and uses nothing up. */
let missing: Subject;
let staff: Record<StaffRole, TestStaff>;

beforeAll(async () => {
  app = await startTestApp();
  other = await app.addStore();
  subject = await createSubject(app);
  const ids = Object.fromEntries(Object.keys(subject.ids).map(name => [name, idsOfStaff.staffId]));
  missing = { ...subject, ids: { ...ids, slug: 'manual' } };
  const made = await Promise.all(staffRoles.map(async role => [role, await createStaff(app, { role })]));
  staff = Object.fromEntries(made);
});
afterAll(() => app.close());

const staffRoutes = Object.keys(permissions).filter(
  route => permissions[route] !== 'public' && !protectedRoutes.includes(route),
);
const idsOfStaff = { staffId: '018f0000-0000-7000-8000-00000000000b' };

const forbidden = (detail: string) => ({
  status: 403,
  body: { errors: [{ status: 403, title: 'Forbidden', detail }] },
});
const notForRole = forbidden('This action is not permitted for your role');
const notForToken = forbidden('This action is not permitted for this access token');
const notFromDashboard = forbidden('A staff session is only good for requests of the dashboard itself');

/** A request to a route, whose body is not valid unless the route is of a store. */
function ask(caller: Caller, route: string, of: Subject) {
  const [method = '', path = ''] = route.split(' ');
  const request = protectedRoutes.includes(route)
    ? requestTo(route, of)
    : { method: method as 'GET', url: path.replace(/:\w+/, idsOfStaff.staffId), payload: '{"data":{}}' };
  const { url, payload } = request;
  const isWrite = request.method === 'POST' || request.method === 'PUT';
  return app.send({
    method: request.method,
    url,
    headers: { 'content-type': 'application/json', ...caller.headers },
    ...(isWrite && payload !== undefined && { payload }),
  });
}

const plain = ({ status, body }: { status: number; body: unknown }) => ({ status, body });

describe.each(protectedRoutes)('%s', route => {
  const roles = staffRolesOf(route);
  const others = staffRoles.filter(role => !roles.includes(role));

  test('refuses the roles that may not, and lets those in that may', async () => {
    for (const role of others) {
      expect(plain(await ask(staff[role].caller, route, subject))).toEqual(notForRole);
    }
    // What comes of it is for the tests of the route: here it is only not refused.
    for (const role of roles) {
      const { status } = await ask(staff[role].caller, route, missing);
      expect([401, 403]).not.toContain(status);
      expect(status).toBeLessThan(500);
    }
  });

  test('refuses a request that does not come from the dashboard', async () => {
    const { cookie, caller } = staff.owner;
    const { 'x-requested-with': _, ...unmarked } = caller.headers;
    for (const headers of [
      unmarked,
      { ...caller.headers, 'x-requested-with': 'XMLHttpRequest' },
      { ...caller.headers, origin: 'https://evil.example' },
      { ...caller.headers, origin: 'null' },
      { ...caller.headers, 'sec-fetch-site': 'same-site' },
      { ...caller.headers, 'sec-fetch-site': 'cross-site' },
      { cookie },
    ]) {
      expect(plain(await ask(app.caller(headers), route, subject))).toEqual(notFromDashboard);
    }
  });
});

describe.each(staffRoutes)('%s', route => {
  test('is for staff of a role that may, and for no access token', async () => {
    for (const caller of [app.admin, app.storefront])
      expect(plain(await ask(caller, route, subject))).toEqual(notForToken);
    for (const role of staffRoles.filter(each => !staffRolesOf(route).includes(each))) {
      expect(plain(await ask(staff[role].caller, route, subject))).toEqual(notForRole);
    }
    expect((await ask(app.caller({}), route, subject)).status).toBe(401);
    expect((await ask(app.caller(dashboardHeaders), route, subject)).status).toBe(401);
    const own = await createStaff(app);
    expect([401, 403]).not.toContain((await ask(own.caller, route, subject)).status);
  });
});

test('what each role may do', () => {
  const may = (role: StaffRole) =>
    Object.keys(permissions).filter(
      route => permissions[route] !== 'public' && !route.startsWith('GET ') && staffRolesOf(route).includes(role),
    );
  const everyone = [
    'DELETE /staff/sessions',
    'DELETE /staff/sessions/current',
    'POST /staff/views',
    'PUT /staff/views/:viewId',
    'DELETE /staff/views/:viewId',
  ];
  expect(may('viewer')).toEqual(everyone);
  expect(may('privacy_officer')).toEqual([
    'POST /v2/customers/bulk/delete',
    'DELETE /v2/customers/:customerId',
    'DELETE /v2/customers/tokens/:tokenId',
    'DELETE /v2/customers/:customerId/sessions',
    'DELETE /v2/customers/:customerId/sessions/:sessionId',
    'POST /v2/orders/anonymize',
    'POST /v2/jobs',
    ...everyone,
  ]);
  const ownersOnly = may('owner').filter(route => !may('editor').includes(route));
  expect(ownersOnly).toEqual([
    'PUT /v2/settings',
    'DELETE /v2/settings',
    'PUT /v2/settings/cart',
    'PUT /v2/settings/logs-ttl',
    'POST /v2/orders/anonymize',
    'PUT /v2/gateways/:slug',
    'POST /v2/currencies',
    'PUT /v2/currencies/:currencyId',
    'DELETE /v2/currencies/:currencyId',
    'POST /v2/flows',
    'PUT /v2/flows/:flowId',
    'DELETE /v2/flows/:flowId',
    'POST /v2/fields',
    'PUT /v2/fields/:fieldId',
    'DELETE /v2/fields/:fieldId',
    'POST /staff/users',
    'PUT /staff/users/:staffId',
    'DELETE /staff/users/:staffId',
    'POST /staff/users/:staffId/setup-link',
    'DELETE /staff/users/:staffId/sessions',
    'PUT /staff/stores/current',
    'POST /staff/keys',
    'DELETE /staff/keys/:keyId',
  ]);
  for (const route of ['GET /v2/personal-data/logs', 'GET /v2/logs', 'GET /v2/customers/:customerId/logs'])
    expect(staffRolesOf(route)).toEqual(['owner', 'privacy_officer']);
  expect(staffRolesOf('POST /v2/customers/tokens')).toEqual([]);
});

describe('stores', () => {
  test('a request of staff must name a store, and it must be one of theirs', async () => {
    const only = await createStaff(app, { role: 'viewer', storeIds: [other.id] });
    const ask = (store?: string) =>
      only.caller.get('/v2/customers', store === undefined ? {} : { 'x-moltin-auth-store': store });
    expect((await ask(other.id)).status).toBe(200);
    expect((await ask(other.id.toUpperCase())).status).toBe(200);
    const refused = forbidden('There is no such store, or you have no access to it');
    for (const store of [app.id, idsOfStaff.staffId, 'default']) expect(plain(await ask(store))).toEqual(refused);
    expect(plain(await ask(''))).toEqual({
      status: 400,
      body: {
        errors: [
          {
            status: 400,
            title: 'Bad Request',
            detail: 'The header X-Moltin-Auth-Store must name the store',
            source: 'X-Moltin-Auth-Store',
          },
        ],
      },
    });
  });

  test('staff of every store see what is in the store that they name', async () => {
    const name = `Only here ${other.id}`;
    const { body } = await other.admin.post('/v2/customers', { data: { name, email: 'only@here.example' } });
    const { caller } = staff.viewer;
    const at = `/v2/customers/${body.data.id}`;
    expect((await caller.get(at)).status).toBe(404);
    expect((await caller.get(at, { 'x-moltin-auth-store': other.id })).body.data).toMatchObject({ name });
    const { data } = (await caller.get('/staff/stores')).body;
    expect(data.map((store: { id: string }) => store.id)).toEqual([app.id, other.id].sort());
  });
});

test('an access token goes before a cookie, which then changes nothing', async () => {
  const { cookie } = staff.owner;
  expect((await app.storefront.get('/v2/customers', { cookie })).status).toBe(403);
  expect((await app.admin.get('/v2/customers', { cookie })).status).toBe(200);
  expect((await app.caller({ authorization: 'Bearer garbage', cookie }).get('/v2/customers')).status).toBe(401);
});
