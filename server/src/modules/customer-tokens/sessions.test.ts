import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createCustomer, password, signIn, signUp } from '../../../test/support/builders.ts';
import { unknownId } from '../../../test/support/expectations.ts';
import {
  type Answer,
  type Caller,
  type OtherInstance,
  startTestApp,
  type TestApp,
} from '../../../test/support/test-app.ts';

let app: TestApp;
let other: OtherInstance;
beforeAll(async () => {
  app = await startTestApp();
  other = await app.addInstance();
});
afterAll(() => app.close());
afterEach(() => {
  vi.useRealTimers();
});

const statusAndBody = ({ status, body }: Answer) => ({ status, body });
const ended = {
  status: 403,
  body: { errors: [{ status: 403, title: 'Forbidden', detail: 'The customer token is invalid or has expired' }] },
};
const missing = (resource: string) => ({
  status: 404,
  body: { errors: [{ status: 404, title: 'Not Found', detail: `The requested ${resource} could not be found` }] },
});

/** A customer with a number of sessions; `callers` are those of the sessions, in the order of the sign-ins. */
async function withSessions(count: number) {
  const { id, email } = await createCustomer(app, { password });
  const tokens: { id: string; token: string }[] = [];
  for (let index = 0; index < count; index += 1) tokens.push(await signIn(app, email));
  const path = `/v2/customers/${id}`;
  const [first, second, third] = tokens.map(({ token }) => app.shopper(token));
  const [one, two, three] = tokens.map(token => token.id);
  if (!first || !one) throw new Error('at least one session');
  return {
    id,
    email,
    path,
    callers: [first, second ?? first, third ?? first] as const,
    ids: [one, two ?? one, three ?? one] as const,
  };
}

/** Whether a token lives, asked of both processes. */
async function lives(caller: Caller, path: string): Promise<boolean> {
  const answers = [await caller.get(path), await other.as(caller).get(path)];
  for (const answer of answers) if (answer.status !== 200) expect(statusAndBody(answer)).toEqual(ended);
  expect(answers[0]?.status).toBe(answers[1]?.status);
  return answers[0]?.status === 200;
}

describe('the list', () => {
  test('holds the live sessions, newest first, and tells which one asks', async () => {
    const { email, id } = await createCustomer(app, { password });
    const path = `/v2/customers/${id}/sessions`;
    const post = (agent: string) =>
      app.storefront.post('/v2/customers/tokens', { data: { email, password } }, { 'user-agent': agent });
    const [first, second] = [(await post('Phone')).body.data, (await post('x'.repeat(300))).body.data];
    const session = (token: { id: string; expires: number }, agent: string, isCurrent: boolean) => ({
      id: token.id,
      type: 'session',
      is_current: isCurrent,
      user_agent: agent,
      expires_at: new Date(token.expires * 1000).toISOString(),
      meta: { timestamps: { created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) } },
    });
    const { status, body } = await app.shopper(first.token).get(path);
    expect(status).toBe(200);
    expect(body).toEqual({
      data: [session(second, 'x'.repeat(255), false), session(first, 'Phone', true)],
      meta: { page: { limit: 100, offset: 0, current: 1, total: 1 }, results: { total: 2 } },
      links: {
        current: `https://shop.example.test${path}?page[limit]=100&page[offset]=0`,
        first: `https://shop.example.test${path}?page[limit]=100&page[offset]=0`,
        last: null,
        prev: null,
        next: null,
      },
    });
    const page = await app.admin.get(`${path}?page[limit]=1&page[offset]=1`);
    expect(page.body).toMatchObject({
      data: [session(first, 'Phone', false)],
      meta: { page: { limit: 1, offset: 1, current: 2, total: 2 }, results: { total: 2 } },
    });
    expect(JSON.stringify(body)).not.toContain(first.token);
  });

  test('of an unknown customer is 404; a filter or a bad page is 400', async () => {
    for (const id of [unknownId, 'x']) {
      expect(statusAndBody(await app.admin.get(`/v2/customers/${id}/sessions`))).toEqual(missing('customer'));
      expect(statusAndBody(await app.admin.delete(`/v2/customers/${id}/sessions`))).toEqual(missing('customer'));
    }
    const { path } = await withSessions(1);
    for (const query of ['filter=eq(id,x)', 'page[limit]=0']) {
      expect((await app.admin.get(`${path}/sessions?${query}`)).status).toBe(400);
    }
  });
});

