import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { endKey } from '../../src/modules/access/keys.service.ts';
import { createCustomer, signUp } from '../support/builders.ts';
import { type SdkVersion, sdkSince, sdkVersions, settled } from '../support/sdk.ts';
import { createNodeFolder, runNodeShop, type SdkShop, startSdkShop } from '../support/sdk-shop.ts';
import type { PassedRequest } from '../support/tls-proxy.ts';

// Unmodified @moltin/sdk versions over TLS (reference: authentication.md; js-sdk-calls.md, §5, §15.1 and §15.3).

let shop: SdkShop;
beforeAll(async () => {
  shop = await startSdkShop();
});
afterAll(() => shop.close());

const refusal = (status: number, title: string, detail: string) => ({
  rejected: { errors: [{ status, title, detail }] },
});
const wrongKey = refusal(401, 'Unauthorized', 'Unable to validate client credentials');
const invalidToken = refusal(401, 'Unauthorized', 'Unable to validate access token');
const notPermitted = refusal(403, 'Forbidden', 'This action is not permitted for this access token');
const otherCustomer = refusal(403, 'Forbidden', 'The customer token does not grant access to this customer');
const invalidCustomerToken = refusal(403, 'Forbidden', 'The customer token is invalid or has expired');

const linesOf = (requests: readonly PassedRequest[]) => requests.map(({ method, url }) => `${method} ${url}`);
const tokenRequest = 'POST /oauth/access_token';

/** 36.0.0 answers a 401 with a new token and a second attempt; the others reject at once. */
const isPersistent = (version: SdkVersion) => version === '36.0.0';

describe.each(sdkVersions)('@moltin/sdk %s', version => {
  test('authenticates without a secret as a storefront, and with one as a back end', async () => {
    const token = (identifier: string) => ({
      access_token: expect.stringMatching(/^[A-Za-z0-9._~-]+$/),
      expires: expect.closeTo(Date.now() / 1000 + 3600, -2),
      expires_in: 3600,
      identifier,
      token_type: 'Bearer',
    });
    const storefront = await shop.newClient(version);
    expect(await storefront.client.Authenticate()).toEqual(token('implicit'));
    const backEnd = await shop.newClient(version, { client_secret: shop.clientSecret });
    expect(await backEnd.client.Authenticate()).toEqual(token('client_credentials'));
  });

  test('fetches one token for many calls, and its way of sending it is understood', async () => {
    const customer = await createCustomer(shop);
    const { client, requests } = await shop.backEndClient(version);
    for (let call = 0; call < 2; call += 1) {
      expect(await client.Customers.Get(customer.id)).toEqual({ data: customer });
    }
    const path = `GET /v2/customers/${customer.id}`;
    expect(linesOf(requests)).toEqual([tokenRequest, path, path]);
    const scheme = sdkSince('12.7.0').includes(version) ? /^Bearer \S+$/ : /^Bearer: \S+$/;
    expect(requests[1]?.headers.authorization).toMatch(scheme);
  });

  test('may not read customers with the storefront token alone, whether or not they exist', async () => {
    const customer = await createCustomer(shop);
    const { client } = await shop.storefrontClient(version);
    expect(await settled(client.Customers.All())).toEqual(notPermitted);
    expect(await settled(client.Customers.Get(customer.id))).toEqual(notPermitted);
    expect(await settled(client.Customers.Get('3f0c1a52-7a0e-4c55-9f0b-6a1d2f9f1c01'))).toEqual(notPermitted);
    expect(await settled(client.Customers.Delete(customer.id))).toEqual(notPermitted);
  });

  test('reads with a customer token the own record and no other, as a storefront and as a back end', async () => {
    const { customer, token } = await signUp(shop);
    const other = await createCustomer(shop);
    for (const { client } of [await shop.storefrontClient(version), await shop.backEndClient(version)]) {
      expect(await client.Customers.Get(customer.id, token.token)).toEqual({ data: customer });
      expect(await client.Customers.All(token.token)).toMatchObject({
        data: [customer],
        meta: { page: { limit: 100, offset: 0, current: 1, total: 1 }, results: { total: 1 } },
      });
      expect(await settled(client.Customers.Get(other.id, token.token))).toEqual(otherCustomer);
    }
  });

  test('is told with one 403 that a customer token is no good, and does not repeat itself', async () => {
    const { customer, token, shopper } = await signUp(shop);
    expect(await shopper.delete(`/v2/customers/tokens/${token.id}`)).toMatchObject({ status: 204 });
    const { client, requests } = await shop.storefrontClient(version);
    expect(await settled(client.Customers.Get(customer.id, token.token))).toEqual(invalidCustomerToken);
    expect(await settled(client.Customers.Get(customer.id, 'not a token'))).toEqual(invalidCustomerToken);
    expect(requests).toHaveLength(3);
  });

  test('rejects with a document when its key has been revoked', async () => {
    const store = await shop.addStore();
    const { client } = await shop.backEndClient(version, { store });
    await endKey(shop.database, { storeId: store.id, id: store.keyId });
    const outcome = await settled(client.Customers.All());
    expect(outcome).toEqual(isPersistent(version) ? wrongKey : invalidToken);
  });
});

