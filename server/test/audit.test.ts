import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { forgetOldEntries } from '../src/modules/audit/audit.service.ts';
import { findStore } from '../src/modules/stores/stores.service.ts';
import {
  aCustomer,
  createAddress,
  createCustomer,
  createField,
  createFlow,
  createNote,
  password,
  signIn,
  signUp,
} from './support/builders.ts';
import { time, unknownId, uuid } from './support/expectations.ts';
import { createStaff } from './support/staff.ts';
import { type OtherInstance, startTestApp, type TestApp, type TestStore } from './support/test-app.ts';

let app: TestApp;
let other: OtherInstance;
beforeAll(async () => {
  app = await startTestApp();
  other = await app.addInstance();
});
afterAll(() => app.close());

interface Entry {
  readonly event_type: string;
  readonly resource_id: string;
  readonly delta: Record<string, { before: unknown; after: unknown }>;
  readonly initiator: Record<string, unknown>;
  readonly relationships: { readonly resource_path: { readonly url: string } };
}
/** What was done to a customer, newest first. */
const logsOf = async (id: string, store: TestStore = app): Promise<Entry[]> => {
  const { status, body } = await store.admin.get(`/v2/customers/${id}/logs`);
  expect(status).toBe(200);
  return body.data;
};
const typesOf = async (id: string) => (await logsOf(id)).map(entry => entry.event_type);
const byKey = (store: TestStore) => ({
  'access-token-type': 'client_credentials',
  'access-token-name': 'Test key',
  'application-key-id': store.keyId,
  'client-address': '127.0.0.1',
});

test('a created and a changed customer are told of with who, from where, and every member, values of fields included', async () => {
  const store = await app.addStore();
  const flow = await createFlow(store, { slug: 'customers' });
  const field = await createField(store, flow.id, { slug: 'tier' });
  const body = aCustomer({ tier: 'gold', external_ref: 'crm-1' });
  const { id } = (await store.admin.post('/v2/customers', { data: body })).body.data;
  const path = `/v2/customers/${id}`;
  expect((await store.admin.put(path, { data: { name: 'Ada Eze', tier: 'silver', external_ref: null } })).status).toBe(
    200,
  );
  const entry = {
    id: expect.stringMatching(uuid),
    type: 'personal_data_log_entry',
    time: expect.stringMatching(time),
    resource_type: 'customer',
    resource_id: id,
    initiator: byKey(store),
    relationships: { resource_path: { url: `${app.baseUrl}${path}` } },
  };
  const created = {
    ...entry,
    event_type: 'customer.created',
    delta: {
      name: { before: null, after: 'Ada Okafor' },
      email: { before: null, after: body.email },
      external_ref: { before: null, after: 'crm-1' },
      tier: { before: null, after: 'gold' },
    },
  };
  const updated = {
    ...entry,
    event_type: 'customer.updated',
    delta: {
      name: { before: 'Ada Okafor', after: 'Ada Eze' },
      external_ref: { before: 'crm-1', after: null },
      tier: { before: 'gold', after: 'silver' },
    },
  };
  expect(await logsOf(id, store)).toEqual([updated, created]);
  const ofResource = `/v2/personal-data/logs?filter=eq(resource_type,customer):eq(resource_id,${id})`;
  expect((await store.admin.get(ofResource)).body.data).toEqual([created, updated]);
  // A slug that changes, and a field that goes, leave the entries as they are.
  await store.admin.put(`/v2/fields/${field.id}`, { data: { slug: 'level' } });
  await store.admin.delete(`/v2/fields/${field.id}`);
  expect(await logsOf(id, store)).toEqual([updated, created]);
});

test('a change that changes nothing, or is refused, leaves no entry', async () => {
  const [customer, taken] = [await createCustomer(app), await createCustomer(app)];
  const path = `/v2/customers/${customer.id}`;
  const put = async (data: object, headers = {}) => (await app.admin.put(path, { data }, headers)).status;
  expect(await put({ name: customer.name, email: customer.email })).toBe(200);
  expect(await put({ email: taken.email })).toBe(409);
  expect(await put({ name: 'Eve' }, { 'if-match': '"1-1"' })).toBe(412);
  expect(await put({ name: '' })).toBe(422);
  expect(await typesOf(customer.id)).toEqual(['customer.created']);
});

test('of a password only that it was set and changed is told, and neither it nor its hash is stored in the log', async () => {
  const customer = await createCustomer(app);
  const path = `/v2/customers/${customer.id}`;
  for (const secret of [password, 'correct-horse-10']) await app.admin.put(path, { data: { password: secret } });
  const [changed, set] = await logsOf(customer.id);
  expect([set?.delta, changed?.delta]).toEqual([
    { password: { before: false, after: true } },
    { password: { before: true, after: true } },
  ]);
  const { rows } = await app.query('select delta::text as text from audit_log where resource_id = $1', [customer.id]);
  expect(rows.length).toBe(3);
  for (const { text } of rows) expect(text).not.toMatch(/horse|argon|\$/);
});

