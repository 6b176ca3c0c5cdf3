import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Answer, startTestApp, type TestApp } from '../../../test/support/test-app.ts';
import { createKey, endKey } from './keys.service.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ CLIENTELE_SIGNIN_LIMIT_ADDRESS: '8' });
});
afterAll(() => app.close());
afterEach(() => {
  vi.useRealTimers();
});

let addresses = 0;
/** A client address that no other request uses. */
function anAddress(): string {
  addresses += 1;
  return `203.0.113.${addresses}`;
}

const post = (payload: string, type = 'application/x-www-form-urlencoded', remoteAddress = anAddress()) =>
  app.send({
    method: 'POST',
    url: '/oauth/access_token',
    remoteAddress,
    headers: { 'content-type': type },
    payload,
  });
const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
const admin = () => ({ grant_type: 'client_credentials', client_id: app.clientId, client_secret: app.clientSecret });
const implicit = () => ({ grant_type: 'implicit', client_id: app.clientId });
const statusAndBody = ({ status, body }: Answer) => ({ status, body });
const error = (status: number, title: string, detail: string, source?: string) => ({
  status,
  body: { errors: [{ status, title, detail, ...(source !== undefined && { source }) }] },
});
const unknownGrant = error(400, 'Bad Request', 'The grant_type must be implicit or client_credentials', 'grant_type');
const clientIdRequired = error(400, 'Bad Request', 'The client_id field is required.', 'client_id');
const invalidCredentials = error(401, 'Unauthorized', 'Unable to validate client credentials');

describe('the answer', () => {
  test.each(['client_credentials', 'implicit'] as const)(
    'to %s is the token, not wrapped in data, with no-store',
    async grant => {
      const before = Math.floor(Date.now() / 1000);
      const { status, body, headers } = await post(form(grant === 'implicit' ? implicit() : admin()));
      expect({ status, body }).toEqual({
        status: 200,
        body: {
          expires: expect.any(Number),
          identifier: grant,
          expires_in: 3600,
          access_token: expect.stringMatching(/^[A-Za-z0-9._~-]+$/),
          token_type: 'Bearer',
        },
      });
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'content-type': 'application/json; charset=utf-8',
        'access-control-allow-origin': '*',
      });
      expect(body.expires - 3600 - before).toBeGreaterThanOrEqual(0);
      expect(body.expires - 3600 - before).toBeLessThan(30);
      const asked = await app.caller({ authorization: `Bearer ${body.access_token}` }).get('/v2/customers');
      expect(asked.status).toBe(grant === 'implicit' ? 403 : 200);
    },
  );

  test('to the very bytes of the SDK, whatever the order of the keys, with unknown keys, as JSON or in a form', async () => {
    const { clientId, clientSecret } = app;
    for (const [payload, type] of [
      [`grant_type=client_credentials&client_id=${clientId}&client_secret=${clientSecret}`],
      [`client_secret=${clientSecret}&client_id=${clientId}&grant_type=client_credentials`],
      [`client_id=${clientId}&grant_type=client_credentials&client_secret=${clientSecret}&scope=x`],
      [JSON.stringify(admin()), 'application/json'],
      [JSON.stringify({ scope: 1, ...admin() }), 'application/json; charset=utf-8'],
    ] as const) {
      const { status, body } = await post(payload, type);
      expect({ status, identifier: body.identifier }).toEqual({ status: 200, identifier: 'client_credentials' });
    }
    // The secret of a public client is ignored, right or wrong.
    expect((await post(form({ ...implicit(), client_secret: 'wrong' }))).body.identifier).toBe('implicit');
  });

  test('for credentials with characters that a form encodes is the same', async () => {
    const [clientId, clientSecret] = ['id.with~all-of_them', `s3cr&t=+%/?#"'<>`];
    await createKey(app.database, { storeId: app.id, name: 'Odd', clientId, clientSecret });
    const fields = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
    expect((await post(form(fields))).status).toBe(200);
    expect((await post(JSON.stringify(fields), 'application/json')).status).toBe(200);
  });

  test('does not invalidate earlier tokens of the same client', async () => {
    const tokens = [];
    for (let count = 0; count < 3; count += 1) tokens.push((await post(form(admin()))).body.access_token);
    for (const token of tokens) {
      expect((await app.caller({ authorization: `Bearer ${token}` }).get('/v2/customers')).status).toBe(200);
    }
  });

  test('is accepted after Bearer, "Bearer:", bearer and bare, until it expires', async () => {
    const { access_token: token, expires } = (await post(form(admin()))).body;
    const ask = async (authorization: string) => (await app.caller({ authorization }).get('/v2/customers')).status;
    for (const prefix of ['Bearer ', 'Bearer: ', 'bearer ', 'BEARER: ', ''])
      expect(await ask(prefix + token)).toBe(200);
    vi.useFakeTimers({ toFake: ['Date'], now: expires * 1000 - 1 });
    expect(await ask(`Bearer ${token}`)).toBe(200);
    vi.setSystemTime(expires * 1000 + 1);
    expect(await ask(`Bearer ${token}`)).toBe(401);
  });

  test('lives as long as CLIENTELE_ACCESS_TOKEN_TTL says', async () => {
    const short = await app.addInstance({ CLIENTELE_ACCESS_TOKEN_TTL: '60' });
    const before = Math.floor(Date.now() / 1000);
    const { body } = await short.send({ method: 'POST', url: '/oauth/access_token', payload: admin() });
    expect(body.expires_in).toBe(60);
    expect(body.expires - before - 60).toBeLessThan(30);
  });
});