describe.each(sdkSince('6.6.0'))('@moltin/sdk %s', version => {
  test('rejects once with a document when its client id or secret is wrong', async () => {
    for (const options of [{ client_secret: 'wrong' }, { client_id: 'nobody', client_secret: 'wrong' }]) {
      const { client, requests } = await shop.newClient(version, options);
      expect(await settled(client.Authenticate())).toEqual(wrongKey);
      expect(await settled(client.Customers.All())).toEqual(wrongKey);
      expect(linesOf(requests)).toEqual([tokenRequest, tokenRequest]);
    }
  });

  test('names its own store and is served, names another and is refused', async () => {
    const [own, other] = [await shop.addStore(), await shop.addStore()];
    // With the option `store_id` the SDK fetches no token by itself.
    const { client } = await shop.backEndClient(version, { store: own, store_id: own.id });
    expect(await client.Customers.All()).toMatchObject({ data: [], meta: { results: { total: 0 } } });
    const stranger = await shop.backEndClient(version, { store: own, store_id: other.id });
    expect(await settled(stranger.client.Customers.All())).toEqual(
      refusal(403, 'Forbidden', 'The access token does not belong to this store'),
    );
  });
});

test.concurrent.each(sdkVersions)(
  '@moltin/sdk %s with a stored token that is no longer valid gets a 401, on which 36.0.0 fetches another',
  async version => {
    const store = await shop.addStore();
    const { client, storage, requests } = await shop.backEndClient(version, { store });
    const stored = JSON.parse(storage.get('moltinCredentials') ?? '{}');
    storage.set('moltinCredentials', JSON.stringify({ ...stored, access_token: 'from-another-server' }));
    storage.set('mtoken', 'from-another-server');
    const outcome = await settled(client.Customers.All());
    expect(outcome).toEqual(isPersistent(version) ? { resolved: expect.objectContaining({ data: [] }) } : invalidToken);
    const listing = 'GET /v2/customers';
    const repeated = isPersistent(version) ? [tokenRequest, listing] : [];
    expect(linesOf(requests)).toEqual([tokenRequest, listing, ...repeated]);
  },
);

describe.concurrent('a Node application', () => {
  // The two forms in which the SDK stores its credentials.
  test.each(['3.3.0', '36.0.0'] as const)(
    'on @moltin/sdk %s keeps its token in ./localStorage and uses it after a restart',
    async version => {
      const folder = await createNodeFolder();
      const { host, requests } = await shop.openProxy();
      const options = { client_id: shop.clientId, client_secret: shop.clientSecret, host };
      expect(await runNodeShop(folder.path, version, options, 'authenticate')).toMatchObject({
        resolved: { identifier: 'client_credentials' },
      });
      expect(await runNodeShop(folder.path, version, options, 'list')).toMatchObject({
        resolved: { meta: { page: { current: 1 } } },
      });
      expect(linesOf(requests)).toEqual([tokenRequest, 'GET /v2/customers']);
      expect(await readdir(join(folder.path, 'localStorage'))).toContain(
        version === '3.3.0' ? 'mtoken' : 'moltinCredentials',
      );
      await folder.remove();
    },
  );

  test.each(['3.3.0', '3.8.1'] as const)(
    'on @moltin/sdk %s is told with a document that its secret is wrong',
    async version => {
      const folder = await createNodeFolder();
      const { host } = await shop.openProxy();
      const options = { client_id: shop.clientId, client_secret: 'wrong', host };
      expect(await runNodeShop(folder.path, version, options, 'authenticate')).toEqual(wrongKey);
      await folder.remove();
    },
  );
});
