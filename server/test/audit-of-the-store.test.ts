import { afterAll, beforeAll, expect, test } from 'vitest';
import { commandLine } from '../src/modules/audit/audit.service.ts';
import { makeKey } from '../src/modules/keys/keys.service.ts';
import { unknownId } from './support/expectations.ts';
import { createStaff, dashboardHeaders, staffPassword, type TestStaff, tokenOf } from './support/staff.ts';
import { startTestApp, type TestApp, type TestStore } from './support/test-app.ts';

let app: TestApp;
let owner: TestStaff;
beforeAll(async () => {
  app = await startTestApp();
  owner = await createStaff(app);
});
afterAll(() => app.close());

/** What the log of a store tells of the resources of a type, oldest first. */
async function logOf(store: TestStore, type: string, id?: string) {
  const ofOne = id === undefined ? '' : `:eq(resource_id,${id})`;
  const { status, body } = await store.admin.get(`/v2/logs?sort=time&filter=eq(resource_type,${type})${ofOne}`);
  expect(status).toBe(200);
  return body.data.map(
    (entry: Record<'event_type' | 'resource_id' | 'delta' | 'initiator' | 'relationships', object>) => [
      entry.event_type,
      entry.resource_id,
      entry.delta,
      entry.initiator,
      (entry.relationships as { resource_path: { url: string } }).resource_path.url.replace(app.baseUrl, ''),
    ],
  );
}
const byOwner = () => ({
  'staff-id': owner.id,
  'staff-name': 'Grace Hopper',
  'staff-role': 'owner',
  'client-address': '127.0.0.1',
});
const about = (store: TestStore) => ({ 'x-moltin-auth-store': store.id });

test('a key is logged when it is made and when it is revoked, by whom, and never with its secret', async () => {
  const store = await app.addStore();
  const made = await owner.caller.post('/staff/keys', { data: { name: 'Storefront' } }, about(store));
  const { id, client_id, client_secret } = made.body.data;
  expect((await owner.caller.delete(`/staff/keys/${id}`, undefined, about(store))).status).toBe(204);
  expect((await owner.caller.delete(`/staff/keys/${id}`, undefined, about(store))).status).toBe(404);
  const typed = await makeKey(app.database, commandLine(), { storeId: store.id, name: 'Typed' });

  const log = await logOf(store, 'application_key');
  const of = (name: string, clientId: string) => ({
    name: { before: null, after: name },
    client_id: { before: null, after: clientId },
  });
  const time = expect.stringMatching(/^20\d\d-/);
  expect(log).toEqual([
    ['application_key.created', id, of('Storefront', client_id), byOwner(), `/staff/keys/${id}`],
    ['application_key.revoked', id, { revoked_at: { before: null, after: time } }, byOwner(), `/staff/keys/${id}`],
    [
      'application_key.created',
      typed.key.id,
      of('Typed', typed.key.client_id),
      { 'command-line': true },
      `/staff/keys/${typed.key.id}`,
    ],
  ]);
  expect(JSON.stringify(log)).not.toContain(client_secret);
  expect(await logOf(app, 'application_key')).toEqual([]);
});

test('settings of a store are logged with what was before, by whichever endpoint; what changes nothing is not', async () => {
  const store = await app.addStore();
  const changes: [string, object][] = [
    ['/staff/stores/current', { name: 'Shop', is_sign_up_open: false }],
    ['/v2/settings', { type: 'settings', page_length: 20, additional_languages: ['fr'] }],
    ['/v2/settings', { type: 'settings', page_length: 20, additional_languages: ['FR'] }],
    ['/v2/settings/cart', { cart_expiry_days: 9, discounts: { custom_discounts_enabled: true } }],
    ['/v2/settings/logs-ttl', { days: 30 }],
  ];
  const before = (await owner.caller.get('/staff/stores/current', about(store))).body.data.name;
  for (const [path, data] of changes)
    expect((await owner.caller.put(path, { data }, about(store))).status, path).toBe(200);
  expect((await store.admin.delete('/v2/settings')).status).toBe(204);

  const entry = (delta: object, by: object = byOwner()) => [
    'store.updated',
    store.id,
    delta,
    by,
    '/staff/stores/current',
  ];
  expect(await logOf(store, 'store')).toEqual([
    entry({ name: { before, after: 'Shop' }, is_sign_up_open: { before: true, after: false } }),
    entry({ page_length: { before: 100, after: 20 }, additional_languages: { before: [], after: ['fr'] } }),
    entry({ cart_expiry_days: { before: 7, after: 9 }, is_custom_discounts_enabled: { before: false, after: true } }),
    entry({ logs_ttl_days: { before: 365, after: 30 } }),
    entry(
      { page_length: { before: 20, after: 100 }, additional_languages: { before: ['fr'], after: [] } },
      expect.objectContaining({ 'application-key-id': store.keyId, 'access-token-type': 'client_credentials' }),
    ),
  ]);
});

