import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { password } from './support/builders.ts';
import { expectCommonHeaders } from './support/listening.ts';
import { createSubject, protectedRoutes, requestTo, type Subject } from './support/route-requests.ts';
import { type Answer, startTestApp, type TestApp } from './support/test-app.ts';

let app: TestApp;
let subject: Subject;

beforeAll(async () => {
  app = await startTestApp();
  subject = await createSubject(app);
});
afterAll(() => app.close());

const headersOf = ({ headers }: Answer) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

const json = 'application/json; charset=utf-8';

describe('every answer', () => {
  test.each(protectedRoutes.filter(route => !route.startsWith('DELETE ')))(
    'of %s is JSON with the common headers, also without a token and for something missing',
    async route => {
      const { method, url, payload } = requestTo(route, subject);
      const missing = url.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '00000000-0000-4000-8000-000000000000');
      const ids = new Set<string>();
      for (const [path, headers] of [
        [url, app.admin.headers],
        [missing, app.admin.headers],
        [url, {}],
      ] as const) {
        const answer = await app.send({
          method,
          url: path,
          headers: { 'content-type': 'application/json', ...headers },
          ...(payload !== undefined && { payload }),
        });
        const answered = headersOf(answer);
        expectCommonHeaders(answered);
        if (answer.status !== 204) expect(answered['content-type']).toBe(json);
        ids.add(answered['x-request-id'] ?? '');
      }
      expect(ids.size).toBe(3);
    },
  );

  test('without a body is 204 and has no content type', async () => {
    const { ids } = await createSubject(app);
    const { status, headers, body } = await app.admin.delete(`/v2/customers/${ids.customerId}`);
    expect({ status, body, type: headers['content-type'] }).toEqual({ status: 204, body: '', type: undefined });
    expectCommonHeaders(headersOf({ status, headers, body }));
  });

  test.each(['/health/live', '/health/ready', '/openapi.json', '/docs', '/v2/unknown', '/v2/customers/%ff'])(
    'of %s has the common headers',
    async url => {
      expectCommonHeaders(headersOf(await app.send({ method: 'GET', url })));
    },
  );
});

describe('answers that hold or refuse a token are not to be stored', () => {
  const signIn = (secret: unknown) =>
    app.storefront.post('/v2/customers/tokens', { data: { type: 'token', email: subject.email, password: secret } });
  const authenticate = (payload: object) => app.send({ method: 'POST', url: '/oauth/access_token', payload });

  test.each<[string, number, () => Promise<Answer>]>([
    ['a sign-in', 201, () => signIn(password)],
    ['a failed sign-in', 401, () => signIn('wrong-horse-9')],
    ['a sign-in with a faulty body', 422, () => signIn(7)],
    ['an access token', 200, () => authenticate({ grant_type: 'implicit', client_id: app.clientId })],
    ['a refused access token', 401, () => authenticate({ grant_type: 'implicit', client_id: 'unknown' })],
    ['a faulty form', 400, () => authenticate({})],
  ])('%s: %i', async (_name, expected, ask) => {
    const { status, headers } = await ask();
    expect({ status, stored: headers['cache-control'] }).toEqual({ status: expected, stored: 'no-store' });
  });
});

describe('a CORS preflight', () => {
  const ask = (url: string, headers: Record<string, string> = {}) =>
    app.send({ method: 'OPTIONS', url, headers: { origin: 'https://shop.example.test', ...headers } });

  test.each(['/v2/customers', '/oauth/access_token', '/v2/unknown', '/', '/health/live', '//v2//customers//?a=b'])(
    'is answered for %s without authentication',
    async url => {
      const { status, body, headers } = await ask(url);
      expect({ status, body }).toEqual({ status: 204, body: '' });
      expectCommonHeaders(headersOf({ status, body, headers }));
      expect(headers).toMatchObject({
        'access-control-allow-methods': 'GET, POST, PUT, DELETE, OPTIONS',
        'access-control-max-age': '86400',
      });
    },
  );

  test('allows every header of the contract, and whatever else is asked for', async () => {
    const { headers } = await ask('/v2/customers', { 'access-control-request-headers': 'x-of-the-shop, x-another' });
    const allowed = String(headers['access-control-allow-headers']).toLowerCase().split(', ');
    expect(allowed).toEqual(
      expect.arrayContaining([
        'authorization',
        'content-type',
        'x-moltin-customer-token',
        'x-moltin-currency',
        'x-moltin-language',
        'x-moltin-locale',
        'x-moltin-application',
        'x-moltin-sdk-language',
        'x-moltin-sdk-version',
        'x-moltin-auth-store',
        'ep-account-management-authentication-token',
        'ep-channel',
        'ep-context-tag',
        'ep-beta-features',
        'ep-disable-beta-filtering',
        'x-of-the-shop',
        'x-another',
      ]),
    );
  });

  test('repeats nothing that is no list of header names', async () => {
    for (const asked of ['<script>', 'a;b', 'x'.repeat(5000), '"']) {
      const { status, headers } = await ask('/v2/customers', { 'access-control-request-headers': asked });
      expect(status).toBe(204);
      expect(String(headers['access-control-allow-headers'])).not.toContain(asked);
    }
  });
});

const lists = protectedRoutes.filter(route => route.startsWith('GET /v2/'));

test.each(lists)('%s, if it is a list, refuses to be narrowed down by what it does not know', async route => {
  const { url } = requestTo(route, subject);
  const ask = (query: string) => app.admin.get(`${url}${url.includes('?') ? '&' : '?'}${query}`);
  const { status, body } = await ask('page[limit]=1');
  // What is always empty, storefronts ask for anything.
  const isAlwaysEmpty = /^GET \/v2\/(brands|categories|collections|files|authentication-realms)/.test(route);
  if (status !== 200 || !Array.isArray(body.data) || isAlwaysEmpty) return;
  expect((await ask('filter=eq(nope,1)')).status).toBe(400);
  if (route !== 'GET /v2/customers') expect((await ask('search=zzz')).status).toBe(400);
});
