import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type ListeningApp, startListeningApp } from './support/listening.ts';
import { exchange, openConnection } from './support/raw-http.ts';
import { createSubject, protectedRoutes, renewSubject, requestTo, type Subject } from './support/route-requests.ts';

/** Stands in every personal or secret text that the tests send: nothing that is logged may hold it. */
const mark = 'zqmarker';
const secret = `${mark}-horse-9`;

let app: ListeningApp;
let subject: Subject;

beforeAll(async () => {
  app = await startListeningApp({ LOG_LEVEL: 'trace' });
  subject = await createSubject(app, { email: `${mark}.ada@example.com`, name: `Ada ${mark}` });
});
beforeEach(() => {
  app.logs.length = 0;
});
afterAll(() => app.close());

const lines = () => app.logs.map(line => JSON.parse(line));

/** What would give away a person or open a door. */
function findLeaks(): string[] {
  const tokens = [app.admin, app.storefront].map(({ headers }) => headers.authorization?.split(' ')[1] ?? 'none');
  const secrets = [mark, encodeURIComponent(secret), subject.token, app.clientSecret, ...tokens];
  return app.logs.filter(line => secrets.some(text => line.toLowerCase().includes(text.toLowerCase())));
}

const headersWith = (headers: Record<string, string> = {}) => ({
  'content-type': 'application/json',
  ...app.admin.headers,
  'user-agent': `Agent/${mark}`,
  referer: `https://${mark}.example/`,
  'x-forwarded-for': mark,
  ...headers,
});

describe('a request is logged as one line', () => {
  test('with its id, route, status, duration, store and client', async () => {
    const { headers } = await app.admin.get(`/v2/customers/${subject.ids.customerId}?filter=${mark}`);
    expect(lines()).toEqual([
      {
        level: 30,
        time: expect.any(Number),
        pid: expect.any(Number),
        hostname: expect.any(String),
        id: headers['x-request-id'],
        method: 'GET',
        route: '/v2/customers/:customerId',
        status: 200,
        ms: expect.any(Number),
        store: app.id,
        client: app.clientId,
      },
    ]);
    expect(lines()[0]?.ms).toBeGreaterThan(0);
  });

  test.each([
    ['an unknown path', `/v2/${mark}`, {}, { route: '(unknown)', status: 404 }],
    ['a path that cannot be decoded', `/v2/customers/%ff${mark}`, {}, { route: '(unknown)', status: 400 }],
    ['a request without a token', '/v2/customers', { authorization: '' }, { route: '/v2/customers', status: 401 }],
    ['a refused one', '/v2/customers', { 'x-moltin-customer-token': mark }, { route: '/v2/customers', status: 403 }],
  ])('%s', async (_name, url, headers, expected) => {
    await app.send({ method: 'GET', url, headers: headersWith(headers) });
    expect(lines()).toEqual([expect.objectContaining(expected)]);
  });

  test('bytes that are no request', async () => {
    await exchange(app.port, `${mark} /${mark} HTTP/9.9\r\n\r\n`);
    expect(lines()).toEqual([expect.objectContaining({ route: '(malformed)', status: 400, id: expect.any(String) })]);
  });

  test.each([
    ['before its body has come', 100, '{"data":'],
    [
      'before it is answered',
      undefined,
      JSON.stringify({ data: { name: mark, email: 'gone@example.com', password: secret } }),
    ],
  ])('one whose client leaves %s, with 499', async (_name, length, body) => {
    const connection = await openConnection(app.port);
    const head = `host: x\r\nauthorization: ${app.admin.headers.authorization}\r\ncontent-length: ${length ?? body.length}`;
    const arrived = new Promise(resolve => app.app.server.once('request', resolve));
    connection.send(`POST /v2/customers HTTP/1.1\r\n${head}\r\n\r\n${body}`);
    await arrived;
    connection.socket.resetAndDestroy();
    await vi.waitFor(() =>
      expect(lines()).toEqual([expect.objectContaining({ method: 'POST', route: '/v2/customers', status: 499 })]),
    );
  });
});