test('what is done with staff is logged in each store that they may open, and never with a password or a link', async () => {
  const [shop, branch, other] = [await app.addStore(), await app.addStore(), await app.addStore()];
  const data = { name: 'Ada Obi', email: 'ada.obi@example.com', role: 'viewer', store_ids: [shop.id] };
  const { id, setup_link: link } = (await owner.caller.post('/staff/users', { data })).body.data;
  const path = `/staff/users/${id}`;
  const used = { token: tokenOf(link.url), password: staffPassword };
  expect((await app.caller(dashboardHeaders).post('/staff/setup', { data: used })).status).toBe(204);
  const steps = [
    () => owner.caller.put(path, { data: { role: 'viewer' } }),
    () => owner.caller.put(path, { data: { role: 'editor', store_ids: [shop.id, branch.id] } }),
    () => owner.caller.put(path, { data: { store_ids: [branch.id] } }),
    () => owner.caller.delete(`${path}/sessions`),
    () => owner.caller.post(`${path}/setup-link`),
    () => owner.caller.delete(path),
  ];
  const answers = [];
  for (const step of steps) answers.push((await step()).status);
  expect(answers).toEqual([200, 200, 200, 204, 201, 204]);
  expect((await owner.caller.delete(`/staff/users/${unknownId}`)).status).toBe(404);

  const entry = (type: string, delta: object) => [`staff_user.${type}`, id, delta, byOwner(), path];
  const was = (role: string, mayOpen: boolean) => ({
    name: 'Ada Obi',
    email: 'ada.obi@example.com',
    role,
    may_open_store: mayOpen,
  });
  const each = (state: object, change: (value: unknown) => object) =>
    Object.fromEntries(Object.entries(state).map(([name, value]) => [name, change(value)]));
  const inShop = await logOf(shop, 'staff_user', id);
  expect(inShop).toEqual([
    entry(
      'created',
      each(was('viewer', true), after => ({ before: null, after })),
    ),
    entry('updated', { role: { before: 'viewer', after: 'editor' } }),
    entry('updated', { may_open_store: { before: true, after: false } }),
  ]);
  const inBranch = await logOf(branch, 'staff_user', id);
  expect(inBranch).toEqual([
    entry('updated', {
      role: { before: 'viewer', after: 'editor' },
      may_open_store: { before: false, after: true },
    }),
    entry('sessions_ended', {}),
    entry('setup_link_created', {}),
    entry(
      'deleted',
      each(was('editor', true), before => ({ before, after: null })),
    ),
  ]);
  expect(await logOf(other, 'staff_user', id)).toEqual([]);
  for (const secret of [tokenOf(link.url), staffPassword, 'argon2'])
    expect(JSON.stringify([inShop, inBranch])).not.toContain(secret);
});

test('a change that is refused is not logged', async () => {
  const store = await app.addStore();
  const before = await logOf(store, 'staff_user');
  const taken = { name: 'Eve', email: owner.email, role: 'viewer' };
  expect((await owner.caller.post('/staff/users', { data: taken })).status).toBe(409);
  const ofNone = { name: 'Eve', email: 'eve@example.com', role: 'viewer', store_ids: [unknownId] };
  expect((await owner.caller.post('/staff/users', { data: ofNone })).status).toBe(422);
  expect(await logOf(store, 'staff_user')).toEqual(before);
});
