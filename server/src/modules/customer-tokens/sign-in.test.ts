import { hash } from '@node-rs/argon2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCustomer, password, signIn } from '../../../test/support/builders.ts';
import { type Answer, startTestApp, type TestApp } from '../../../test/support/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ CLIENTELE_SIGNIN_LIMIT_ADDRESS: '0' });
});
afterAll(() => app.close());

const post = (data: Record<string, unknown>) => app.storefront.post('/v2/customers/tokens', { data });
const decode = (part = '') => JSON.parse(Buffer.from(part, 'base64url').toString());
const statusAndBody = ({ status, body }: Answer) => ({ status, body });

describe('the token', () => {
  test('is answered with 201, no-store and the fields of the contract', async () => {
    const { id, email } = await createCustomer(app, { password });
    const { status, body, headers } = await post({ type: 'token', email, password });
    expect(status).toBe(201);
    expect(headers['cache-control']).toBe('no-store');
    expect(body).toEqual({
      data: {
        type: 'token',
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        customer_id: id,
        token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
        expires: expect.any(Number),
      },
    });
  });

  test('is a JWT, HS256, with sub, name, jti, iat and an exp 24 hours later', async () => {
    const { id, email, name } = await createCustomer(app, { password, name: 'Zoë 山田' });
    const before = Math.floor(Date.now() / 1000);
    const token = await signIn(app, email);
    const after = Math.floor(Date.now() / 1000);
    const [header, claims] = token.token.split('.');
    expect(decode(header)).toMatchObject({ alg: 'HS256', typ: 'JWT' });
    const { iat } = decode(claims);
    expect(decode(claims)).toEqual({ sub: id, name, jti: token.id, iat, exp: iat + 86_400 });
    expect(iat >= before && iat <= after).toBe(true);
    expect(token.expires).toBe(iat + 86_400);
  });

  test('opens the own customer, with the public access token', async () => {
    const customer = await createCustomer(app, { password });
    const { token } = await signIn(app, customer.email);
    const path = `/v2/customers/${customer.id}`;
    expect(await app.shopper(token).get(path)).toMatchObject({ status: 200, body: { data: customer } });
    const changed = await app.shopper(token).put(path, { data: { name: 'Ada O.' } });
    expect(changed).toMatchObject({ status: 200, body: { data: { name: 'Ada O.' } } });
  });

  test('may be one of many', async () => {
    const { id, email } = await createCustomer(app, { password });
    const tokens = [await signIn(app, email), await signIn(app, email), await signIn(app, email)];
    expect(new Set(tokens.map(token => token.id)).size).toBe(3);
    for (const { token } of tokens) expect((await app.shopper(token).get(`/v2/customers/${id}`)).status).toBe(200);
  });
});

describe('the body', () => {
  test('may lack the type (SDK 3.0), name the mechanism (SDK 6.1), hold the e-mail in other case, and unknown keys', async () => {
    const { email } = await createCustomer(app, { password, email: `Zoë+${Date.now()}@Example.com` });
    for (const data of [
      { email, password },
      { type: 'token', authentication_mechanism: 'password', email, password },
      { type: 'token', email: email.toUpperCase(), password },
      { type: 'token', email: email.toLowerCase(), password, id: '', name: 'x', customer_id: 7 },
    ]) {
      expect((await post(data)).status).toBe(201);
    }
    const doubled = { data: { data: { type: 'token', email, password } } };
    expect((await app.storefront.post('/v2/customers/tokens', doubled)).status).toBe(201);
    expect((await app.admin.post('/v2/customers/tokens', { data: { email, password } })).status).toBe(201);
  });

  test.each([
    ['email', undefined, 'The data.email field is required.'],
    ['email', '', 'The data.email field is required.'],
    ['email', null, 'The data.email field is required.'],
    ['email', 7, 'The data.email must be a string.'],
    ['password', undefined, 'The data.password field is required.'],
    ['password', '', 'The data.password field is required.'],
    ['password', null, 'The data.password field is required.'],
    ['password', true, 'The data.password must be a string.'],
    ['password', 'x'.repeat(1025), 'The data.password may not be greater than 1024 bytes.'],
    ['type', 'customer', 'The data.type must be token.'],
    ['authentication_mechanism', 'magic', 'The data.authentication_mechanism must be password.'],
    ['authentication_mechanism', 'oidc', 'OpenID Connect is not configured'],
  ])('%s %.20j answers 422: %s', async (field, value, detail) => {
    const answer = await post({ type: 'token', email: 'ada@example.com', password, [field]: value });
    expect(statusAndBody(answer)).toEqual({
      status: 422,
      body: { errors: [{ status: 422, title: 'Failed Validation', detail, source: `data.${field}` }] },
    });
  });
});

