import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAddress, createCustomer, createField, createFlow, signUp } from '../../../test/support/builders.ts';
import { nextMillisecond } from '../../../test/support/clock.ts';
import { createOrder, enableGateway } from '../../../test/support/orders.ts';
import { createStaff } from '../../../test/support/staff.ts';
import { startTestApp, type TestApp } from '../../../test/support/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

interface Entry {
  readonly id: string;
  readonly time: string;
  readonly event_type: string;
  readonly resource_id: string;
}

test('the log of a store is listed newest first, and narrowed down by what, who, about whom and when', async () => {
  const owner = await createStaff(app);
  await createCustomer(await app.addStore());
  const { customer: ada, shopper } = await signUp(app);
  const steps = [
    async () => createCustomer(app),
    async () => owner.caller.put(`/v2/customers/${ada.id}`, { data: { name: 'Ada Eze' } }),
    async () => shopper.put(`/v2/customers/${ada.id}`, { data: { name: 'Ada Obi' } }),
    async () => createAddress(app.admin, ada.id),
  ];
  const made: { id?: string }[] = [];
  for (const step of steps) {
    await nextMillisecond();
    made.push((await step()) as { id?: string });
  }
  const [eve, , , address] = made;
  await app.admin.delete(`/v2/customers/${eve?.id}`);

  const read = async (query = ''): Promise<Entry[]> => {
    const { status, body } = await app.admin.get(`/v2/logs${query}`);
    expect([query, status]).toEqual([query, 200]);
    expect(body.meta.results.total).toBe(body.data.length);
    return body.data;
  };
  const all = await read();
  expect(all.map(({ event_type, resource_id }) => [event_type, resource_id])).toEqual([
    ['customer.deleted', eve?.id],
    ['address.created', address?.id],
    ['customer.updated', ada.id],
    ['customer.updated', ada.id],
    ['customer.created', eve?.id],
    ['customer.created', ada.id],
    ['staff_user.created', owner.id],
  ]);
  const [deleted, addressed, byAda, byOwner, created, first] = all;
  const ofAda = (await app.admin.get(`/v2/customers/${ada.id}/logs`)).body.data;
  expect([addressed, byAda, byOwner, first]).toEqual(ofAda);
  const found: [string, (Entry | undefined)[]][] = [
    ['eq(event_type,customer.updated)', [byAda, byOwner]],
    ['in(event_type,customer.deleted,address.created)', [deleted, addressed]],
    [`eq(initiator_id,${owner.id})`, [byOwner]],
    [`eq(initiator_id,${ada.id.toUpperCase()})`, [byAda]],
    [`eq(initiator_id,${app.keyId}):eq(event_type,customer.created)`, [created, first]],
    [`eq(customer_id,${ada.id})`, [addressed, byAda, byOwner, first]],
    ['eq(resource_type,address)', [addressed]],
    [`eq(resource_id,${eve?.id})`, [deleted, created]],
    [`ge(time,${byOwner?.time}):lt(time,${addressed?.time})`, [byAda, byOwner]],
  ];
  for (const [filter, entries] of found) expect(await read(`?filter=${filter}`)).toEqual(entries);
  expect(await read('?sort=time')).toEqual(all.toReversed());

  const paged: Entry[] = [];
  for (let url: string | null = '/v2/logs?page[limit]=4'; url !== null; ) {
    const { body } = await app.admin.get(url);
    paged.push(...body.data);
    url = body.links.next?.replace(app.baseUrl, '') ?? null;
  }
  expect(paged).toEqual(all);
  for (const bad of ['filter=eq(delta,x)', 'filter=like(event_type,c*)', 'sort=event_type', 'page[cursor]=x'])
    expect((await app.admin.get(`/v2/logs?${bad}`)).status).toBe(400);
});

test('who changes orders, flows and fields is told, with what they were before', async () => {
  const store = { ...app, ...(await app.addStore()) };
  await enableGateway(store);
  const order = await createOrder(store);
  const owner = await createStaff(store);
  const path = `/v2/orders/${order.id}`;
  expect(
    (await owner.caller.post(`${path}/payments`, { data: { gateway: 'manual', method: 'purchase' } })).status,
  ).toBe(201);
  expect((await owner.caller.put(path, { data: { type: 'order', shipping: 'fulfilled' } })).status).toBe(200);
  expect((await owner.caller.post('/v2/orders/anonymize', { data: { order_ids: [order.id] } })).status).toBe(200);
  const flow = await createFlow(store, { slug: 'orders' });
  const field = await createField(store, flow.id, { slug: 'gift' });
  await store.admin.put(`/v2/fields/${field.id}`, { data: { type: 'field', id: field.id, name: 'A gift' } });
  await store.admin.delete(`/v2/fields/${field.id}`);
  await store.admin.put(`/v2/flows/${flow.id}`, { data: { type: 'flow', id: flow.id, enabled: false } });
  await store.admin.delete(`/v2/flows/${flow.id}`);

  const { data } = (await store.admin.get('/v2/logs?filter=in(resource_type,order,flow,field)&sort=time')).body;
  const told = data.map(({ event_type, resource_id, delta }: Entry & { delta: object }) => [
    event_type,
    resource_id,
    delta,
  ]);
  expect(told).toEqual([
    [
      'order.updated',
      order.id,
      {
        status: { before: 'incomplete', after: 'complete' },
        payment: { before: 'unpaid', after: 'paid' },
        paid: { before: 0, after: expect.any(Number) },
      },
    ],
    ['order.updated', order.id, { shipping: { before: 'unfulfilled', after: 'fulfilled' } }],
    ['order.anonymized', order.id, {}],
    ['flow.created', flow.id, expect.objectContaining({ slug: { before: null, after: 'orders' } })],
    ['field.created', field.id, expect.objectContaining({ slug: { before: null, after: 'gift' } })],
    ['field.updated', field.id, { name: { before: field.name, after: 'A gift' } }],
    ['field.deleted', field.id, { name: { before: 'A gift', after: null }, slug: { before: 'gift', after: null } }],
    ['flow.updated', flow.id, { is_enabled: { before: true, after: false } }],
    ['flow.deleted', flow.id, expect.objectContaining({ slug: { before: 'orders', after: null } })],
  ]);
  expect(data[0].initiator).toMatchObject({ 'staff-id': owner.id });
  expect(JSON.stringify(data)).not.toContain('@');
});
