import { afterEach, beforeEach, expect, test } from 'vitest';
import { createCustomer, password, signIn } from '../../../test/support/builders.ts';
import { type Caller, startTestApp, type TestApp } from '../../../test/support/test-app.ts';

let app: TestApp;
let path: string;
let email: string;
beforeEach(async () => {
  app = await startTestApp();
  const customer = await createCustomer(app, { password });
  path = `/v2/customers/${customer.id}`;
  email = customer.email;
});
afterEach(() => app.close());

/** Makes all signing keys, or only the newest of each purpose, older than they are. */
const age = (interval: string, which: 'all' | 'newest' = 'all') =>
  app.query(
    `update signing_keys set created_at = created_at - $1::interval
     where $2 or id in (select distinct on (purpose) id from signing_keys order by purpose, created_at desc)`,
    [interval, which === 'all'],
  );

const keyOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid;
const tokenFrom = async (storefront: Caller): Promise<string> =>
  (await storefront.post('/v2/customers/tokens', { data: { email, password } })).body.data.token;
const statusOf = async (shopper: Caller) => (await shopper.get(path)).status;
const countKeys = async () => (await app.query('select 1 from signing_keys')).rowCount;

test('keys older than 30 days are replaced, published before they sign, and tokens of either are good on every process', async () => {
  const early = await signIn(app, email);
  const before = keyOf(early.token);
  expect(await countKeys()).toBe(2);

  await age('31 days');
  const second = await app.addInstance();
  expect(await countKeys()).toBe(4);
  // The new key is not in use before every process has had the time to load it.
  expect(keyOf(await tokenFrom(second.as(app.storefront)))).toBe(before);

  await age('3 hours', 'newest');
  const third = await app.addInstance();
  expect(await countKeys()).toBe(4);
  const late = await tokenFrom(third.as(app.storefront));
  expect(keyOf(late)).not.toBe(before);
  // The first process was there before the new key, the third was started after the old one was replaced.
  for (const token of [early.token, late]) {
    for (const process of [app.shopper(token), second.as(app.shopper(token)), third.as(app.shopper(token))]) {
      await expect.poll(() => statusOf(process)).toBe(200);
    }
  }
});

test('a key is forgotten when no token can need it any more', async () => {
  const early = await signIn(app, email);
  await age('62 days');
  const next = await app.addInstance();
  expect(await countKeys()).toBe(2);
  expect(await statusOf(next.as(app.shopper(early.token)))).toBe(401);
  const { body } = await next.send({
    method: 'POST',
    url: '/oauth/access_token',
    payload: { grant_type: 'implicit', client_id: app.clientId },
  });
  const storefront = next.as(app.caller({ authorization: `Bearer ${body.access_token}` }));
  expect((await storefront.post('/v2/customers/tokens', { data: { email, password } })).status).toBe(201);
});

test('processes that start at the same time with old keys make one new key for each purpose', async () => {
  await age('31 days');
  await Promise.all([app.addInstance(), app.addInstance(), app.addInstance()]);
  expect(await countKeys()).toBe(4);
});

test('a process with another secret does not start, says why, and harms nobody, even when the keys are old', async () => {
  const foreign = { CLIENTELE_SECRET_KEY: 'another secret of at least 32 characters' };
  const { token } = await signIn(app, email);
  for (const interval of ['0 days', '31 days']) {
    await age(interval);
    await expect(app.addInstance(foreign)).rejects.toThrow(
      'the signing keys in the database were sealed with another secret: set CLIENTELE_SECRET_KEY to the same value',
    );
  }
  expect(await countKeys()).toBe(2);
  const next = await app.addInstance();
  expect(await statusOf(next.as(app.shopper(token)))).toBe(200);
});

test('secrets are sealed in the database: what stands there signs no token', async () => {
  const { rows } = await app.query('select sealed_secret from signing_keys');
  const { token } = await signIn(app, email);
  const { createVerifier } = await import('fast-jwt');
  for (const { sealed_secret: sealed } of rows) {
    for (const key of [sealed, sealed.subarray(28), sealed.subarray(0, 32)]) {
      expect(() => createVerifier({ algorithms: ['HS256'], key })(token)).toThrow('signature');
    }
  }
});
