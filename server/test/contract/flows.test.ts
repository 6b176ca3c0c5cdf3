import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aField, aFlow, createCustomer, createEntry, createField, createFlow } from '../support/builders.ts';
import { sdkSince, settled } from '../support/sdk.ts';
import { type SdkShop, startSdkShop } from '../support/sdk-shop.ts';

// Unmodified @moltin/sdk versions over TLS (reference: flows.md; js-sdk-calls.md, §10).

let shop: SdkShop;
beforeAll(async () => {
  shop = await startSdkShop();
});
afterAll(() => shop.close());

const rejected = (status: number, title: string, detail: string, source?: string) => ({
  rejected: { errors: [{ status, title, detail, ...(source && { source }) }] },
});
/** How every version settles with an answer of 204. */
const nothing = { resolved: '{}' };

describe.each(sdkSince('3.8.1'))('@moltin/sdk %s', version => {
  test('creates, reads, changes and deletes a flow', async () => {
    const { Flows } = (await shop.backEndClient(version)).client;
    const { type: _, ...body } = aFlow();
    const { data } = await Flows.Create(body);
    expect(data).toMatchObject({ ...body, type: 'flow', relationships: {} });
    const changed = await Flows.Update(data.id, { name: 'Shops', enabled: false });
    expect(changed.data).toMatchObject({ ...body, id: data.id, name: 'Shops', enabled: false });
    expect(await Flows.Get(data.id)).toEqual(changed);
    expect((await Flows.Limit(1).All()).data).toContainEqual(changed.data);
    const taken = rejected(409, 'Conflict', 'A flow with this slug already exists', 'data.slug');
    expect(await settled(Flows.Create(body))).toEqual(taken);
    expect(await settled(Flows.Delete(data.id))).toEqual(nothing);
    expect(await settled(Flows.Get(data.id))).toEqual(
      rejected(404, 'Not Found', 'The requested flow could not be found'),
    );
  });

  test('creates, reads, changes and deletes a field', async () => {
    const { Fields } = (await shop.backEndClient(version)).client;
    const flow = await createFlow(shop);
    const rules = [{ type: 'between', options: { from: 1, to: 5 } }];
    const { type: _, ...body } = aField(flow.id, { field_type: 'integer', validation_rules: rules, default: 3 });
    const { data } = await Fields.Create(body);
    expect(data).toMatchObject({ ...body, type: 'field', unique: false, order: null, omit_null: false });
    const changed = await Fields.Update(data.id, { field_type: 'integer', default: 4 });
    expect(changed.data).toMatchObject({ ...body, id: data.id, default: 4 });
    expect(await Fields.Get(data.id)).toEqual(changed);
    expect((await Fields.All()).data).toContainEqual(changed.data);
    const broken = rejected(422, 'Failed Validation', 'The data.default may not be greater than 5.', 'data.default');
    expect(await settled(Fields.Update(data.id, { default: 6 }))).toEqual(broken);
    expect(await settled(Fields.Delete(data.id))).toEqual(nothing);
    expect(await settled(Fields.Get(data.id))).toEqual(
      rejected(404, 'Not Found', 'The requested field could not be found'),
    );
  });

  test('creates, reads, changes and deletes an entry', async () => {
    const { Flows } = (await shop.backEndClient(version)).client;
    const { id, slug } = await createFlow(shop);
    await createField(shop, id, { slug: 'city', required: true });
    await createField(shop, id, { slug: 'floors', field_type: 'integer', default: 1 });
    const { data } = await Flows.CreateEntry(slug, { city: 'Leeds' });
    expect(data).toMatchObject({ type: 'entry', city: 'Leeds', floors: 1 });
    const changed = await Flows.UpdateEntry(slug, data.id, { floors: 2 });
    expect(changed.data).toMatchObject({ id: data.id, city: 'Leeds', floors: 2 });
    expect(await Flows.GetEntry(slug, data.id)).toEqual(changed);
    expect(await Flows.GetEntries(slug)).toMatchObject({ data: [changed.data], links: { previous: null } });
    const missing = rejected(422, 'Failed Validation', 'The data.city field is required.', 'data.city');
    expect(await settled(Flows.CreateEntry(slug, {}))).toEqual(missing);
    expect(await settled(Flows.DeleteEntry(slug, data.id))).toEqual(nothing);
    expect((await Flows.GetEntries(slug)).data).toEqual([]);
  });

  test('lets the storefront read flows and fields, and change none', async () => {
    const { Flows, Fields } = (await shop.storefrontClient(version)).client;
    const flow = await createFlow(shop);
    const field = await createField(shop, flow.id);
    expect(await Flows.Get(flow.id)).toEqual({ data: flow });
    expect(await Fields.Get(field.id)).toEqual({ data: field });
    const notPermitted = rejected(403, 'Forbidden', 'This action is not permitted for this access token');
    expect(await settled(Flows.Update(flow.id, { name: 'Mine' }))).toEqual(notPermitted);
    expect(await settled(Fields.Delete(field.id))).toEqual(notPermitted);
    expect(await Flows.Get(flow.id)).toEqual({ data: flow });
  });
});

describe.each(sdkSince('6.6.0'))('@moltin/sdk %s', version => {
  test('reads the fields of a flow and its attributes by slug', async () => {
    const { Flows } = (await shop.backEndClient(version)).client;
    const flow = await createFlow(shop);
    const field = await createField(shop, flow.id);
    expect(await Flows.GetFields(flow.slug)).toEqual({ data: [field] });
    const { name, slug } = field;
    expect(await Flows.GetFlowTypeAttributes(flow.slug)).toEqual({
      data: [{ label: name, value: slug, type: 'string', required: false, validation_rules: [] }],
      meta: { entity: flow.slug, version: '1' },
    });
  });
});

describe.each(sdkSince('6.6.0'))('@moltin/sdk %s', version => {
  test('adds to a relationship of an entry, replaces its targets and removes them', async () => {
    const { Flows } = (await shop.backEndClient(version)).client;
    const { id, slug } = await createFlow(shop);
    const rules = [{ type: 'one-to-many', to: 'customer' }];
    await createField(shop, id, { slug: 'owners', field_type: 'relationship', validation_rules: rules });
    const entry = await createEntry(shop, slug);
    const customers = [await createCustomer(shop), await createCustomer(shop)];
    const [a, b] = customers.map(customer => ({ type: 'customer', id: customer.id as string }));
    const shown = async () => (await Flows.GetEntry(slug, entry.id)).data.relationships.owners.data;
    expect(await Flows.CreateEntryRelationship(slug, entry.id, 'owners', [a, b])).toEqual({ data: [a, b] });
    expect(await shown()).toEqual([a, b]);
    expect(await Flows.UpdateEntryRelationship(slug, entry.id, 'owners', { data: [b] })).toEqual({ data: [b] });
    expect(await settled(Flows.DeleteEntryRelationship(slug, entry.id, 'owners'))).toEqual(nothing);
    expect(await shown()).toBe(null);
  });
});

describe.each(sdkSince('12.7.0'))('@moltin/sdk %s', version => {
  test('asks for templates and gets all flows', async () => {
    const { Flows } = (await shop.backEndClient(version)).client;
    const flow = await createFlow(shop);
    expect((await Flows.AllTemplates('subscriptions')).data).toContainEqual(flow);
  });
});
