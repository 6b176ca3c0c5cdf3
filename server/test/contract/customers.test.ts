import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aCustomer, createCustomer, password, signIn, signUp } from '../support/builders.ts';
import { uuid } from '../support/expectations.ts';
import { sdkSince, sdkVersions, settled } from '../support/sdk.ts';
import { type SdkShop, startSdkShop } from '../support/sdk-shop.ts';

// Unmodified @moltin/sdk versions over TLS (reference: customers.md; js-sdk-calls.md, §3, §6, §15.2 and §15.10).

let shop: SdkShop;
beforeAll(async () => {
  shop = await startSdkShop();
});
afterAll(() => shop.close());

const notFound = {
  rejected: { errors: [{ status: 404, title: 'Not Found', detail: 'The requested customer could not be found' }] },
};
const notPermitted = {
  rejected: {
    errors: [{ status: 403, title: 'Forbidden', detail: 'This action is not permitted for this access token' }],
  },
};

describe.each(sdkVersions)('@moltin/sdk %s', version => {
  test('signs a shopper up as the storefront, and the back end finds them', async () => {
    const { client } = await shop.storefrontClient(version);
    const { type, ...body } = aCustomer({ name: "Zoë O'Brien-王", password, external_ref: 'crm-88121' });
    const created = await client.Customers.Create(body);
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(created).toEqual({
      data: {
        ...body,
        type,
        password: true,
        id: expect.stringMatching(uuid),
        meta: { timestamps: { created_at: time, updated_at: time } },
      },
    });
    const backEnd = await shop.backEndClient(version);
    expect(await backEnd.client.Customers.Get(created.data.id)).toEqual(created);
  });

  test('rejects with the document that says which fields are wrong or that the e-mail is taken', async () => {
    const { client } = await shop.storefrontClient(version);
    expect(await settled(client.Customers.Create({ name: ' ', email: 'no address' }))).toEqual({
      rejected: {
        errors: [
          {
            status: 422,
            title: 'Failed Validation',
            detail: 'The data.name field is required.',
            source: 'data.name',
          },
          {
            status: 422,
            title: 'Failed Validation',
            detail: 'The data.email must be a valid email address.',
            source: 'data.email',
          },
        ],
      },
    });
    const { email } = await createCustomer(shop);
    expect(await settled(client.Customers.Create(aCustomer({ email: email.toUpperCase() })))).toEqual({
      rejected: {
        errors: [
          {
            status: 409,
            title: 'Conflict',
            detail: 'A customer with this email already exists',
            source: 'data.email',
          },
        ],
      },
    });
  });

  test('lets the back end change what it sends and nothing else', async () => {
    const customer = await createCustomer(shop, { external_ref: 'crm-1' });
    const { client } = await shop.backEndClient(version);
    const updated = await client.Customers.Update(customer.id, { name: 'Grace Hopper', external_ref: null });
    const { external_ref: _, ...kept } = customer;
    expect(updated).toEqual({
      data: {
        ...kept,
        name: 'Grace Hopper',
        meta: { timestamps: { ...customer.meta.timestamps, updated_at: expect.any(String) } },
      },
    });
    expect(await client.Customers.Get(customer.id)).toEqual(updated);
  });

  test('saves a profile form that sends the whole object back, with the password field empty', async () => {
    const { customer } = await signUp(shop);
    const { client } = await shop.backEndClient(version);
    const { data } = await client.Customers.Get(customer.id);
    expect(await client.Customers.Update(customer.id, data)).toEqual({ data: customer });
    expect(await client.Customers.Update(customer.id, { ...data, password: '' })).toEqual({ data: customer });
    expect(await signIn(shop, customer.email)).toMatchObject({ customer_id: customer.id });
  });

  test('resolves a delete by the back end to "{}", and rejects the second with a 404', async () => {
    const customer = await createCustomer(shop);
    const { client } = await shop.backEndClient(version);
    expect(await settled(client.Customers.Delete(customer.id))).toEqual({ resolved: '{}' });
    expect(await settled(client.Customers.Delete(customer.id))).toEqual(notFound);
    expect(await settled(client.Customers.Get(customer.id))).toEqual(notFound);
    expect(await settled(client.Customers.Update(customer.id, { name: 'Nobody' }))).toEqual(notFound);
  });

  test('cannot delete as a storefront, since no version sends the customer token with a delete', async () => {
    const { customer } = await signUp(shop);
    const { client } = await shop.storefrontClient(version);
    expect(await settled(client.Customers.Delete(customer.id))).toEqual(notPermitted);
  });
});

describe.each(sdkSince('6.6.0'))('@moltin/sdk %s', version => {
  test('lets the shopper change their name, e-mail and password, and ends their other sessions', async () => {
    const { customer, token } = await signUp(shop);
    const elsewhere = await signIn(shop, customer.email);
    const { client } = await shop.storefrontClient(version);
    const changes = { name: 'Ada Okafor-Byrne', email: `new-${customer.email}` };
    const updated = await client.Customers.Update(customer.id, { ...changes, password: 'new-horse-10' }, token.token);
    expect(updated.data).toMatchObject({ id: customer.id, ...changes, password: true });
    expect(await client.Customers.Get(customer.id, token.token)).toEqual(updated);
    expect(await settled(client.Customers.Get(customer.id, elsewhere.token))).toEqual({
      rejected: {
        errors: [{ status: 403, title: 'Forbidden', detail: 'The customer token is invalid or has expired' }],
      },
    });
    expect(await client.Customers.Token(changes.email, 'new-horse-10')).toMatchObject({
      data: { customer_id: customer.id },
    });
  });

  test('turns a field called options into a body that is no JSON, and is told so', async () => {
    const customer = await createCustomer(shop);
    const { client } = await shop.backEndClient(version);
    expect(await settled(client.Customers.Update(customer.id, { name: 'Ada', options: {} }))).toEqual({
      rejected: { errors: [{ status: 400, title: 'Bad Request', detail: 'The request body is not valid JSON' }] },
    });
    expect(await client.Customers.Get(customer.id)).toEqual({ data: customer });
  });
});

test.each(['3.3.0', '3.8.1'] as const)(
  '@moltin/sdk %s sends no customer token with an update, so that only the back end can change a customer',
  async version => {
    const { customer, token } = await signUp(shop);
    const { client } = await shop.storefrontClient(version);
    expect(await settled(client.Customers.Update(customer.id, { name: 'Ada' }, token.token))).toEqual(notPermitted);
  },
);
