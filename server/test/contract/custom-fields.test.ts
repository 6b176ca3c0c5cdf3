import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aCustomer, createCustomer, createField, createFlow, listed, password, signIn } from '../support/builders.ts';
import { sdkSince, sdkVersions, settled } from '../support/sdk.ts';
import { type SdkShop, startSdkShop } from '../support/sdk-shop.ts';

// Fields of customers by unmodified @moltin/sdk versions over TLS (reference: flows.md, "Custom fields on core
// resources").

interface AttributeList {
  readonly data: readonly { readonly value: string }[];
  readonly meta: unknown;
}

let shop: SdkShop;
beforeAll(async () => {
  shop = await startSdkShop();
  const customers = await createFlow(shop, { slug: 'customers' });
  await createField(shop, customers.id, {
    slug: 'tier',
    validation_rules: [{ type: 'enum', options: ['gold', 'silver'] }],
  });
  await createField(shop, customers.id, { slug: 'points', field_type: 'integer', default: 0 });
  const rules = [{ type: 'one-to-many', to: 'customer' }];
  await createField(shop, customers.id, { slug: 'friends', field_type: 'relationship', validation_rules: rules });
});
afterAll(() => shop.close());

describe.each(sdkVersions)('@moltin/sdk %s', version => {
  test('writes the fields of a customer as the back end, reads them, and finds and sorts by them', async () => {
    const { Customers } = (await shop.backEndClient(version)).client;
    const points = Number.parseInt(version, 10) * 1000 + Number(version.split('.')[1]);
    const { type: _, ...body } = aCustomer({ tier: 'gold', points });
    const { data } = await Customers.Create(body);
    expect(data).toMatchObject({ tier: 'gold', points });
    expect(await Customers.Get(data.id)).toEqual({ data });
    const changed = await Customers.Update(data.id, { tier: 'silver' });
    expect(changed.data).toMatchObject({ tier: 'silver', points });
    const found = await Customers.Filter({ eq: { points: String(points), 'customers.tier': 'silver' } }).All();
    expect(found.data).toEqual([listed(changed.data)]);
    const lower = await createCustomer(shop, { points: -points });
    // Early versions keep a filter for good.
    const fresh = (await shop.backEndClient(version)).client.Customers;
    const sorted = await fresh.Sort('points').Limit(1).All();
    expect(sorted.data[0].points).toBeLessThanOrEqual(lower.points);
    expect(await settled(Customers.Update(data.id, { tier: 'bronze' }))).toEqual({
      rejected: {
        errors: [
          {
            status: 422,
            title: 'Failed Validation',
            detail: 'The selected data.tier is invalid.',
            source: 'data.tier',
          },
        ],
      },
    });
    expect(
      await settled((await shop.backEndClient(version)).client.Customers.Filter({ eq: { nothing: 'a' } }).All()),
    ).toEqual({
      rejected: { errors: [{ status: 400, title: 'Bad Request', detail: 'Could not parse the supplied filter' }] },
    });
  });
});

describe.each(sdkSince('6.6.0'))('@moltin/sdk %s', version => {
  test('lets shoppers write the fields of their own record with their token', async () => {
    const customer = await createCustomer(shop, { password });
    const { token } = await signIn(shop, customer.email);
    const { Customers } = (await shop.storefrontClient(version)).client;
    const updated = await Customers.Update(customer.id, { tier: 'gold' }, token);
    expect(updated.data).toMatchObject({ id: customer.id, tier: 'gold', points: 0 });
    expect(await Customers.Get(customer.id, token)).toEqual(updated);
  });
});

describe.each(sdkSince('6.6.0'))('@moltin/sdk %s', version => {
  test('reads what can be set of a customer, fields included', async () => {
    const { Customers } = (await shop.backEndClient(version)).client;
    // Version 36 has it, but not in its types.
    const { Attributes } = Customers as typeof Customers & { Attributes(): Promise<AttributeList> };
    const { data, meta } = await Attributes.call(Customers);
    expect(data.map(({ value }) => value)).toEqual(expect.arrayContaining(['email', 'tier']));
    expect(meta).toEqual({ entity: 'customers', version: '1' });
  });

  test('adds to a relationship of a customer, replaces its targets and removes them', async () => {
    const { Customers, Flows } = (await shop.backEndClient(version)).client;
    const { id } = await createCustomer(shop);
    const customers = [await createCustomer(shop), await createCustomer(shop)];
    const [a, b] = customers.map(customer => ({ type: 'customer', id: customer.id }));
    const shown = async () => (await Customers.Get(id)).data.relationships?.friends?.data;
    expect(await Flows.CreateEntryRelationship('customers', id, 'friends', [a, b])).toEqual({ data: [a, b] });
    expect(await shown()).toEqual([a, b]);
    expect(await Flows.UpdateEntryRelationship('customers', id, 'friends', { data: [b] })).toEqual({ data: [b] });
    expect(await shown()).toEqual([b]);
    const removed = await settled(Flows.DeleteEntryRelationship('customers', id, 'friends'));
    expect(removed).toEqual({ resolved: '{}' });
    expect(await shown()).toBeOneOf([null, undefined]);
  });
});
