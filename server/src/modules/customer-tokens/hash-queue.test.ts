import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aCustomer, createCustomer, password } from '../../../test/support/builders.ts';
import { type Answer, startTestApp, type TestApp } from '../../../test/support/test-app.ts';
import { hashPassword } from '../../platform/crypto/password-hash.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ CLIENTELE_SIGNIN_LIMIT_ACCOUNT: '1' });
});
afterAll(() => app.close());

const signIn = (email = 'nobody@example.com') =>
  app.storefront.post('/v2/customers/tokens', { data: { type: 'token', email, password } });

function expectBusy({ status, headers, body }: Answer): void {
  expect({ status, retryAfter: headers['retry-after'], body }).toEqual({
    status: 503,
    retryAfter: '2',
    body: {
      errors: [
        {
          status: 503,
          title: 'Service Unavailable',
          detail: 'Too many sign-ins at once, please try again',
          request_id: headers['x-request-id'],
        },
      ],
    },
  });
}

test('while the queue of hashes is full, sign-ins and sign-ups get 503 with Retry-After and other requests stay fast', async () => {
  const customer = await createCustomer(app);
  const read = () => app.admin.get(`/v2/customers/${customer.id}`);
  // One failure is the limit here: the next attempt is refused without a hash.
  const throttled = await createCustomer(app, { password: 'another-horse-7' });
  expect((await signIn(throttled.email)).status).toBe(401);
  let isStorm = true;
  async function storm(): Promise<void> {
    while (isStorm) await hashPassword(password).catch(() => delay(5));
  }
  const start = performance.now();
  const workers = Array.from({ length: 270 }, storm);

  expectBusy(await signIn());
  const guess = { data: { type: 'token', email: throttled.email, password: 'another-guess' } };
  expect((await app.storefront.post('/v2/customers/tokens', guess)).status).toBe(429);
  expectBusy(await app.storefront.post('/v2/customers', { data: aCustomer({ password }) }));
  const readStart = performance.now();
  for (let count = 0; count < 10; count += 1) expect((await read()).status).toBe(200);
  const readTook = performance.now() - readStart;

  isStorm = false;
  await Promise.all(workers);
  // Ten reads one after the other, while some 256 hashes waited.
  expect(readTook).toBeLessThan((performance.now() - start) / 2);
  // A refusal is no error of ours.
  const lines = app.logs.map(line => JSON.parse(line));
  expect(lines.filter(line => line.level === 50)).toEqual([]);
  expect(lines.filter(line => line.status === 503).map(line => line.refusal)).toContain(
    'Too many sign-ins at once, please try again',
  );
  // Once the queue has room, sign-ins are decided again.
  expect((await signIn()).status).toBe(401);
}, 180_000);
