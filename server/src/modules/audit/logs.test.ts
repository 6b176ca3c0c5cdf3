import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAddress, createCustomer, signUp } from '../../../test/support/builders.ts';
import { nextMillisecond } from '../../../test/support/clock.ts';
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
