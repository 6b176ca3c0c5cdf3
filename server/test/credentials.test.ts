import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { endKey } from '../src/modules/access/keys.service.ts';
import { createSubject, type Subject } from './support/route-requests.ts';
import { startTestApp, type TestApp } from './support/test-app.ts';
import { openSigner } from './support/tokens.ts';

let app: TestApp;
let subject: Subject;
let accessToken: string;

beforeAll(async () => {
  app = await startTestApp();
  subject = await createSubject(app);
  accessToken = (app.admin.headers.authorization ?? '').replace('Bearer ', '');
});
afterAll(() => app.close());

const invalidAccessToken = {
  errors: [{ status: 401, title: 'Unauthorized', detail: 'Unable to validate access token' }],
};
const invalidCustomerToken = {
  errors: [{ status: 403, title: 'Forbidden', detail: 'The customer token is invalid or has expired' }],
};

async function withAccessToken(authorization: string) {
  const { status, body } = await app.send({ method: 'GET', url: '/v2/customers', headers: { authorization } });
  return status === 200 ? 200 : { status, body };
}

/** The own record, asked for with a customer token: told from other refusals by its text. */
async function withCustomerToken(token: string) {
  const { status, body } = await app.shopper(token).get(`/v2/customers/${subject.ids.customerId}`);
  return status === 200 ? 200 : { status, body };
}

const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const decode = (segment: string | undefined) => JSON.parse(Buffer.from(segment ?? '', 'base64url').toString());

/** Forgeries of a token, made from a genuine one: none may pass. */
function forgeriesOf(genuine: string, changes: object): Record<string, string> {
  const [header = '', payload = '', signature = ''] = genuine.split('.');
  const genuineClaims = decode(payload);
  const claims = { ...genuineClaims, exp: genuineClaims.exp + 1, ...changes };
  const hmac = (content: string, algorithm: string, key: string) =>
    createHmac(algorithm, key).update(content).digest('base64url');
  const foreign = `${header}.${base64url(claims)}`;
  const unsigned = (alg: string) => `${base64url({ ...decode(header), alg })}.${base64url(claims)}`;
  return {
    'alg none': `${unsigned('none')}.`,
    'alg None with the old signature': `${unsigned('None')}.${signature}`,
    'without a signature': `${header}.${payload}.`,
    'without the last segment': `${header}.${payload}`,
    'other claims under the old signature': `${foreign}.${signature}`,
    'signed with a key of another': `${foreign}.${hmac(foreign, 'sha256', 'another secret of another server')}`,
    'signed with an empty key': `${foreign}.${hmac(foreign, 'sha256', '')}`,
    'signed with the name of the key': `${foreign}.${hmac(foreign, 'sha256', decode(header).kid)}`,
    'another algorithm': `${unsigned('HS512')}.${hmac(unsigned('HS512'), 'sha512', 'another secret of another server')}`,
    'a key that does not exist': `${base64url({ alg: 'HS256', typ: 'JWT', kid: 'none' })}.${payload}.${signature}`,
    'a signature of another length': `${header}.${payload}.${signature.slice(0, -4)}`,
    'white space inside': `${header}. ${payload}.${signature}`,
    'one segment': 'token',
    'empty segments': '..',
    'only dots': '.'.repeat(200),
    'a very long text': 'A'.repeat(6000),
  };
}

