import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCustomer, password, signUp } from '../support/builders.ts';
import { type SdkVersion, sdkSince, sdkVersions, settled } from '../support/sdk.ts';
import { type SdkShop, startSdkShop } from '../support/sdk-shop.ts';

// Unmodified @moltin/sdk versions over TLS (reference: customers.md, "Customer tokens"; js-sdk-calls.md, §4, §6 and
// §15.8). What waits for an SDK that repeats itself runs side by side.

let shop: SdkShop;
beforeAll(async () => {
  shop = await startSdkShop();
});
afterAll(() => shop.close());

const wrongCredentials = {
  errors: [{ status: 401, title: 'Unauthorized', detail: 'The email or password is incorrect' }],
};
const tooMany = {
  errors: [{ status: 429, title: 'Too Many Requests', detail: 'Too many failed attempts, please try again later' }],
};

const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

describe.concurrent('a sign-in that fails', () => {
  test.each(sdkVersions)(
    'on @moltin/sdk %s rejects with a document, the same for an unknown e-mail, and locks nobody out',
    async version => {
      // 36.0.0 makes four attempts of it, which take about 7 s.
      const attempts = version === '36.0.0' ? 4 : 1;
      const { email, id } = await createCustomer(shop, { password });
      const connections = await Promise.all(Array.from({ length: 4 }, () => shop.storefrontClient(version)));
      await Promise.all(
        connections.map(async ({ client, requests }, index) => {
          const account = index === 0 ? `nobody-${email}` : email;
          await expect(client.Customers.Token(account, `wrong-password-${index}`)).rejects.toEqual(wrongCredentials);
          expect(requests.filter(({ url }) => url === '/v2/customers/tokens')).toHaveLength(attempts);
        }),
      );
      // 36.0.0 has failed 12 times by now, more often than the limit of an account; as 3 attempts they are below it.
      const { client } = await shop.storefrontClient(version);
      expect(await client.Customers.Token(email, password)).toMatchObject({ data: { customer_id: id } });
    },
  );

  // 12.7.0 and later make four attempts of it, which take about 7 s.
  test.each<[SdkVersion, number]>([
    ['3.3.0', 1],
    ['6.6.0', 1],
    ['12.7.0', 4],
    ['36.0.0', 4],
  ])(
    'on @moltin/sdk %s rejects with a document after %i attempts when there were too many',
    async (version, attempts) => {
      const { email } = await createCustomer(shop, { password });
      for (let failure = 0; failure < shop.config.CLIENTELE_SIGNIN_LIMIT_ACCOUNT; failure += 1) {
        const data = { type: 'token', email, password: `wrong-password-${failure}` };
        expect(await shop.storefront.post('/v2/customers/tokens', { data })).toMatchObject({ status: 401 });
      }
      const { client, requests } = await shop.storefrontClient(version);
      await expect(client.Customers.Token(email, password)).rejects.toEqual(tooMany);
      expect(requests.filter(({ url }) => url === '/v2/customers/tokens')).toHaveLength(attempts);
    },
  );
});

describe.each(sdkVersions)('@moltin/sdk %s', version => {
  test('signs a shopper in with a token for 24 hours that names them and opens their record', async () => {
    const customer = await createCustomer(shop, { password });
    const { client } = await shop.storefrontClient(version);
    const { data: token } = await client.Customers.Token(customer.email.toUpperCase(), password);
    const expires = expect.closeTo(Date.now() / 1000 + 86_400, -2);
    expect(token).toEqual({
      type: 'token',
      id: expect.any(String),
      customer_id: customer.id,
      token: expect.any(String),
      expires,
    });
    const { exp, ...claims } = claimsOf(token.token);
    expect(claims).toMatchObject({ sub: customer.id, name: customer.name, jti: token.id, iat: exp - 86_400 });
    expect(exp).toBe(token.expires);
    expect(await client.Customers.Get(customer.id, token.token)).toEqual({ data: customer });
  });

  test('is told which of e-mail and password is missing', async () => {
    const { client } = await shop.storefrontClient(version);
    const required = (source: string) => ({
      status: 422,
      title: 'Failed Validation',
      detail: `The ${source} field is required.`,
      source,
    });
    expect(await settled(client.Customers.Token('ada@example.com', ''))).toEqual({
      rejected: { errors: [required('data.password')] },
    });
    expect(await settled(client.Customers.Token('', ''))).toEqual({
      rejected: { errors: [required('data.email'), required('data.password')] },
    });
  });
});

describe.each(sdkSince('6.6.0'))('@moltin/sdk %s', version => {
  test('signs a shopper in by TokenViaPassword', async () => {
    const { customer } = await signUp(shop);
    const { client } = await shop.storefrontClient(version);
    expect(await client.Customers.TokenViaPassword(customer.email, password)).toMatchObject({
      data: { type: 'token', customer_id: customer.id },
    });
  });

  test('is told with a 422 that there is no OpenID Connect', async () => {
    const { client } = await shop.storefrontClient(version);
    const call = client.Customers.TokenViaOIDC('code', 'https://shop.example.test/signed-in', 'verifier');
    expect(await settled(call)).toEqual({
      rejected: { errors: expect.arrayContaining([expect.objectContaining({ status: 422 })]) },
    });
  });
});
