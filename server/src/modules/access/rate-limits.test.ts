import { afterAll, beforeAll, expect, test } from 'vitest';
import { aCustomer } from '../../../test/support/builders.ts';
import { type Answer, type Caller, startTestApp, type TestApp } from '../../../test/support/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ CLIENTELE_SIGNUP_LIMIT_ADDRESS: '3', CLIENTELE_RATE_LIMIT: '20' });
});
afterAll(() => app.close());

const tooMany = {
  errors: [{ status: 429, title: 'Too Many Requests', detail: 'Too many requests, please try again later' }],
};

function expectTooMany({ status, body, headers }: Answer, longest: number): void {
  expect({ status, body }).toEqual({ status: 429, body: tooMany });
  const seconds = Number(headers['retry-after']);
  expect(seconds >= 1 && seconds <= longest, `Retry-After: ${seconds}`).toBe(true);
}

const send = (caller: Caller, method: 'GET' | 'POST', remoteAddress: string, data?: object) =>
  app.send({
    method,
    url: '/v2/customers',
    remoteAddress,
    headers: { ...caller.headers, 'content-type': 'application/json' },
    ...(data && { payload: JSON.stringify({ data }) }),
  });

test('sign-ups with a public token are limited for each client address and store; those of an admin are not', async () => {
  const signUp = (address: string, caller = app.storefront) => send(caller, 'POST', address, aCustomer());
  // A body that is not valid is no sign-up.
  expect((await send(app.storefront, 'POST', '203.0.113.1', { name: 'x' })).status).toBe(422);
  for (let count = 0; count < 3; count += 1) expect((await signUp('203.0.113.1')).status).toBe(201);
  expectTooMany(await signUp('203.0.113.1'), 900);
  expect((await signUp('203.0.113.2')).status).toBe(201);
  expect((await signUp('203.0.113.1', app.admin)).status).toBe(201);
  const other = await app.addStore();
  expect((await signUp('203.0.113.1', other.storefront)).status).toBe(201);
});

test('all requests of a key from one client address are limited by the minute; without a valid token nothing is counted', async () => {
  const key = await app.addKey();
  const statuses = [];
  for (let count = 0; count < 20; count += 1) statuses.push((await send(key.admin, 'GET', '203.0.113.9')).status);
  expect(new Set(statuses)).toEqual(new Set([200]));
  expectTooMany(await send(key.admin, 'GET', '203.0.113.9'), 60);
  expect((await send(app.caller({ authorization: 'Bearer x' }), 'GET', '203.0.113.9')).status).toBe(401);
  expect((await send(key.admin, 'GET', '203.0.113.10')).status).toBe(200);
  expect((await send((await app.addKey()).admin, 'GET', '203.0.113.9')).status).toBe(200);
});
