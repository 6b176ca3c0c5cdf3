import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  createStaff,
  dashboardHeaders,
  staffPassword,
  staffSignIn,
  type TestStaff,
  tokenOf,
} from '../../../test/support/staff.ts';
import { type Caller, startTestApp, type TestApp } from '../../../test/support/test-app.ts';
import { createFirstOwner } from './staff-setup.ts';

let app: TestApp;
let page: Caller;
beforeAll(async () => {
  app = await startTestApp();
  page = app.caller(dashboardHeaders);
});
afterAll(() => app.close());
afterEach(() => {
  vi.useRealTimers();
});

const setUp = (link: string, changes: object = {}) =>
  page.post('/staff/setup', { data: { token: tokenOf(link), password: staffPassword, ...changes } });

const error = (status: number, title: string, detail: string, source?: string) => ({
  status,
  body: { errors: [{ status, title, detail, ...(source !== undefined && { source }) }] },
});
const plain = ({ status, body }: { status: number; body: unknown }) => ({ status, body });
const ended = error(404, 'Not Found', 'This link was used already, or has expired');

describe('the first owner', () => {
  let fresh: TestApp;
  const firstOwner = (env: object = {}) =>
    createFirstOwner(fresh.database, { ...fresh.config, ...env }, 'https://shop.example.com');
  beforeAll(async () => {
    fresh = await startTestApp();
  });
  afterAll(() => fresh.close());

  test('signs up by a link that is good once, for a day, and for one owner only', async () => {
    const links = await Promise.all([firstOwner(), firstOwner()]);
    const [link, later] = links.map(each => each?.url ?? '') as [string, string];
    expect(link).toMatch(/^https:\/\/shop\.example\.com\/setup#[\w-]{43}$/);
    const caller = fresh.caller(dashboardHeaders);
    const lookup = (url: string) => caller.post('/staff/setup/lookup', { data: { token: tokenOf(url) } });
    expect(plain(await lookup(link))).toEqual({
      status: 200,
      body: { data: { type: 'staff_setup', is_first_owner: true, name: '', email: '' } },
    });
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 25 * 3_600_000 });
    expect(plain(await lookup(link))).toEqual(ended);
    vi.useRealTimers();

    const use = (url: string, changes: object = {}) =>
      caller.post('/staff/setup', { data: { token: tokenOf(url), password: staffPassword, ...changes } });
    const faults = await use(link);
    expect(faults.body.errors.map((each: { source: string }) => each.source)).toEqual(['data.name', 'data.email']);
    const owner = { name: 'Grace Hopper', email: 'Grace@example.com' };
    expect(plain(await use(link, { ...owner, password: 'short' }))).toEqual(
      error(422, 'Failed Validation', 'The data.password must be at least 12 characters.', 'data.password'),
    );
    const used = await Promise.all([use(link, owner), use(later, { name: 'Eve', email: 'eve@example.com' })]);
    expect(used.map(({ status }) => status).sort()).toEqual([204, 404]);
    expect(plain(await lookup(link))).toEqual(ended);
    expect(await firstOwner()).toBeUndefined();
    const { rows } = await fresh.query('select role from staff_users');
    expect(rows).toEqual([{ role: 'owner' }]);
    expect(JSON.stringify((await fresh.query('select * from staff_setups')).rows)).not.toContain(tokenOf(link));
  });

  test('comes from the configuration, however many processes start, and is never changed by it again', async () => {
    await fresh.query('delete from staff_users');
    const env = { CLIENTELE_ADMIN_EMAIL: 'root@example.com', CLIENTELE_ADMIN_PASSWORD: staffPassword };
    expect(await Promise.all([firstOwner(env), firstOwner(env)])).toEqual([undefined, undefined]);
    await firstOwner({ ...env, CLIENTELE_ADMIN_PASSWORD: 'another-password-9' });
    const signedIn = await staffSignIn(fresh, { email: 'root@example.com' });
    expect(signedIn.body.data).toMatchObject({ name: 'root', email: 'root@example.com', role: 'owner' });
  });
});

