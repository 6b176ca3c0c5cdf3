import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aCustomer, anAddress, createCustomer, password, signIn, signUp } from '../../../test/support/builders.ts';
import { startTestApp, type TestApp } from '../../../test/support/test-app.ts';
import { forgetOldAnswers } from './idempotency.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.close());

const keyed = (key: string = randomUUID()) => ({ 'idempotency-key': key });

async function countAddresses(customerId: string): Promise<number> {
  return (await app.admin.get(`/v2/customers/${customerId}/addresses`)).body.data.length;
}

test('a request that is repeated with its key gets the first answer again and does nothing', async () => {
  const { id } = await createCustomer(app);
  const key = keyed();
  const send = () => app.admin.post(`/v2/customers/${id}/addresses`, { data: anAddress() }, key);
  const first = await send();
  const second = await send();
  expect([first.status, second.status]).toEqual([201, 201]);
  expect(second.body).toEqual(first.body);
  expect([first.headers['idempotent-replayed'], second.headers['idempotent-replayed']]).toEqual([undefined, 'true']);
  expect(await countAddresses(id)).toBe(1);
});

test('without a key every request is done', async () => {
  const { id } = await createCustomer(app);
  for (let n = 0; n < 2; n += 1) await app.admin.post(`/v2/customers/${id}/addresses`, { data: anAddress() });
  expect(await countAddresses(id)).toBe(2);
});

test('a key that comes with another body or path is refused with 422', async () => {
  const { id } = await createCustomer(app);
  const key = keyed();
  expect((await app.admin.post(`/v2/customers/${id}/addresses`, { data: anAddress() }, key)).status).toBe(201);
  const other = await app.admin.post(`/v2/customers/${id}/addresses`, { data: anAddress({ city: 'York' }) }, key);
  expect(other.status).toBe(422);
  expect(other.body.errors[0].title).toBe('Idempotency Key Reused');
  expect((await app.admin.post('/v2/customers', { data: anAddress() }, key)).status).toBe(422);
  expect(await countAddresses(id)).toBe(1);
});

test('of many repetitions at once one is done, and each other gets 409 or its answer', async () => {
  const { id } = await createCustomer(app);
  const key = keyed();
  const send = () => app.admin.post(`/v2/customers/${id}/addresses`, { data: anAddress() }, key);
  const answers = await Promise.all(Array.from({ length: 50 }, send));
  const done = answers.filter(({ status }) => status === 201);
  expect(answers.filter(({ status }) => status === 409).length).toBe(50 - done.length);
  expect(new Set(done.map(({ body }) => body.data.id)).size).toBe(1);
  for (const { headers } of answers.filter(({ status }) => status === 409)) expect(headers['retry-after']).toBe('1');
  expect(await countAddresses(id)).toBe(1);
  expect((await send()).body).toEqual(done[0]?.body);
});

test('the keys of other stores, other credentials and other customers are other keys', async () => {
  const other = await app.addStore();
  const key = keyed();
  const data = aCustomer();
  expect((await app.admin.post('/v2/customers', { data }, key)).status).toBe(201);
  expect((await other.admin.post('/v2/customers', { data }, key)).status).toBe(201);
  const again = await app.storefront.post('/v2/customers', { data }, key);
  expect([again.status, again.headers['idempotent-replayed']]).toEqual([409, undefined]);
});

test('an error that says what is wrong is the answer, and nothing is half done', async () => {
  const taken = await createCustomer(app);
  const key = keyed();
  const send = () => app.admin.post('/v2/customers', { data: aCustomer({ email: taken.email }) }, key);
  const first = await send();
  expect([first.status, first.body.errors[0].detail]).toEqual([409, 'A customer with this email already exists']);
  await app.admin.delete(`/v2/customers/${taken.id}`);
  const second = await send();
  expect([second.status, second.headers['idempotent-replayed']]).toEqual([409, 'true']);
  expect(second.body).toEqual(first.body);
});

test('a body that fails validation uses up no key', async () => {
  const key = keyed();
  expect((await app.admin.post('/v2/customers', { data: { name: 'Ada' } }, key)).status).toBe(422);
  expect((await app.admin.post('/v2/customers', { data: aCustomer() }, key)).status).toBe(201);
});

test('a wrong password with a key counts as a failure, is not kept, and the right one may follow with the key', async () => {
  const { email } = await createCustomer(app, { password });
  const key = keyed();
  const signIn = (secret: string) =>
    app.storefront.post('/v2/customers/tokens', { data: { type: 'token', email, password: secret } }, key);
  expect((await signIn('wrong-horse-9')).status).toBe(401);
  const { rows } = await app.query('select count(*)::int as count from failed_attempts');
  expect(rows[0]?.count).toBe(1);
  const first = await signIn(password);
  expect(first.status).toBe(201);
  const second = await signIn(password);
  expect(second.body).toEqual(first.body);
  expect(second.headers['cache-control']).toBe('no-store');
});

test('answers are encrypted at rest', async () => {
  const data = aCustomer({ name: 'Zebedee Marked' });
  await app.admin.post('/v2/customers', { data }, keyed());
  const { rows } = await app.query(
    "select string_agg(encode(sealed_answer, 'escape'), '') as stored from idempotency_keys",
  );
  expect(rows[0]?.stored).not.toContain('Zebedee');
});

test.each(['', ' '.repeat(256), 'é', 'a'.repeat(256)])('a key that is %j is refused with 400', async key => {
  const answer = await app.admin.post('/v2/customers', { data: aCustomer() }, { 'idempotency-key': key });
  expect([answer.status, answer.body.errors[0].source]).toEqual([400, 'Idempotency-Key']);
});

test('an answer is forgotten after 24 hours', async () => {
  const key = keyed();
  const { id } = await createCustomer(app);
  const send = () => app.admin.post(`/v2/customers/${id}/addresses`, { data: anAddress() }, key);
  await send();
  const db = app.database.forStore(app.id);
  const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000);
  expect(await forgetOldAnswers(db, inHours(23), 1000)).toBe(0);
  expect(await forgetOldAnswers(db, inHours(25), 1000)).toBeGreaterThan(0);
  expect((await send()).headers['idempotent-replayed']).toBeUndefined();
  expect(await countAddresses(id)).toBe(2);
});

test('a token that has ended gets no answer again', async () => {
  const { customer, shopper } = await signUp(app);
  const key = keyed();
  const send = () => shopper.post(`/v2/customers/${customer.id}/addresses`, { data: anAddress() }, key);
  expect((await send()).status).toBe(201);
  await app.admin.delete(`/v2/customers/${customer.id}/sessions`);
  expect((await send()).status).toBe(403);
});

test('a refusal of who asks uses up no key: signed in again, a shopper does it', async () => {
  const { customer, shopper } = await signUp(app);
  const key = keyed();
  const send = (caller = shopper) => caller.post(`/v2/customers/${customer.id}/addresses`, { data: anAddress() }, key);
  await app.admin.delete(`/v2/customers/${customer.id}/sessions`);
  expect((await send()).status).toBe(403);
  const { token } = await signIn(app, customer.email);
  expect((await send(app.shopper(token))).status).toBe(201);
});

test('many sign-ins with a key at once hold no connection while their passwords are hashed', async () => {
  const { email } = await createCustomer(app, { password });
  const signIns = Array.from({ length: 30 }, () =>
    app.storefront.post('/v2/customers/tokens', { data: { type: 'token', email, password } }, keyed()),
  );
  expect((await app.admin.get('/v2/customers')).status).toBe(200);
  expect((await Promise.all(signIns)).map(({ status }) => status)).toEqual(signIns.map(() => 201));
});