describe('errors', () => {
  test.each([
    ['nothing', {}, unknownGrant],
    ['no grant_type', { client_id: 'x' }, unknownGrant],
    ['an unknown grant', { grant_type: 'password', client_id: 'x' }, unknownGrant],
    ['a refresh', { grant_type: 'refresh_token', client_id: 'x' }, unknownGrant],
    ['no client_id', { grant_type: 'implicit' }, clientIdRequired],
    ['an empty client_id', { grant_type: 'client_credentials', client_id: '' }, clientIdRequired],
    ['an unknown client_id', { grant_type: 'implicit', client_id: 'unknown' }, invalidCredentials],
    [
      'an unknown client_id with a secret',
      { grant_type: 'client_credentials', client_id: 'unknown', client_secret: 'x' },
      invalidCredentials,
    ],
    ['a client_id with a NUL', { grant_type: 'implicit', client_id: 'a\0b' }, invalidCredentials],
    ['a client_id of 2000 characters', { grant_type: 'implicit', client_id: 'x'.repeat(2000) }, invalidCredentials],
  ])('%s, in a form and as JSON', async (_, fields, expected) => {
    expect(statusAndBody(await post(form(fields)))).toEqual(expected);
    expect(statusAndBody(await post(JSON.stringify(fields), 'application/json'))).toEqual(expected);
  });

  test('a wrong, missing or empty secret for client_credentials', async () => {
    const { client_secret: secret, ...without } = admin();
    for (const fields of [
      { ...without, client_secret: `${secret}x` },
      { ...without, client_secret: secret.toUpperCase() },
      { ...without, client_secret: '' },
      without,
    ]) {
      const answer = await post(form(fields));
      expect(statusAndBody(answer)).toEqual(invalidCredentials);
      expect(answer.headers).toMatchObject({ 'www-authenticate': 'Bearer', 'cache-control': 'no-store' });
    }
  });

  test.each([
    [
      'a key that comes twice',
      'application/x-www-form-urlencoded',
      'grant_type=implicit&grant_type=implicit&client_id=x',
      unknownGrant,
    ],
    ['an array', 'application/json', '[]', error(400, 'Bad Request', 'The request body is not a valid form')],
    ['a text', 'application/json', '"x"', error(400, 'Bad Request', 'The request body is not a valid form')],
    ['an object for a grant', 'application/json', '{"grant_type":{},"client_id":"x"}', unknownGrant],
    ['a number for a client_id', 'application/json', '{"grant_type":"implicit","client_id":7}', clientIdRequired],
    ['broken JSON', 'application/json', '{', error(400, 'Bad Request', 'The request body is not valid JSON')],
  ])('%s', async (_, type, payload, expected) => {
    expect(statusAndBody(await post(payload, type))).toEqual(expected);
  });

  test('unknown keys of public tokens are not counted: no secret is guessed', async () => {
    const from = '198.51.100.8';
    const unknown = form({ grant_type: 'implicit', client_id: 'nobody' });
    for (let index = 0; index < 9; index += 1) expect((await post(unknown, undefined, from)).status).toBe(401);
    expect((await post(form(admin()), undefined, from)).status).toBe(200);
  });

  test('too many failures from one address: 429 with Retry-After, for right credentials too, and not for other addresses', async () => {
    const from = '198.51.100.7';
    const guess = (index: number) => post(form({ ...admin(), client_secret: `wrong-${index}` }), undefined, from);
    for (let index = 0; index < 8; index += 1) expect((await guess(index)).status).toBe(401);
    for (const answer of [await guess(9), await post(form(admin()), undefined, from)]) {
      expect(statusAndBody(answer)).toEqual(
        error(429, 'Too Many Requests', 'Too many failed attempts, please try again later'),
      );
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(800);
    }
    // A public client id gives nobody the power to close the shop, not even for those who share their address.
    expect((await post(form(admin()))).status).toBe(200);
    expect((await post(form(implicit()), undefined, from)).status).toBe(200);
  });
});

describe('keys', () => {
  test('a revoked key gets no token at once, and its tokens are refused by every process', async () => {
    const key = await app.addKey();
    const other = await app.addInstance();
    const callers = [key.admin, other.as(key.admin), key.storefront];
    for (const caller of callers) expect([200, 403]).toContain((await caller.get('/v2/customers')).status);
    // Revoked by yet another process, as the command line is.
    expect((await endKey(other.database, { storeId: key.id, id: key.keyId }))?.client_id).toBe(key.clientId);
    const credentials = { grant_type: 'client_credentials', client_id: key.clientId, client_secret: key.clientSecret };
    expect(statusAndBody(await post(form(credentials)))).toEqual(invalidCredentials);
    expect((await post(form({ grant_type: 'implicit', client_id: key.clientId }))).status).toBe(401);
    const started = performance.now();
    for (const caller of callers) await expect.poll(async () => (await caller.get('/v2/customers')).status).toBe(401);
    // Announced, and not only noticed when the memory of it has grown old after 5 s.
    expect(performance.now() - started).toBeLessThan(4000);
    expect(await endKey(app.database, { storeId: key.id, id: key.keyId })).toBeUndefined();
    // Other keys of the store are not concerned.
    expect((await app.admin.get('/v2/customers')).status).toBe(200);
  });

  test('secrets are stored as hashes only', async () => {
    const { rows } = await app.query('select * from application_keys');
    const stored = JSON.stringify(rows.map(row => [row, row.secret_hash.toString('latin1')]));
    expect(stored).toContain(app.clientId);
    expect(stored).not.toContain(app.clientSecret);
  });
});