describe('logging out', () => {
  test('ends the own session at once on every process, and no other', async () => {
    const { path, callers, ids } = await withSessions(2);
    const [first, second] = callers;
    expect(statusAndBody(await first.delete(`/v2/customers/tokens/${ids[0]}`))).toEqual({ status: 204, body: '' });
    expect([await lives(first, path), await lives(second, path)]).toEqual([false, true]);
    expect(statusAndBody(await first.delete(`/v2/customers/tokens/${ids[0]}`))).toEqual(ended);
    expect((await app.admin.get(`${path}/sessions`)).body.meta.results.total).toBe(1);
  });

  test('may end another session of the same customer, but not that of another customer', async () => {
    const { path, callers, ids } = await withSessions(2);
    const stranger = await withSessions(1);
    expect(statusAndBody(await stranger.callers[0].delete(`/v2/customers/tokens/${ids[0]}`))).toEqual(missing('token'));
    expect(await lives(callers[0], path)).toBe(true);
    expect((await callers[1].delete(`/v2/customers/tokens/${ids[0].toUpperCase()}`)).status).toBe(204);
    expect([await lives(callers[0], path), await lives(callers[1], path)]).toEqual([false, true]);
  });

  test('by an admin ends any session of the store; an unknown one is 404', async () => {
    const { path, callers, ids } = await withSessions(1);
    const foreign = await signUp(await app.addStore());
    for (const id of [unknownId, 'x', foreign.token.id]) {
      expect(statusAndBody(await app.admin.delete(`/v2/customers/tokens/${id}`))).toEqual(missing('token'));
    }
    expect((await app.admin.delete(`/v2/customers/tokens/${ids[0]}`, { data: {} })).status).toBe(204);
    expect(await lives(callers[0], path)).toBe(false);
  });
});

describe('ending sessions of a customer', () => {
  test('one ends that one; an unknown one, one of another customer, and no id are 404', async () => {
    const { path, callers, ids } = await withSessions(2);
    const stranger = await withSessions(1);
    for (const id of [unknownId, stranger.ids[0], 'x']) {
      expect(statusAndBody(await callers[0].delete(`${path}/sessions/${id}`))).toEqual(missing('session'));
      expect(statusAndBody(await app.admin.delete(`${path}/sessions/${id}`))).toEqual(missing('session'));
    }
    expect(statusAndBody(await callers[0].delete(`${path}/sessions/${ids[1]}`))).toEqual({ status: 204, body: '' });
    expect([await lives(callers[0], path), await lives(callers[1], path)]).toEqual([true, false]);
    expect((await callers[0].delete(`${path}/sessions/${ids[0]}`)).status).toBe(204);
    expect(await lives(callers[0], path)).toBe(false);
    expect(await lives(stranger.callers[0], stranger.path)).toBe(true);
  });

  test('all ends all, the one that asks included, by the shopper or an admin', async () => {
    for (const byAdmin of [false, true]) {
      const { path, callers } = await withSessions(3);
      const caller = byAdmin ? app.admin : callers[0];
      expect(statusAndBody(await caller.delete(`${path}/sessions`))).toEqual({ status: 204, body: '' });
      for (const each of callers) expect(await lives(each, path)).toBe(false);
      expect((await app.admin.get(`${path}/sessions`)).body.data).toEqual([]);
      expect((await app.admin.delete(`${path}/sessions`)).status).toBe(204);
    }
  });
});