describe('an access token', () => {
  test.each([
    ['Bearer T', (token: string) => `Bearer ${token}`],
    ['Bearer: T, as SDKs to 6.6 send it', (token: string) => `Bearer: ${token}`],
    ['bearer T', (token: string) => `bearer ${token}`],
    ['BEARER T', (token: string) => `BEARER ${token}`],
    ['bearer: T', (token: string) => `bearer: ${token}`],
    ['the bare token, as the PHP SDK sends it', (token: string) => token],
    ['Bearer with more spaces', (token: string) => `Bearer   ${token}  `],
  ])('is accepted as %s', async (_form, header) => {
    expect(await withAccessToken(header(accessToken))).toBe(200);
  });

  test.each(['Basic', 'Token', 'Bearer Bearer', 'Bearer;', 'Bearer "'])('is refused after %s', async scheme => {
    expect(await withAccessToken(`${scheme} ${accessToken}`)).toEqual({ status: 401, body: invalidAccessToken });
  });

  test('is refused when forged, however', async () => {
    const forgeries = Object.entries(forgeriesOf(accessToken, { role: 'admin', store: app.id }));
    const answers = await Promise.all(forgeries.map(async ([name, token]) => [name, await withAccessToken(token)]));
    expect(answers).toEqual(forgeries.map(([name]) => [name, { status: 401, body: invalidAccessToken }]));
  });

  test('of a public client cannot be turned into one of client_credentials', async () => {
    const publicToken = (app.storefront.headers.authorization ?? '').replace('Bearer ', '');
    const forgeries = Object.values(forgeriesOf(publicToken, { role: 'admin' }));
    const answers = await Promise.all(forgeries.map(withAccessToken));
    expect(answers.filter(answer => answer === 200)).toEqual([]);
  });

  test('is a customer token nowhere, and the other way round', async () => {
    expect(await withCustomerToken(accessToken)).toEqual({ status: 403, body: invalidCustomerToken });
    expect(await withAccessToken(subject.token)).toEqual({ status: 401, body: invalidAccessToken });
  });

  test('whose key is revoked is refused by a process that has just accepted it', async () => {
    const key = await app.addKey();
    expect((await key.admin.get('/v2/customers')).status).toBe(200);
    await endKey(app.database, { storeId: key.id, id: key.keyId });
    // The notification comes over a connection of its own; without it the wait would be 5 s.
    await vi.waitFor(async () => expect((await key.admin.get('/v2/customers')).status).toBe(401), { timeout: 4000 });
    const again = await app.send({
      method: 'POST',
      url: '/oauth/access_token',
      payload: { grant_type: 'client_credentials', client_id: key.clientId, client_secret: key.clientSecret },
    });
    expect(again.status).toBe(401);
  });

  test('that names the key of another store opens only that other store', async () => {
    const other = await app.addStore();
    const signer = await openSigner(app);
    const times = { issued: Math.floor(Date.now() / 1000), expires: Math.floor(Date.now() / 1000) + 60 };
    const mixed = signer.sign('access', { store: app.id, key: other.keyId, role: 'admin' }, times);
    const { status } = await app.send({
      method: 'GET',
      url: `/v2/customers/${subject.ids.customerId}`,
      headers: { authorization: `Bearer ${mixed}` },
    });
    expect(status).toBe(404);
  });
});

describe('a customer token', () => {
  test('is refused when forged, however', async () => {
    const forgeries = Object.entries(forgeriesOf(subject.token, { sub: subject.ids.customerId }));
    const answers = await Promise.all(forgeries.map(async ([name, token]) => [name, await withCustomerToken(token)]));
    expect(answers).toEqual(forgeries.map(([name]) => [name, { status: 403, body: invalidCustomerToken }]));
  });

  test('with the session of another customer is refused, though it is signed well', async () => {
    const other = await createSubject(app);
    const signer = await openSigner(app);
    const times = { issued: Math.floor(Date.now() / 1000), expires: Math.floor(Date.now() / 1000) + 60 };
    const claims = { sub: subject.ids.customerId ?? '', name: 'Ada Okafor', jti: other.ids.sessionId ?? '' };
    const token = signer.sign('customer', claims, times);
    expect(await withCustomerToken(token)).toEqual({ status: 403, body: invalidCustomerToken });
  });

  test('counts as absent when it is empty, null or undefined', async () => {
    const url = `/v2/customers/${subject.ids.customerId}`;
    const notPermitted = {
      errors: [{ status: 403, title: 'Forbidden', detail: 'This action is not permitted for this access token' }],
    };
    for (const token of ['', 'null', 'undefined']) {
      const publicly = await app.shopper(token).get(url);
      expect({ status: publicly.status, body: publicly.body }).toEqual({ status: 403, body: notPermitted });
      const asAdmin = await app.admin.get(url, { 'x-moltin-customer-token': token });
      expect(asAdmin.status).toBe(200);
    }
  });
});