describe('staff', () => {
  let owner: TestStaff;
  beforeAll(async () => {
    owner = await createStaff(app);
  });

  const invite = (changes: object = {}) =>
    owner.caller.post('/staff/users', {
      data: { name: 'Ada Okafor', email: `ada-${Math.random()}@example.com`, role: 'editor', ...changes },
    });

  test('are added with a link, by which they set their password', async () => {
    const { status, body } = await invite({ email: 'ada@example.com', store_ids: [app.id] });
    expect(status).toBe(201);
    const { setup_link: link, ...user } = body.data;
    expect(user).toMatchObject({ name: 'Ada Okafor', role: 'editor', store_ids: [app.id], password: false });
    expect((await staffSignIn(app, { email: 'ada@example.com' })).status).toBe(401);
    const looked = await page.post('/staff/setup/lookup', { data: { token: tokenOf(link.url) } });
    expect(looked.body.data).toEqual({
      type: 'staff_setup',
      is_first_owner: false,
      name: 'Ada Okafor',
      email: 'ada@example.com',
    });
    expect((await setUp(link.url)).status).toBe(204);
    expect(plain(await setUp(link.url))).toEqual(ended);
    expect((await staffSignIn(app, { email: 'ada@example.com' })).status).toBe(201);
    const listed = await owner.caller.get('/staff/users');
    expect(listed.body.data.at(-1)).toMatchObject({ id: user.id, password: true });
    expect(JSON.stringify(listed.body)).not.toContain('argon2');
  });

  test('a new link ends the one before, and a new password ends the sessions', async () => {
    const { id, caller } = await createStaff(app, { role: 'editor' });
    const links = [];
    for (let count = 0; count < 2; count += 1) {
      const { body } = await owner.caller.post(`/staff/users/${id}/setup-link`);
      links.push(body.data.url);
    }
    expect(plain(await setUp(links[0]))).toEqual(ended);
    expect((await setUp(links[1], { password: 'another-password-9' })).status).toBe(204);
    expect((await caller.get('/staff/me')).status).toBe(401);
  });

  test('a changed role counts from the next request on every process, and a removed member is out', async () => {
    const { id, caller } = await createStaff(app, { role: 'viewer' });
    const second = await app.addInstance();
    const create = () =>
      second.as(caller).post('/v2/customers', { data: { name: 'Bo', email: `bo-${Math.random()}@example.com` } });
    expect((await create()).status).toBe(403);
    expect((await owner.caller.put(`/staff/users/${id}`, { data: { role: 'editor' } })).status).toBe(200);
    expect((await create()).status).toBe(201);
    expect((await owner.caller.delete(`/staff/users/${id}`)).status).toBe(204);
    expect((await create()).status).toBe(401);
    expect((await owner.caller.delete(`/staff/users/${id}`)).status).toBe(404);
  });

  test('whose sessions an owner ends are out on every process, and the list tells when they were seen', async () => {
    const { id, caller } = await createStaff(app, { role: 'viewer' });
    const second = await app.addInstance();
    const seen = async () => {
      const { body } = await owner.caller.get('/staff/users');
      return body.data.find((user: { id: string }) => user.id === id).seen_at;
    };
    expect(Date.parse(await seen())).toBeGreaterThan(Date.now() - 60_000);
    expect((await second.as(owner.caller).delete(`/staff/users/${id}/sessions`)).status).toBe(204);
    expect([(await caller.get('/staff/me')).status, await seen()]).toEqual([401, null]);
    expect((await owner.caller.get('/staff/me')).status).toBe(200);
    for (const none of ['none', app.id])
      expect((await owner.caller.delete(`/staff/users/${none}/sessions`)).status).toBe(404);
  });

  test.each([
    ['a taken e-mail', { email: 'Taken@example.com' }, 409, 'data.email'],
    ['an unknown role', { role: 'boss' }, 422, 'data.role'],
    ['a broken e-mail', { email: 'ada' }, 422, 'data.email'],
    ['an unknown store', { store_ids: ['018f0000-0000-7000-8000-00000000000b'] }, 422, 'data.store_ids'],
    ['no store id', { store_ids: ['default'] }, 422, 'data.store_ids'],
    ['an owner of some stores', { role: 'owner', store_ids: [] }, 422, 'data.store_ids'],
  ])('with %s are not added', async (_, changes, status, source) => {
    await invite({ email: 'taken@example.com' });
    const answer = await invite(changes);
    expect([answer.status, answer.body.errors?.[0]?.source]).toEqual([status, source]);
  });

  test('the last owner who can sign in stays one, whatever happens at once', async () => {
    const own = await startTestApp();
    try {
      const owners = [await createStaff(own), await createStaff(own)];
      // One who has never signed in does not count.
      await owners[0]?.caller.post('/staff/users', {
        data: { name: 'Later', email: 'later@example.com', role: 'owner' },
      });
      const answers = await Promise.all(
        owners.map(({ id, caller }) => caller.put(`/staff/users/${id}`, { data: { role: 'viewer' } })),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
      const left = owners[answers.findIndex(({ status }) => status === 409)];
      expect(plain((await left?.caller.delete(`/staff/users/${left.id}`)) ?? { status: 0, body: '' })).toEqual(
        error(409, 'Conflict', 'There must be an owner who can sign in'),
      );
    } finally {
      await own.close();
    }
  });
});
