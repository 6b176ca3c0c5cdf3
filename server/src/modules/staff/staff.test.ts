import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { cookieOf, createStaff, dashboardHeaders, staffPassword, staffSignIn } from '../../../test/support/staff.ts';
import { startTestApp, type TestApp } from '../../../test/support/test-app.ts';

const minute = 60_000;
const hour = 60 * minute;

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ CLIENTELE_SIGNIN_LIMIT_ACCOUNT: '3', CLIENTELE_SIGNIN_LIMIT_ADDRESS: '20' });
});
afterAll(() => app.close());
afterEach(() => {
  vi.useRealTimers();
});

const moveClock = (ms: number) => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms });

describe('sign-in', () => {
  test('gives a cookie that scripts and other sites cannot use, and tells who is signed in', async () => {
    const { id, email } = await createStaff(app, { role: 'viewer' });
    const { status, headers, body } = await staffSignIn(app, { email: ` ${email.toUpperCase()} ` });
    expect(status).toBe(201);
    expect(headers['set-cookie']).toMatch(/^clientele_staff=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(headers['cache-control']).toBe('no-store');
    expect(body.data).toMatchObject({ id, type: 'staff_user', name: 'Grace Hopper', email, role: 'viewer' });
    expect(body.data.permissions).toContain('GET /v2/customers');
    expect(body.data.permissions).not.toContain('POST /v2/customers');
  });

  test('behind https binds the cookie to the host and to https', async () => {
    const { email } = await createStaff(app);
    const secure = await app.addInstance({ CLIENTELE_PUBLIC_URL: 'https://shop.example.com' });
    const { headers } = await staffSignIn(secure, { email });
    expect(headers['set-cookie']).toMatch(
      /^__Host-clientele_staff=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure$/,
    );
  });

  test('stores no token, and logs neither e-mail nor password', async () => {
    const { email, cookie } = await createStaff(app);
    const token = cookie.split('=')[1] ?? '';
    const { rows } = await app.query('select * from staff_sessions');
    expect(JSON.stringify(rows)).not.toContain(token);
    const log = app.logs.join('');
    for (const secret of [email, staffPassword, token]) expect(log).not.toContain(secret);
  });

  test.each([
    ['an unknown e-mail', { email: 'nobody@example.com' }],
    ['a wrong password', { password: 'not the password' }],
  ])('with %s answers the same 401', async (_, changes) => {
    const { email } = await createStaff(app);
    const { status, headers, body } = await staffSignIn(app, { email, from: '203.0.113.7', ...changes });
    expect({ status, body }).toEqual({
      status: 401,
      body: { errors: [{ status: 401, title: 'Unauthorized', detail: 'The email or password is incorrect' }] },
    });
    expect(headers['set-cookie']).toBeUndefined();
  });

  test('from another page than the dashboard is refused, so that nobody is signed in unawares', async () => {
    const { email } = await createStaff(app);
    const data = { email, password: staffPassword };
    for (const headers of [{}, { ...dashboardHeaders, origin: 'https://evil.example' }]) {
      expect((await app.caller(headers).post('/staff/sessions', { data })).status).toBe(403);
    }
    const own = { ...dashboardHeaders, host: 'shop.example.com', origin: 'https://shop.example.com' };
    expect(
      (await app.caller({ ...own, 'sec-fetch-site': 'same-origin' }).post('/staff/sessions', { data })).status,
    ).toBe(201);
  });

  test('is limited by account on every process, and the limits of customers are others', async () => {
    const { email } = await createStaff(app);
    const second = await app.addInstance();
    const guess = (index: number) =>
      staffSignIn(index % 2 ? app : second, { email, from: '198.51.100.1', password: `guess ${index}` });
    const statuses = [];
    for (let index = 0; index < 5; index += 1) statuses.push((await guess(index)).status);
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
    const right = await staffSignIn(app, { email, from: '198.51.100.1' });
    expect([right.status, Number(right.headers['retry-after']) > 0]).toEqual([429, true]);
    // The owner has signed in from this address before.
    expect((await staffSignIn(app, { email })).status).toBe(201);
    moveClock(16 * minute);
    expect((await staffSignIn(app, { email, from: '198.51.100.1' })).status).toBe(201);
  });
});

describe('a session', () => {
  test('ends after 8 hours without a request', async () => {
    const { caller } = await createStaff(app);
    moveClock(7 * hour);
    expect((await caller.get('/staff/me')).status).toBe(200);
    moveClock(7 * hour);
    expect((await caller.get('/staff/me')).status).toBe(200);
    moveClock(8 * hour + minute);
    expect((await caller.get('/staff/me')).status).toBe(401);
  });

  test('ends after 7 days, however much it is used', async () => {
    const { caller } = await createStaff(app);
    for (let hours = 0; hours < 7 * 24 - 6; hours += 6) {
      moveClock(6 * hour);
      expect((await caller.get('/staff/me')).status).toBe(200);
    }
    moveClock(6 * hour + minute);
    expect((await caller.get('/staff/me')).status).toBe(401);
  });

  test('that is signed out is refused by the next request on every process, and the others go on', async () => {
    const { email, caller } = await createStaff(app);
    const second = await app.addInstance();
    const again = await staffSignIn(second, { email });
    const other = app.caller({ ...caller.headers, cookie: cookieOf(again) });
    expect((await second.as(caller).get('/v2/customers')).status).toBe(200);
    const { body } = await other.get('/staff/sessions');
    expect(body.data.map((session: { is_current: boolean }) => session.is_current)).toEqual([true, false]);

    const signedOut = await caller.delete('/staff/sessions/current');
    expect([signedOut.status, signedOut.headers['set-cookie']]).toEqual([
      204,
      'clientele_staff=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0',
    ]);
    expect((await second.as(caller).get('/v2/customers')).status).toBe(401);
    expect((await other.get('/staff/sessions')).body.data).toHaveLength(1);

    expect((await other.delete('/staff/sessions')).status).toBe(204);
    expect((await second.as(other).get('/staff/me')).status).toBe(401);
  });

  test('costs one round trip for who it is, and nothing for a request with an access token', async () => {
    const { caller, cookie } = await createStaff(app);
    const customer = (await app.admin.post('/v2/customers', { data: { name: 'Ada', email: 'ada@one.example' } })).body
      .data;
    const all = vi.spyOn(app.database, 'all');
    await caller.get(`/v2/customers/${customer.id}`);
    expect(all).toHaveBeenCalledTimes(1);
    all.mockClear();
    await app.admin.get(`/v2/customers/${customer.id}`, { cookie });
    expect(all).not.toHaveBeenCalled();
    all.mockRestore();
  });
});
