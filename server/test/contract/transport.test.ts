import { request } from 'node:http';
import { MoltinClient } from '@moltin/request';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aCustomer, anAddress, createCustomer, password, signUp } from '../support/builders.ts';
import { createSdkClient, sdkSince, sdkVersions, settled } from '../support/sdk.ts';
import { type SdkShop, startSdkShop } from '../support/sdk-shop.ts';

// What every call of the SDK goes through, and Moltin's other official clients: @moltin/request itself, and what the iOS
// and PHP SDKs send (reference: README.md, "Base URLs and transport" and "Content types and bodies"; js-sdk-calls.md, §1,
// §4, §14 and §15.9).

let shop: SdkShop;
let origin: string;
beforeAll(async () => {
  shop = await startSdkShop();
  origin = `http://${shop.httpHost}`;
});
afterAll(() => shop.close());

const refusal = (status: number, title: string, detail: string) => ({
  rejected: { errors: [{ status, title, detail }] },
});
const noPath = refusal(404, 'Not Found', 'The requested resource could not be found');
const wrongMethod = refusal(405, 'Method Not Allowed', 'This method is not allowed for the requested resource');
const tooLarge = refusal(413, 'Payload Too Large', 'The request body is too large');

describe.each(sdkVersions)('a call of @moltin/sdk %s settles with a document', version => {
  test('when the path does not exist', async () => {
    const { client } = await shop.backEndClient(version);
    expect(await settled(client.request.send('rule-promotions', 'GET'))).toEqual(noPath);
    expect(await settled(client.request.send('rule-promotions', 'POST', { type: 'promotion' }))).toEqual(noPath);
    expect(await settled(client.Customers.Get('a/b/c'))).toEqual(noPath);
  });

  test('when the method does not exist for the path', async () => {
    const { client } = await shop.backEndClient(version);
    // Without an id the SDK asks for /v2/customers/, which is /v2/customers.
    expect(await settled(client.Customers.Update('', { name: 'Ada' }))).toEqual(wrongMethod);
    expect(await settled(client.Customers.Delete(''))).toEqual(wrongMethod);
    expect(await settled(client.request.send('customers', 'PATCH', { name: 'Ada' }))).toEqual(wrongMethod);
  });

  test('when the body is larger than 1 MiB, however much larger', async () => {
    const { client } = await shop.backEndClient(version);
    for (const megabytes of [1.1, 8]) {
      const body = { name: 'x'.repeat(megabytes * 1_000_000), email: 'ada@example.test' };
      expect(await settled(client.Customers.Create(body))).toEqual(tooLarge);
    }
    expect(await client.Customers.Limit(1).All()).toMatchObject({ meta: { page: { limit: 1 } } });
  });

  test('when the server cannot make anything of what was sent', async () => {
    const { client } = await shop.backEndClient(version);
    const name = 'The data.name must be a string.';
    expect(await settled(client.Customers.Create({ ...aCustomer(), name: 42 }))).toEqual({
      rejected: { errors: [{ status: 422, title: 'Failed Validation', detail: name, source: 'data.name' }] },
    });
    expect(await settled(client.request.send('customers', 'POST'))).toEqual(
      refusal(400, 'Bad Request', 'The data object is required'),
    );
    expect(await settled(client.Customers.Limit(-1).All())).toEqual({
      rejected: { errors: [expect.objectContaining({ status: 400, title: 'Bad Request' })] },
    });
  });
});

