import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aCustomer, createCustomer, password, signIn, signUp } from '../../../test/support/builders.ts';
import { startTestApp, type TestApp, type TestStore } from '../../../test/support/test-app.ts';
import { changeStore, type StoreSettings } from '../stores/stores.service.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ CLIENTELE_SIGNIN_LIMIT_ADDRESS: '0' });
});
afterAll(() => app.close());

const create = (store: TestStore, secret: unknown) =>
  store.admin.post('/v2/customers', { data: aCustomer({ password: secret }) });
const change = (id: string, secret: unknown) => app.admin.put(`/v2/customers/${id}`, { data: { password: secret } });
const statusOfSignIn = async (store: TestStore, email: string, secret: string) =>
  (await store.storefront.post('/v2/customers/tokens', { data: { type: 'token', email, password: secret } })).status;
const refused = (detail: string) => ({
  status: 422,
  body: { errors: [{ status: 422, title: 'Failed Validation', detail, source: 'data.password' }] },
});
async function storedHash(id: string): Promise<string> {
  const { rows } = await app.query('select password_hash from customers where id = $1', [id]);
  return rows[0].password_hash;
}

const tooShort = 'The data.password must be at least 8 characters.';
const tooCommon = 'The data.password is one of the commonest passwords, please choose another.';
const tooLong = 'The data.password may not be greater than 1024 bytes.';
const notStorable = 'The data.password contains characters that cannot be stored.';
const notText = 'The data.password must be a string.';

describe('what sets a password', () => {
  test.each([undefined, null, '', true, false])('%j on create means no password', async secret => {
    const customer = await createCustomer(app, { password: secret });
    expect(customer.password).toBe(false);
    expect(await statusOfSignIn(app, customer.email, 'anything at all')).toBe(401);
  });

  test('absent, null, "", true and false on a change leave password and sessions as they are', async () => {
    const { customer, shopper } = await signUp(app);
    const path = `/v2/customers/${customer.id}`;
    const before = await storedHash(customer.id);
    for (const secret of [undefined, null, '', true, false]) {
      const answer = await app.admin.put(path, { data: { name: 'Ada', password: secret } });
      expect(answer).toMatchObject({ status: 200, body: { data: { password: true } } });
    }
    expect(await storedHash(customer.id)).toBe(before);
    expect((await shopper.get(path)).status).toBe(200);
    expect(await statusOfSignIn(app, customer.email, password)).toBe(201);
  });

  test('a customer without a password gets one by an admin, and changes it with their token, unasked for the old one', async () => {
    const customer = await createCustomer(app);
    expect(await change(customer.id, 'first-password')).toMatchObject({
      status: 200,
      body: { data: { password: true } },
    });
    const { token } = await signIn(app, customer.email, 'first-password');
    const answer = await app
      .shopper(token)
      .put(`/v2/customers/${customer.id}`, { data: { password: 'second-password' } });
    expect(answer).toMatchObject({ status: 200, body: { data: { password: true } } });
    expect(await statusOfSignIn(app, customer.email, 'first-password')).toBe(401);
    expect(await statusOfSignIn(app, customer.email, 'second-password')).toBe(201);
  });
});

test('a password is removed by DELETE alone: the customer cannot sign in, sessions end, the log tells it', async () => {
  const { customer, shopper } = await signUp(app);
  const path = `/v2/customers/${customer.id}`;
  const etag = (await app.admin.get(path)).headers.etag;
  expect((await app.admin.put(path, { data: { external_ref: 'crm-1' } })).status).toBe(200);
  const outdated = await app.admin.delete(`${path}/password`, undefined, { 'if-match': String(etag) });
  expect(outdated.status).toBe(412);
  expect((await app.admin.delete(`${path}/password`)).status).toBe(204);
  expect((await app.admin.get(path)).body.data).toMatchObject({ password: false, external_ref: 'crm-1' });
  expect(await statusOfSignIn(app, customer.email, password)).toBe(401);
  expect((await shopper.get(path)).status).toBe(403);
  // The second time there is nothing to remove, and nothing to tell.
  const tagged = (await app.admin.get(path)).headers.etag;
  expect((await app.admin.delete(`${path}/password`)).status).toBe(204);
  expect((await app.admin.get(path)).headers.etag).toBe(tagged);
  const { body } = await app.admin.get(`${path}/logs`);
  expect(body.data.map(({ delta }: { delta: object }) => delta)).toEqual([
    { password: { before: true, after: false } },
    { external_ref: { before: null, after: 'crm-1' } },
    expect.objectContaining({ password: { before: false, after: true } }),
  ]);
  expect((await app.admin.delete('/v2/customers/00000000-0000-4000-8000-000000000000/password')).status).toBe(404);
});