describe('nothing personal or secret is logged', () => {
  test.each(protectedRoutes)('by %s, whether it succeeds or fails', async route => {
    const own = route.startsWith('DELETE ')
      ? await renewSubject(app, subject, route, { email: `${mark}.${Math.random()}@example.com` })
      : subject;
    app.logs.length = 0;
    const { method, url, payload } = requestTo(route, own);
    const marked = payload?.replaceAll(/(?<!"type":)"(?![0-9a-f-]{36})([^"]{6,})"(?=[,}\]])/g, `"${mark}$1"`);
    const withMark = url.includes('?')
      ? `${url}&a=${mark}`
      : `${url}?filter=eq(email,${mark}@example.com)&sort=${mark}`;
    const requests = [
      { url: withMark, payload: marked, headers: headersWith() },
      { url: withMark, payload: `{"data":${mark}`, headers: headersWith() },
      { url, payload, headers: headersWith({ authorization: `Bearer ${mark}` }) },
      { url, payload, headers: headersWith({ 'x-moltin-customer-token': `${subject.token}${mark}` }) },
      { url: url.replaceAll(/\/[^/?]*-[^/?]*/g, `/${mark}@example.com`), payload: marked, headers: headersWith() },
      { url, payload, headers: headersWith({ 'x-moltin-customer-token': own.token }) },
    ];
    for (const { payload: sent, ...request } of requests) {
      await app.send({ method, ...request, ...(sent !== undefined && { payload: sent }) });
    }
    expect(lines().filter(line => line.route !== undefined)).toHaveLength(requests.length);
    expect(findLeaks()).toEqual([]);
  });

  test('by sign-in and the token endpoint, with right and wrong secrets', async () => {
    const signIn = (password: string) =>
      app.storefront.post('/v2/customers/tokens', { data: { type: 'token', email: subject.email, password } });
    await signIn(secret);
    await signIn(`${secret}\\u0000`);
    for (const client_secret of [app.clientSecret, secret]) {
      const form = { grant_type: 'client_credentials', client_id: app.clientId, client_secret };
      await app.send({ method: 'POST', url: '/oauth/access_token', payload: form });
      await app.send({ method: 'POST', url: `/oauth/access_token?${new URLSearchParams(form)}`, payload: form });
    }
    await app.send({ method: 'POST', url: '/oauth/access_token', payload: { grant_type: mark, client_id: mark } });
    expect(lines()).toHaveLength(7);
    expect(findLeaks()).toEqual([]);
  });

  test('by a duplicate e-mail, which the database reports with the e-mail', async () => {
    const { status } = await app.admin.post('/v2/customers', { data: { name: mark, email: subject.email } });
    expect(status).toBe(409);
    expect(findLeaks()).toEqual([]);
  });

  test('by a fault of ours, which is logged with its place and answered without', async () => {
    await app.query(`alter table customers add constraint faulty_check check (name <> 'Faulty ${mark}')`);
    const { status, body, headers } = await app.admin.post('/v2/customers', {
      data: { name: `Faulty ${mark}`, email: `${mark}-new@example.com`, password: secret },
    });
    await app.query('alter table customers drop constraint faulty_check');

    const id = headers['x-request-id'];
    const error = { status: 500, title: 'Internal Server Error', detail: 'Something went wrong on our side' };
    expect({ status, body }).toEqual({ status: 500, body: { errors: [{ ...error, request_id: id }] } });
    const [fault] = lines().filter(line => line.level === 50);
    expect(fault).toMatchObject({ id, code: '23514', constraint: 'faulty_check', table: 'customers' });
    expect(fault.stack.join('\n')).toContain('customers.service.ts');
    expect(findLeaks()).toEqual([]);
  });
});