describe.each(sdkSince('6.6.0'))('@moltin/sdk %s', version => {
  test('is served without TLS too, with every option that adds a header', async () => {
    const { client } = createSdkClient(version, {
      client_id: shop.clientId,
      client_secret: shop.clientSecret,
      host: shop.httpHost,
      protocol: 'http',
      application: 'my-shop',
      currency: 'XXX',
      language: 'fr',
      // What shops send when nobody is signed in.
      headers: { 'X-MOLTIN-CUSTOMER-TOKEN': 'undefined', 'EP-Channel': 'web', 'X-Whatever': 'else' },
    });
    const { type: _, ...body } = aCustomer();
    const created = await client.Customers.Create(body);
    expect(created).toMatchObject({ data: body });
    expect(await client.Customers.Get(created.data.id)).toEqual(created);
  });

  test('in a browser of another origin may send every header it has', async () => {
    const customer = await createCustomer(shop);
    const { client, requests } = await shop.backEndClient(version, {
      application: 'my-shop',
      currency: 'EUR',
      language: 'fr',
    });
    await client.Customers.Get(customer.id, undefined);
    const sent = Object.keys(requests.at(-1)?.headers ?? {}).filter(name =>
      /^(x-|ep-|authorization|content-)/.test(name),
    );
    expect(sent).toEqual(expect.arrayContaining(['authorization', 'content-type', 'x-moltin-application']));
    const preflight = await fetch(`${origin}/v2/customers/${customer.id}`, {
      method: 'OPTIONS',
      headers: { origin: 'https://shop.example', 'access-control-request-method': 'PUT' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
    const allowed = preflight.headers.get('access-control-allow-headers')?.toLowerCase().split(', ') ?? [];
    expect(sent.filter(name => !allowed.includes(name))).toEqual([]);
  });
});

async function send(method: string, path: string, headers: Record<string, string>, body?: string) {
  const answer = await fetch(`${origin}${path}`, { method, headers, ...(body !== undefined && { body }) });
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? '' : JSON.parse(text) };
}

const form = { 'content-type': 'application/x-www-form-urlencoded' };

describe('@moltin/request', () => {
  test('as a back end creates, lists, changes and deletes', async () => {
    const client = new MoltinClient({ host: origin, client_id: shop.clientId, client_secret: shop.clientSecret });
    const { data: customer } = await client.post('customers', aCustomer({ password }));
    expect(await client.get(`customers?filter=eq(email,${customer.email})`)).toMatchObject({ data: [customer] });
    expect(await client.put(`/customers/${customer.id}`, { type: 'customer', name: 'Grace' })).toMatchObject({
      data: { id: customer.id, name: 'Grace' },
    });
    expect(await client.delete(`customers/${customer.id}`, {})).toBe('');
    await expect(client.get(`customers/${customer.id}`)).rejects.toEqual({
      statusCode: 404,
      errors: [{ status: 404, title: 'Not Found', detail: 'The requested customer could not be found' }],
    });
  });

  test('as a storefront signs in and sends the customer token as an option', async () => {
    const { id, email } = await createCustomer(shop, { password });
    const visitor = new MoltinClient({ host: origin, client_id: shop.clientId });
    const { data: token } = await visitor.post('customers/tokens', { type: 'token', email, password });
    const shopper = new MoltinClient({ host: origin, client_id: shop.clientId, customer_token: token.token });
    const { data: address } = await shopper.post(`customers/${id}/addresses`, anAddress());
    expect(await shopper.get(`customers/${id}/addresses`)).toMatchObject({ data: [address] });
    expect(await shopper.delete(`customers/${id}/addresses/${address.id}`, {})).toBe('');
  });

  test('with a wrong secret says that there is no access token', async () => {
    const client = new MoltinClient({ host: origin, client_id: shop.clientId, client_secret: 'wrong' });
    await expect(client.get('customers')).rejects.toThrow('Unable to obtain an access token');
  });
});

test('what the iOS SDK sends is understood: client_id first, the region in headers, an update with id and without type', async () => {
  const token = await send('POST', '/oauth/access_token', form, `client_id=${shop.clientId}&grant_type=implicit`);
  expect(token).toMatchObject({ status: 200, body: { token_type: 'Bearer', identifier: 'implicit' } });
  const { customer, token: session } = await signUp(shop);
  const headers = {
    authorization: `Bearer ${token.body.access_token}`,
    accept: 'application/json',
    'content-type': 'application/json',
    'x-moltin-locale': 'de_CH',
    'x-moltin-language': 'de',
    'x-moltin-currency': 'CHF',
    'x-moltin-customer-token': session.token,
  };
  const path = `/v2/customers/${customer.id}`;
  const changes = JSON.stringify({ data: { id: customer.id, name: 'Ada Byrne' } });
  const updated = await send('PUT', path, headers, changes);
  expect(updated).toMatchObject({ status: 200, body: { data: { id: customer.id, name: 'Ada Byrne' } } });
  expect(await send('GET', path, headers)).toEqual(updated);

  const { type: _, ...address } = anAddress({ company: 'Ada & Co' });
  const created = await send('POST', `${path}/addresses`, headers, JSON.stringify({ data: address }));
  expect(created).toMatchObject({ status: 201, body: { data: { line_1: address.line_1, company_name: '' } } });
  const moved = { ...address, id: created.body.data.id, line_1: '1 New Road' };
  const path1 = `${path}/addresses/${moved.id}`;
  expect(await send('PUT', path1, headers, JSON.stringify({ data: moved }))).toMatchObject({
    status: 200,
    body: { data: { id: moved.id, line_1: '1 New Road' } },
  });
});

test('what the PHP SDK sends is understood: the bare token, encoded brackets, a create without type', async () => {
  const fields = `grant_type=client_credentials&client_id=${shop.clientId}&client_secret=${shop.clientSecret}`;
  const token = await send('POST', '/oauth/access_token', form, fields);
  const headers = { authorization: token.body.access_token, 'content-type': 'application/json' };
  const { type: _, ...body } = aCustomer();
  expect(await send('POST', '/v2/customers', headers, JSON.stringify({ data: body }))).toMatchObject({
    status: 201,
    body: { data: { type: 'customer', ...body } },
  });
  const page = await send('GET', '/v2/customers?page%5Blimit%5D=1&page%5Boffset%5D=0', headers);
  expect(page).toMatchObject({ status: 200, body: { data: [{}], meta: { page: { limit: 1, offset: 0 } } } });
});

test.each([
  ['/v2/customers', 413],
  ['/nowhere', 404],
] as const)(
  'a proxy that closes after each request reads the answer to a large body for %s: %i',
  async (path, status) => {
    const { authorization } = shop.admin.headers;
    const headers = { authorization, connection: 'close', 'content-type': 'application/json' };
    for (let attempt = 0; attempt < 15; attempt += 1) {
      // Rejects when the connection is reset before all is sent.
      const answer = await new Promise<string>((resolve, reject) => {
        const call = request(`${origin}${path}`, { method: 'POST', agent: false, headers }, async received => {
          const chunks = await received.toArray();
          call.on('close', () => resolve(chunks.join('')));
        });
        call.on('error', reject).end(Buffer.alloc(4_000_000, 'x'));
      });
      expect(JSON.parse(answer)).toMatchObject({ errors: [{ status }] });
    }
  },
);

test('curl’s order and spelling is understood: a lower-case scheme, a token request as JSON', async () => {
  const body = { client_id: shop.clientId, client_secret: shop.clientSecret, grant_type: 'client_credentials' };
  const json = { 'content-type': 'application/json' };
  const token = await send('POST', '/oauth/access_token', json, JSON.stringify(body));
  const listing = await send('GET', '/v2/customers/', { authorization: `bearer ${token.body.access_token}` });
  expect(listing).toMatchObject({ status: 200, body: { meta: { page: { offset: 0 } } } });
});
