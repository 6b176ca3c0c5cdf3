import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anAddress, createAddress, createCustomer, signUp } from '../support/builders.ts';
import { unknownId } from '../support/expectations.ts';
import { addressesOf, sdkSince, settled } from '../support/sdk.ts';
import { type SdkShop, startSdkShop } from '../support/sdk-shop.ts';

// Unmodified @moltin/sdk versions over TLS; 3.3.0 has no addresses (reference: addresses.md; js-sdk-calls.md, §7, §15.2
// and §15.10).

let shop: SdkShop;
beforeAll(async () => {
  shop = await startSdkShop();
});
afterAll(() => shop.close());

const refusal = (status: number, title: string, detail: string) => ({
  rejected: { errors: [{ status, title, detail }] },
});
const noCustomer = refusal(404, 'Not Found', 'customer not found');
const noAddress = refusal(404, 'Not Found', 'The requested address could not be found');
const required = (...sources: string[]) => ({
  rejected: {
    errors: sources.map(source => ({
      status: 422,
      title: 'Failed Validation',
      detail: `The ${source} field is required.`,
      source,
    })),
  },
});

describe.each(sdkSince('3.8.1'))('@moltin/sdk %s', version => {
  test('keeps a shopper’s addresses with the customer token: create, get, update, list, delete', async () => {
    const { customer: owner, token: session } = await signUp(shop);
    const { client } = await shop.storefrontClient(version);
    const addresses = addressesOf(client);
    const [customer, token] = [owner.id, session.token];

    const { type: _, ...body } = anAddress({ postcode: 90210, phone_number: 4420 });
    const created = await addresses.Create({ customer, token, body });
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(created).toEqual({
      data: {
        ...body,
        postcode: '90210',
        phone_number: '4420',
        id: expect.any(String),
        type: 'address',
        company_name: '',
        line_2: '',
        region: '',
        instructions: '',
        links: { self: `${shop.baseUrl}/v2/customers/${customer}/addresses/${created.data.id}` },
        relationships: { customer: { data: { type: 'customer', id: customer } } },
        meta: { timestamps: { created_at: time, updated_at: time } },
      },
    });
    const address = created.data.id;
    expect(await addresses.Get({ customer, address, token })).toEqual(created);

    const changes = { line_1: '1 New Road', instructions: 'Ring twice' };
    const updated = await addresses.Update({ customer, address, token, body: changes });
    expect(updated).toEqual({
      data: {
        ...created.data,
        ...changes,
        meta: { timestamps: { created_at: created.data.meta.timestamps.created_at, updated_at: time } },
      },
    });
    // A form that sends the whole object back changes nothing.
    expect(await addresses.Update({ customer, address, token, body: updated.data })).toEqual(updated);

    const second = await addresses.Create({ customer, token, body: anAddress({ name: 'Work', region: 'Yorkshire' }) });
    const list = { data: [updated.data, second.data], meta: { results: { total: 2 } } };
    expect(await addresses.All({ customer, token })).toEqual(list);

    expect(await settled(addresses.Delete({ customer, address, token }))).toEqual({ resolved: '{}' });
    expect(await settled(addresses.Delete({ customer, address, token }))).toEqual(noAddress);
    expect(await addresses.All({ customer, token })).toMatchObject({ data: [second.data] });
  });

  test('keeps anybody’s addresses as the back end, without a customer token', async () => {
    const { id: customer } = await createCustomer(shop);
    const { client } = await shop.backEndClient(version);
    const addresses = addressesOf(client);
    const created = await addresses.Create({ customer, body: anAddress() });
    const address = created.data.id;
    expect(await addresses.Get({ customer, address })).toEqual(created);
    const updated = await addresses.Update({ customer, address, body: { city: 'York' } });
    expect(await addresses.All({ customer })).toEqual({ data: [updated.data], meta: { results: { total: 1 } } });
    expect(await settled(addresses.Delete({ customer, address }))).toEqual({ resolved: '{}' });
    expect(await addresses.All({ customer })).toEqual({ data: [], meta: { results: { total: 0 } } });
  });

  test('is told with a document what is wrong with an address', async () => {
    const { customer: owner, token: session } = await signUp(shop);
    const { client } = await shop.storefrontClient(version);
    const addresses = addressesOf(client);
    const of = { customer: owner.id, token: session.token };
    expect(await settled(addresses.Create({ ...of, body: { name: 'Home' } }))).toEqual(
      required(...['first_name', 'last_name', 'line_1', 'postcode', 'country', 'county'].map(field => `data.${field}`)),
    );
    const { id: address } = await createAddress(shop.admin, owner.id);
    expect(await settled(addresses.Update({ ...of, address, body: { postcode: ' ' } }))).toEqual(
      required('data.postcode'),
    );
  });

  test('cannot reach the addresses of another customer, nor say what does not exist', async () => {
    const { customer: owner, token: session } = await signUp(shop);
    const other = await createCustomer(shop);
    const foreign = await createAddress(shop.admin, other.id);
    const { client } = await shop.storefrontClient(version);
    const addresses = addressesOf(client);
    const [own, token] = [{ customer: owner.id, token: session.token }, session.token];
    const otherCustomer = refusal(403, 'Forbidden', 'The customer token does not grant access to this customer');
    expect(await settled(addresses.All({ customer: other.id, token }))).toEqual(otherCustomer);
    expect(await settled(addresses.Create({ customer: other.id, token, body: anAddress() }))).toEqual(otherCustomer);
    expect(await settled(addresses.All({ customer: owner.id }))).toEqual(
      refusal(403, 'Forbidden', 'This action is not permitted for this access token'),
    );
    for (const address of [foreign.id, unknownId, 'no-id']) {
      expect(await settled(addresses.Get({ ...own, address }))).toEqual(noAddress);
      expect(await settled(addresses.Update({ ...own, address, body: { city: 'York' } }))).toEqual(noAddress);
      expect(await settled(addresses.Delete({ ...own, address }))).toEqual(noAddress);
    }
    const backEnd = addressesOf((await shop.backEndClient(version)).client);
    expect(await settled(backEnd.All({ customer: unknownId }))).toEqual(noCustomer);
    expect(await settled(backEnd.Create({ customer: unknownId, body: anAddress() }))).toEqual(noCustomer);
    expect(await backEnd.Get({ customer: other.id, address: foreign.id })).toEqual({ data: foreign });
  });
});

test('every version lists all of 130 addresses, since it cannot page them', async () => {
  const customer = await createCustomer(shop);
  const created = await Promise.all(
    Array.from({ length: 130 }, (_, index) => createAddress(shop.admin, customer.id, { name: `Address ${index}` })),
  );
  const allIds = created.map(({ id }) => id).sort();
  for (const version of sdkSince('3.8.1')) {
    const { client, requests } = await shop.backEndClient(version);
    const { data, meta } = await addressesOf(client)
      .Filter({ eq: { city: 'Leeds' } })
      .Limit(5)
      .All({ customer: customer.id });
    expect({ ids: data.map(({ id }: { id: string }) => id).sort(), total: meta.results.total }).toEqual({
      ids: allIds,
      total: 130,
    });
    expect(requests.at(-1)?.url).toBe(`/v2/customers/${customer.id}/addresses`);
  }
});
