import { afterAll, beforeAll, expect, test } from 'vitest';
import { createStaff, type TestStaff } from '../../../test/support/staff.ts';
import { startTestApp, type TestApp, type TestStore } from '../../../test/support/test-app.ts';

let app: TestApp;
let owner: TestStaff;
let other: TestStore;
beforeAll(async () => {
  app = await startTestApp();
  [owner, other] = await Promise.all([createStaff(app), app.addStore()]);
});
afterAll(() => app.close());

const inOther = () => ({ 'x-moltin-auth-store': other.id });
const accessToken = (form: Record<string, string>) =>
  app.send({
    method: 'POST',
    url: '/oauth/access_token',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams(form).toString(),
  });
const namesIn = async (headers = {}) => {
  const { body } = await owner.caller.get('/staff/keys', headers);
  return body.data.map((key: { name: string }) => key.name);
};

test('an owner makes a key, whose secret is shown once and opens that store, and revokes it', async () => {
  const made = await owner.caller.post('/staff/keys', { data: { type: 'application_key', name: '  Storefront ' } });
  expect([made.status, made.headers['cache-control']]).toEqual([201, 'no-store']);
  const { client_secret: secret, ...key } = made.body.data;
  expect(key).toEqual({
    id: expect.any(String),
    type: 'application_key',
    name: 'Storefront',
    client_id: expect.stringMatching(/^[0-9a-f]{40}$/),
    revoked_at: null,
    meta: { timestamps: { created_at: expect.any(String) } },
  });
  const listed = await owner.caller.get('/staff/keys');
  expect(listed.body.data[0]).toEqual(key);
  expect(JSON.stringify(listed.body)).not.toContain(secret);
  expect(app.logs.join('')).not.toContain(secret);

  const form = { grant_type: 'client_credentials', client_id: key.client_id, client_secret: secret };
  const { body } = await accessToken(form);
  const application = app.caller({ authorization: `Bearer ${body.access_token}` });
  const inStore = (id: string) => application.get('/v2/customers', { 'x-moltin-auth-store': id });
  expect([(await inStore(app.id)).status, (await inStore(other.id)).status]).toEqual([200, 403]);

  expect((await owner.caller.delete(`/staff/keys/${key.id.toUpperCase()}`)).status).toBe(204);
  expect((await inStore(app.id)).status).toBe(401);
  expect((await accessToken(form)).status).toBe(401);
  expect((await owner.caller.delete(`/staff/keys/${key.id}`)).status).toBe(404);
  const after = await owner.caller.get('/staff/keys');
  expect(after.body.data.at(-1)).toEqual({ ...key, revoked_at: expect.any(String) });
});

test('keys of another store are neither listed nor revoked', async () => {
  await owner.caller.post('/staff/keys', { data: { name: 'Of the other' } }, inOther());
  expect(await namesIn(inOther())).toEqual(['Of the other', 'Test key']);
  expect(await namesIn()).not.toContain('Of the other');
  const answer = await owner.caller.delete(`/staff/keys/${other.keyId}`);
  const missing = await owner.caller.delete('/staff/keys/none');
  expect([answer.status, answer.body]).toEqual([404, missing.body]);
  expect((await other.admin.get('/v2/customers')).status).toBe(200);
  expect((await owner.caller.get('/staff/keys', { 'x-moltin-auth-store': '' })).status).toBe(400);
});

test.each([[{}], [{ name: '   ' }], [{ name: 'x'.repeat(256) }], [{ name: 7 }]])(
  'a key with the name of %o is not made',
  async data => {
    const { status, body } = await owner.caller.post('/staff/keys', { data });
    expect([status, body.errors[0].source]).toEqual([422, 'data.name']);
  },
);