describe('a failed sign-in', () => {
  test('answers the same for an unknown e-mail, a wrong password and a customer without one', async () => {
    const [withPassword, without] = [await createCustomer(app, { password }), await createCustomer(app)];
    const answers = [
      await post({ email: `nobody-${Date.now()}@example.com`, password }),
      await post({ email: withPassword.email, password: `${password}0` }),
      await post({ email: without.email, password }),
      await post({ email: 'not an address', password }),
    ];
    for (const { status, body, headers } of answers) {
      expect({ status, body, challenge: headers['www-authenticate'], caching: headers['cache-control'] }).toEqual({
        status: 401,
        body: { errors: [{ status: 401, title: 'Unauthorized', detail: 'The email or password is incorrect' }] },
        challenge: 'Bearer',
        caching: 'no-store',
      });
      expect(Object.keys(headers).sort()).toEqual(Object.keys(answers[0]?.headers ?? {}).sort());
    }
  });

  test('takes as long for an unknown e-mail as for a wrong password', async () => {
    const { email } = await createCustomer(app, { password });
    const took: Record<'unknown' | 'wrong', number[]> = { unknown: [], wrong: [] };
    for (let round = 0; round < 9; round += 1) {
      for (const kind of ['unknown', 'wrong'] as const) {
        const start = performance.now();
        await post({
          email: kind === 'wrong' ? email : `nobody-${round}@example.com`,
          password: `wrong-${round}-${kind}`,
        });
        took[kind].push(performance.now() - start);
      }
    }
    // Other work on the machine only adds. A sign-in that skipped the hash would take a tenth.
    const ratio = Math.min(...took.unknown) / Math.min(...took.wrong);
    expect(ratio > 1 / 3 && ratio < 3, `ratio ${ratio}`).toBe(true);
  });

  test('of a customer of another store is that of nobody', async () => {
    const other = await app.addStore();
    const { email } = await createCustomer(other, { password });
    expect((await post({ email, password })).status).toBe(401);
    await signIn(other, email);
  });
});

describe('a hash weaker than today’s', () => {
  const weaken = async (id: string) =>
    app.query('update customers set password_hash = $2 where id = $1', [
      id,
      await hash(password, { memoryCost: 8192, timeCost: 1, parallelism: 1 }),
    ]);
  const storedHash = async (id: string) =>
    (await app.query('select password_hash from customers where id = $1', [id])).rows[0].password_hash;

  test('is replaced by a sign-in that succeeds, and only by that; the customer is not changed', async () => {
    const customer = await createCustomer(app, { password });
    await weaken(customer.id);
    expect((await post({ email: customer.email, password: 'wrong-password' })).status).toBe(401);
    expect(await storedHash(customer.id)).toMatch(/^\$argon2id\$v=19\$m=8192,t=1,p=1\$/);
    await signIn(app, customer.email);
    const strong = await storedHash(customer.id);
    expect(strong).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    await signIn(app, customer.email);
    expect(await storedHash(customer.id)).toBe(strong);
    expect((await app.admin.get(`/v2/customers/${customer.id}`)).body.data).toEqual(customer);
  });

  test('is no reason to refuse any of several sign-ins at once', async () => {
    const { id, email } = await createCustomer(app, { password });
    for (let round = 0; round < 3; round += 1) {
      await weaken(id);
      const answers = await Promise.all(Array.from({ length: 4 }, () => post({ email, password })));
      expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    }
  });
});

test('a sign-in during a change of the password gives no token that outlives the change', async () => {
  const { id, email } = await createCustomer(app, { password });
  for (let round = 0; round < 6; round += 1) {
    const [from, to] = [`password-${round}`, `password-${round + 1}`];
    expect((await app.admin.put(`/v2/customers/${id}`, { data: { password: from } })).status).toBe(200);
    const signIns = Array.from({ length: 4 }, () => post({ email, password: from }));
    const [changed, ...answers] = await Promise.all([
      app.admin.put(`/v2/customers/${id}`, { data: { password: to } }),
      ...signIns,
    ]);
    expect(changed?.status).toBe(200);
    for (const { status, body } of answers) {
      expect([201, 401]).toContain(status);
      if (status === 201) expect((await app.shopper(body.data.token).get(`/v2/customers/${id}`)).status).toBe(403);
    }
    expect((await post({ email, password: from })).status).toBe(401);
    const { token } = await signIn(app, email, to);
    expect((await app.shopper(token).get(`/v2/customers/${id}`)).status).toBe(200);
  }
});