test('a shopper is told of by their id, and staff by name and role', async () => {
  const { customer, shopper } = await signUp(app);
  const path = `/v2/customers/${customer.id}`;
  const staff = await createStaff(app, { role: 'editor' });
  await shopper.put(path, { data: { name: 'Ada Eze' } });
  await staff.caller.put(path, { data: { name: 'Ada Obi' } }, { 'x-moltin-auth-store': app.id });
  const [byStaff, byShopper] = await logsOf(customer.id);
  expect(byShopper?.initiator).toEqual({
    'access-token-type': 'implicit',
    'access-token-name': 'Test key',
    'application-key-id': app.keyId,
    'customer-id': customer.id,
    'client-address': '127.0.0.1',
  });
  expect(byStaff?.initiator).toEqual({
    'staff-id': expect.stringMatching(uuid),
    'staff-name': expect.any(String),
    'staff-role': 'editor',
    'client-address': '127.0.0.1',
  });
});

test('addresses are told of when created, changed and deleted, under their customer and under their own id', async () => {
  const { id } = await createCustomer(app);
  const address = await createAddress(app.admin, id, { city: 'Leeds', county: 'West Yorkshire' });
  const path = `/v2/customers/${id}/addresses/${address.id}`;
  await app.admin.put(path, { data: { city: 'York' } });
  await app.admin.put(path, { data: { city: 'York' } });
  await app.admin.delete(path);
  await app.admin.delete(path);
  const entries = await logsOf(id);
  expect(entries.map(entry => [entry.event_type, entry.resource_id])).toEqual([
    ['address.deleted', address.id],
    ['address.updated', address.id],
    ['address.created', address.id],
    ['customer.created', id],
  ]);
  expect(entries.map(({ delta }) => delta.city)).toEqual([
    { before: 'York', after: null },
    { before: 'Leeds', after: 'York' },
    { before: null, after: 'Leeds' },
    undefined,
  ]);
  expect(Object.keys(entries[1]?.delta ?? {})).toEqual(['city']);
  const own = await app.admin.get(
    `/v2/personal-data/logs?filter=eq(resource_type,address):eq(resource_id,${address.id})`,
  );
  expect(own.body.data.map((entry: Entry) => entry.event_type)).toEqual([
    'address.created',
    'address.updated',
    'address.deleted',
  ]);
  expect(own.body.data[0].relationships.resource_path.url).toBe(`${app.baseUrl}${path}`);
});

test('notes are told of when written, rewritten and deleted, with their text while the customer is there', async () => {
  const { id } = await createCustomer(app);
  const note = await createNote(app.admin, id, { content: 'Call after six.' });
  const path = `/v2/customers/${id}/notes/${note.id}`;
  await app.admin.put(path, { data: { type: 'note', content: 'Call after five.' } });
  await app.admin.put(path, { data: { type: 'note', content: 'Call after five.' } });
  await app.admin.put(path, { data: { type: 'note', content: 'Too late' } }, { 'if-match': '"1-1"' });
  await app.admin.delete(path);
  const entries = (await logsOf(id)).slice(0, 3);
  expect(entries.map(({ event_type, resource_id, delta }) => [event_type, resource_id, delta])).toEqual([
    ['note.deleted', note.id, { content: { before: 'Call after five.', after: null } }],
    ['note.updated', note.id, { content: { before: 'Call after six.', after: 'Call after five.' } }],
    ['note.created', note.id, { content: { before: null, after: 'Call after six.' } }],
  ]);
  expect(entries[0]?.relationships.resource_path.url).toBe(`${app.baseUrl}${path}`);
  await app.admin.delete(`/v2/customers/${id}`);
  expect((await logsOf(id)).map(({ delta }) => delta.content)).toEqual([undefined, {}, {}, {}, undefined]);
});

test('sessions that staff or a back end end are told of; a shopper who signs out is not', async () => {
  const { customer, token, shopper } = await signUp(app);
  const sessions = `/v2/customers/${customer.id}/sessions`;
  const [second, third] = [await signIn(app, customer.email), await signIn(app, customer.email)];
  await app.admin.delete(`${sessions}/${second.id}`);
  await app.admin.delete(`/v2/customers/tokens/${third.id}`);
  await shopper.delete(`/v2/customers/tokens/${token.id}`);
  await app.admin.delete(sessions);
  const entries = (await logsOf(customer.id)).filter(entry => entry.event_type === 'customer.sessions_ended');
  expect(entries.map(({ delta }) => delta.sessions)).toEqual([
    { before: [third.id], after: [] },
    { before: [second.id], after: [] },
  ]);
});