describe('what a password may be', () => {
  test.each([
    ['seven characters', '1.Xy-7#', tooShort],
    ['seven characters of two units each', '👩'.repeat(7), tooShort],
    ['a common password', 'password1', tooCommon],
    ['a common password in other case', 'PassWord1', tooCommon],
    ['1025 bytes', 'x'.repeat(1025), tooLong],
    ['1026 bytes in 513 characters', 'é'.repeat(513), tooLong],
    ['a NUL', 'correct\0horse', notStorable],
    ['an unpaired surrogate', 'correct-horse-\ud83d', notStorable],
    ['a number', 12_345_678, notText],
    ['an array', ['correct-horse'], notText],
    ['an object', { value: 'correct-horse' }, notText],
  ])('%s is refused with 422, on create and on change', async (_, secret, detail) => {
    const created = await create(app, secret);
    expect({ status: created.status, body: created.body }).toEqual(refused(detail));
    const { customer } = await signUp(app);
    const changed = await change(customer.id, secret);
    expect({ status: changed.status, body: changed.body }).toEqual(refused(detail));
    expect(await statusOfSignIn(app, customer.email, password)).toBe(201);
  });

  test.each([
    ['8 characters', '1.Xy-7#q'],
    ['8 emoji', '🚀'.repeat(8)],
    ['spaces at both ends', '  correct horse  '],
    ['only spaces', ' '.repeat(12)],
    ['right-to-left', 'סיסמה ארוכה מאוד'],
    ['quotes and markup', `'"; --<script>\\`],
    ['1024 bytes', `${'é'.repeat(511)}xy`],
  ])('%s is accepted and signs in', async (_, secret) => {
    const { body, status } = await create(app, secret);
    expect({ status, password: body.data?.password }).toEqual({ status: 201, password: true });
    expect(await statusOfSignIn(app, body.data.email, secret)).toBe(201);
  });

  test('passwords are compared whole and exactly: case, spaces, composition and the last of 1024 bytes count', async () => {
    const longest = 'x'.repeat(1023);
    for (const [secret, ...others] of [
      [' Crème-Brûlée ', 'Crème-Brûlée', ' crème-brûlée ', ' Crème-Brûlée', ' Crème-Brûlée '.normalize('NFD')],
      [`${longest}a`, `${longest}b`, longest],
    ]) {
      const { email } = await createCustomer(app, { password: secret });
      for (const other of others) expect(await statusOfSignIn(app, email, other)).toBe(401);
      expect(await statusOfSignIn(app, email, secret ?? '')).toBe(201);
    }
  });
});

test('who may not change the customer learns so before the password is judged', async () => {
  const { customer, token, shopper } = await signUp(app);
  await app.admin.delete(`/v2/customers/tokens/${token.id}`);
  for (const secret of ['short', 'long-enough-password']) {
    const ended = await shopper.put(`/v2/customers/${customer.id}`, { data: { password: secret } });
    expect(ended.status).toBe(403);
    expect((await change('3f0c1a52-7a0e-4c55-9f0b-6a1d2f9f1c01', secret)).status).toBe(404);
  }
  expect(await statusOfSignIn(app, customer.email, password)).toBe(201);
});

describe('the settings of the store', () => {
  async function storeWith(settings: Partial<StoreSettings>): Promise<TestStore> {
    const store = await app.addStore();
    await changeStore(app.database, store.id, settings);
    return store;
  }

  test('password_min_length sets how short a password may be', async () => {
    const strict = await storeWith({ password_min_length: 16 });
    await expect
      .poll(() => create(strict, 'fifteen.letters'))
      .toMatchObject(refused('The data.password must be at least 16 characters.'));
    expect((await create(strict, 'sixteen.letters!')).status).toBe(201);
    const loose = await storeWith({ password_min_length: 1, is_common_password_refused: false });
    await expect.poll(async () => (await create(loose, 'x')).status).toBe(201);
  });

  test('is_common_password_refused decides about common passwords, whatever their length', async () => {
    const loose = await storeWith({ is_common_password_refused: false });
    await expect.poll(async () => (await create(loose, 'password1')).status).toBe(201);
    expect(await create(loose, '123')).toMatchObject(refused(tooShort));
    const short = await storeWith({ password_min_length: 1 });
    await expect.poll(() => create(short, '123456')).toMatchObject(refused(tooCommon));
    expect((await create(short, '1.Xy')).status).toBe(201);
  });

  test('a password that a later, stricter setting would refuse still signs in', async () => {
    const store = await app.addStore();
    const { email } = await createCustomer(store, { password });
    await changeStore(app.database, store.id, { password_min_length: 64 });
    await expect.poll(async () => (await create(store, password)).status).toBe(422);
    expect(await statusOfSignIn(store, email, password)).toBe(201);
  });
});

describe('what is stored', () => {
  test('an argon2id hash with its parameters and a salt of its own', async () => {
    const [one, two] = [await createCustomer(app, { password }), await createCustomer(app, { password })];
    const hashes = [await storedHash(one.id), await storedHash(two.id)];
    for (const hash of hashes) expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(hashes[0]).not.toBe(hashes[1]);
  });

  test('neither password nor hash is in any answer or log line', async () => {
    const secret = 'a secret of a kind that no other text holds';
    const { customer, shopper } = await signUp(app, { password, external_ref: 'x' });
    const path = `/v2/customers/${customer.id}`;
    const answers = [
      await change(customer.id, secret),
      await change(customer.id, `${secret}\0`),
      await change(customer.id, secret.repeat(50)),
      await create(app, `${secret}\0`),
      await app.storefront.post('/v2/customers/tokens', { data: { email: customer.email, password: secret } }),
      await app.storefront.post('/v2/customers/tokens', { data: { email: customer.email, password: `${secret}!` } }),
      await app.storefront.post('/v2/customers/tokens', { data: { email: 1, password: secret } }),
      await app.admin.get(path),
      await app.admin.get(`/v2/customers?filter=eq(email,${customer.email})`),
      await app.admin.get(`${path}/sessions`),
      await shopper.get(path),
    ];
    const written = JSON.stringify([answers.map(({ body, headers }) => ({ body, headers })), app.logs]);
    expect(written).not.toContain(secret.slice(0, 20));
    expect(written).not.toContain('argon2');
    expect(app.logs.length).toBeGreaterThan(answers.length);
  });
});