describe('a change of the password', () => {
  const newPassword = { data: { password: 'another-horse-7' } };

  test('ends the other sessions of the customer, not the one that made the request', async () => {
    const { path, callers } = await withSessions(3);
    const bystander = await withSessions(1);
    expect((await callers[1].put(path, newPassword)).status).toBe(200);
    const living = [];
    for (const caller of callers) living.push(await lives(caller, path));
    expect(living).toEqual([false, true, false]);
    expect(await lives(bystander.callers[0], bystander.path)).toBe(true);
  });

  test('by an admin ends all; with a customer token beside the admin’s, all but that', async () => {
    const { path, callers } = await withSessions(2);
    const token = callers[0].headers['x-moltin-customer-token'] ?? '';
    expect((await app.admin.put(path, newPassword, { 'x-moltin-customer-token': token })).status).toBe(200);
    expect([await lives(callers[0], path), await lives(callers[1], path)]).toEqual([true, false]);
    expect((await app.admin.put(path, newPassword)).status).toBe(200);
    expect(await lives(callers[0], path)).toBe(false);
  });

  test('that is refused ends none, and neither does another change', async () => {
    const { path, callers } = await withSessions(2);
    expect((await callers[0].put(path, { data: { password: 'short' } })).status).toBe(422);
    const taken = (await createCustomer(app)).email;
    const conflict = { data: { email: taken, password: 'another-horse-7' } };
    expect((await callers[0].put(path, conflict)).status).toBe(409);
    expect((await callers[0].put(path, { data: { name: 'Ada O.', password: '' } })).status).toBe(200);
    expect([await lives(callers[0], path), await lives(callers[1], path)]).toEqual([true, true]);
  });

  test('with two sessions at once lets one win, and ends the other', async () => {
    const { path, callers, email } = await withSessions(2);
    const answers = await Promise.all([
      callers[0].put(path, { data: { password: 'password-of-one' } }),
      other.as(callers[1]).put(path, { data: { password: 'password-of-two' } }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 403]);
    const winner = answers[0]?.status === 200 ? 0 : 1;
    expect(await lives(callers[winner], path)).toBe(true);
    expect(await lives(callers[1 - winner] ?? callers[0], path)).toBe(false);
    await signIn(app, email, winner === 0 ? 'password-of-one' : 'password-of-two');
  });
});

test('deleting the customer ends their tokens, also for whoever signs up with the same e-mail', async () => {
  const { path, callers, email, id } = await withSessions(1);
  expect((await app.admin.delete(path)).status).toBe(204);
  await createCustomer(app, { email, password });
  expect(statusAndBody(await callers[0].get(path))).toEqual(ended);
  expect(statusAndBody(await callers[0].get('/v2/customers'))).toEqual(ended);
  expect(statusAndBody(await callers[0].post('/v2/customers', { data: { name: 'x', email: 'x@y.zz' } }))).toEqual(
    ended,
  );
  // Sign-in does not read the customer token.
  expect((await callers[0].post('/v2/customers/tokens', { data: { email, password } })).status).toBe(201);
  expect((await app.query('select 1 from sessions where customer_id = $1', [id])).rowCount).toBe(0);
});

test('a right token is refused once it has expired, and its session is listed no longer and then forgotten', async () => {
  const { customer, token } = await signUp(app);
  const path = `/v2/customers/${customer.id}`;
  // Only what reads the clock is moved: no timer.
  vi.useFakeTimers({ toFake: ['Date'], now: token.expires * 1000 - 1 });
  const { storefront, admin, shopper } = await app.addKey();
  expect((await shopper(token.token).get(path)).status).toBe(200);
  vi.setSystemTime(token.expires * 1000 + 1);
  expect(statusAndBody(await shopper(token.token).get(path))).toEqual(ended);
  expect((await admin.get(`${path}/sessions`)).body).toMatchObject({ data: [], meta: { results: { total: 0 } } });
  const again = await storefront.post('/v2/customers/tokens', { data: { email: customer.email, password } });
  expect(again.status).toBe(201);
  const { rows } = await app.query('select id from sessions where customer_id = $1', [customer.id]);
  expect(rows).toEqual([{ id: again.body.data.id }]);
});

test('CLIENTELE_CUSTOMER_TOKEN_TTL sets how long a token lives', async () => {
  const { email } = await createCustomer(app, { password });
  const short = await app.addInstance({ CLIENTELE_CUSTOMER_TOKEN_TTL: '60' });
  const before = Math.floor(Date.now() / 1000);
  const { body } = await short.as(app.storefront).post('/v2/customers/tokens', { data: { email, password } });
  expect(body.data.expires - before).toBeGreaterThanOrEqual(60);
  expect(body.data.expires - before).toBeLessThan(90);
});