describe('a deleted customer', () => {
  test('is told of still, with the members of each change, but no value and no address a shopper wrote from', async () => {
    const { customer, shopper } = await signUp(app);
    const address = await createAddress(shopper, customer.id);
    await createAddress(app.admin, customer.id);
    await app.admin.delete(`/v2/customers/${customer.id}/addresses/${address.id}`);
    await app.admin.delete(`/v2/customers/${customer.id}`);
    const entries = await logsOf(customer.id);
    expect(entries.map(entry => entry.event_type)).toEqual([
      'customer.deleted',
      'address.deleted',
      'address.created',
      'address.created',
      'customer.created',
    ]);
    expect(entries.flatMap(({ delta }) => Object.values(delta)).every(value => Object.keys(value).length === 0)).toBe(
      true,
    );
    expect(Object.keys(entries.at(-1)?.delta ?? {}).sort()).toEqual(['email', 'name', 'password']);
    expect(entries[3]?.initiator).not.toHaveProperty('client-address');
    expect(entries[2]?.initiator).toEqual(byKey(app));
    const { rows } = await app.query(
      'select row_to_json(audit_log)::text as text from audit_log where customer_id = $1',
      [customer.id],
    );
    expect(rows.length).toBe(5);
    for (const { text } of rows) expect(text).not.toMatch(/Ada|Leeds|example\.com/);
  });

  test('leaves no value in the log, however many changes were under way', async () => {
    for (let round = 0; round < 15; round += 1) {
      const { id } = await createCustomer(app);
      const path = `/v2/customers/${id}`;
      const address = await createAddress(app.admin, id);
      const second = other.as(app.admin);
      await Promise.all([
        second.put(`${path}/addresses/${address.id}`, { data: { city: 'York' } }),
        second.put(path, { data: { name: 'Ada Eze' } }),
        app.admin.delete(path),
        second.delete(`${path}/addresses/${address.id}`),
        second.post(`${path}/addresses`, { data: { ...address, id: undefined } }),
      ]);
      const entries = await logsOf(id);
      expect(entries.filter(entry => entry.event_type === 'customer.deleted').length).toBe(1);
      expect(
        entries.flatMap(({ delta }) => Object.values(delta)).filter(value => Object.keys(value).length > 0),
      ).toEqual([]);
    }
  });
});

test('changes at once are told of as they happened: each begins with what the one before left', async () => {
  const { id } = await createCustomer(app);
  const path = `/v2/customers/${id}`;
  const names = Array.from({ length: 40 }, (_, index) => `Name ${index}`);
  const callers = [app.admin, other.as(app.admin)];
  await Promise.all(names.map((name, index) => callers[index % 2]?.put(path, { data: { name } })));
  const changes = (await logsOf(id)).flatMap(({ delta }) => (delta.name === undefined ? [] : [delta.name]));
  const follows = new Map(changes.map(({ before, after }) => [before, after]));
  let last: unknown = null;
  let steps = 0;
  while (follows.has(last)) {
    last = follows.get(last);
    steps += 1;
  }
  expect([steps, last]).toEqual([41, (await app.admin.get(path)).body.data.name]);
});

test('the log is paged, and 404 for a customer of whom there is nothing; a filter is refused', async () => {
  const { id } = await createCustomer(app);
  const path = `/v2/customers/${id}`;
  for (const name of ['B', 'C']) await app.admin.put(path, { data: { name } });
  const { body } = await app.admin.get(`${path}/logs?page[limit]=1&page[offset]=1`);
  expect(body.data.map(({ delta }: Entry) => delta.name?.after)).toEqual(['B']);
  expect(body.meta).toEqual({ page: { limit: 1, offset: 1, current: 2, total: 3 }, results: { total: 3 } });
  expect((await app.admin.get(`/v2/customers/${unknownId}/logs`)).status).toBe(404);
  expect((await app.admin.get('/v2/customers/none/logs')).status).toBe(404);
  expect((await (await app.addStore()).admin.get(`${path}/logs`)).status).toBe(404);
  expect((await app.admin.get(`${path}/logs?filter=eq(id,1)`)).status).toBe(400);
});

test('entries are kept as long as logs-ttl says', async () => {
  const store = await app.addStore();
  const { id } = await createCustomer(store);
  expect((await store.admin.put('/v2/settings/logs-ttl', { data: { type: 'time_to_live', days: 30 } })).status).toBe(
    200,
  );
  const row = await findStore(app.database, store.id);
  if (row === undefined) throw new Error('no store');
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);
  expect(await forgetOldEntries(app.database.forStore(store.id), row, inDays(29), 100)).toBe(0);
  // What was done to the customer, and to the setting.
  expect(await forgetOldEntries(app.database.forStore(store.id), row, inDays(31), 100)).toBe(2);
  expect(await logsOf(id, store)).toEqual([]);
});
