import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { anAddress, createCustomer } from '../../../test/support/builders.ts';
import { createStaff } from '../../../test/support/staff.ts';
import { startTestApp, type TestApp, type TestStore } from '../../../test/support/test-app.ts';
import { addressFields } from '../addresses/addresses.schema.ts';

let app: TestApp;
let store: TestStore;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const defaults = {
  type: 'settings',
  page_length: 100,
  list_child_products: true,
  additional_languages: [],
  calculation_method: 'simple',
  currency_limit: 10,
  field_limit: 100,
  integration_limit: 100,
  event_limit: 5,
  filter_limit: 10,
  tax_item_limit: 5,
  page_offset_limit: Number.MAX_SAFE_INTEGER,
};
const cartDefaults = { type: 'settings', cart_expiry_days: 7, discounts: { custom_discounts_enabled: false } };
const logsDefaults = { type: 'time_to_live', days: 365 };
const errors = (title: string, detail: string, source: string) => ({
  status: 400,
  body: { errors: [{ status: 400, title, detail, source }] },
});
const put = (path: string, data: unknown) => store.admin.put(path, { data });
const readAll = async () =>
  Promise.all(
    ['/v2/settings', '/v2/settings/cart', '/v2/settings/logs-ttl'].map(
      async path => (await store.admin.get(path)).body.data,
    ),
  );

describe('a store', () => {
  test('starts with the defaults of the contract', async () => {
    store = await app.addStore();
    expect(await readAll()).toEqual([defaults, cartDefaults, logsDefaults]);
  });

  test('keeps what a change does not name, ignores the limits, and goes back to the defaults when asked', async () => {
    store = await app.addStore();
    const changes = {
      page_length: 25,
      additional_languages: ['fr', 'DE', 'fr'],
      address_mandatory_fields: ['first_name', 'line_1'],
      currency_limit: 99,
      tax_item_limit: 99,
      unknown: true,
    };
    const changed = {
      ...defaults,
      page_length: 25,
      additional_languages: ['fr', 'de'],
      address_mandatory_fields: ['first_name', 'line_1'],
    };
    expect(await put('/v2/settings', { type: 'settings', ...changes })).toMatchObject({
      status: 200,
      body: { data: changed },
    });
    const line = { ...changed, list_child_products: false, calculation_method: 'line' };
    await put('/v2/settings', { type: 'settings', list_child_products: false, calculation_method: 'line' });
    expect((await readAll())[0]).toEqual(line);
    const { address_mandatory_fields: _, ...usual } = line;
    expect((await put('/v2/settings', { type: 'settings', address_mandatory_fields: null })).body.data).toEqual(usual);
    await put('/v2/settings/cart', { cart_expiry_days: 30 });
    expect(await store.admin.delete('/v2/settings')).toMatchObject({ status: 204, body: '' });
    expect(await readAll()).toEqual([defaults, { ...cartDefaults, cart_expiry_days: 30 }, logsDefaults]);
  });

  test('has settings of carts and logs, changed in parts', async () => {
    store = await app.addStore();
    const discounts = { custom_discounts_enabled: true };
    expect((await put('/v2/settings/cart', { type: 'settings', discounts })).body.data).toEqual({
      ...cartDefaults,
      discounts,
    });
    expect((await put('/v2/settings/cart', { cart_expiry_days: 365, discounts: {} })).body.data).toEqual({
      ...cartDefaults,
      cart_expiry_days: 365,
      discounts,
    });
    expect((await put('/v2/settings/logs-ttl', { days: 1, type: 'time_to_live' })).body.data).toEqual({
      ...logsDefaults,
      days: 1,
    });
    expect(await readAll()).toEqual([
      defaults,
      { ...cartDefaults, cart_expiry_days: 365, discounts },
      { ...logsDefaults, days: 1 },
    ]);
  });

  test('changed by 30 requests at once, on two processes, keeps every change', async () => {
    store = await app.addStore();
    const other = (await app.addInstance()).as(store.admin);
    const changes = [
      ['/v2/settings', { type: 'settings', page_length: 50 }],
      ['/v2/settings', { type: 'settings', calculation_method: 'line' }],
      ['/v2/settings', { type: 'settings', additional_languages: ['es'] }],
      ['/v2/settings/cart', { cart_expiry_days: 14 }],
      ['/v2/settings/logs-ttl', { days: 90 }],
    ] as const;
    await Promise.all(
      Array.from({ length: 30 }, (_, index) => {
        const [path, data] = changes[index % 5] ?? changes[0];
        return (index % 2 ? store.admin : other).put(path, { data });
      }),
    );
    expect(await readAll()).toEqual([
      { ...defaults, page_length: 50, calculation_method: 'line', additional_languages: ['es'] },
      { ...cartDefaults, cart_expiry_days: 14 },
      { ...logsDefaults, days: 90 },
    ]);
  });
});

describe('what the contract has no endpoint for', () => {
  const path = '/staff/stores/current';

  test('is read by every role, changed by owners, in force on every process, and out of reach of access tokens', async () => {
    store = await app.addStore();
    const ofStore = { 'x-moltin-auth-store': store.id };
    const [owner, viewer] = await Promise.all([createStaff(app), createStaff(app, { role: 'viewer' })]);
    const get = async () => (await viewer.caller.get(path, ofStore)).body.data;
    const before = await get();
    expect(before).toEqual({
      id: store.id,
      type: 'store',
      name: expect.any(String),
      is_sign_up_open: true,
      password_min_length: 8,
      is_common_password_refused: true,
      is_checkout_token_required: false,
      is_gateway_simulation_allowed: false,
    });
    const data = { name: ' Käse & Brot ', password_min_length: 12, is_sign_up_open: false, page_length: 7, id: app.id };
    const changed = { ...before, name: 'Käse & Brot', password_min_length: 12, is_sign_up_open: false };
    const answer = await owner.caller.put(path, { data }, ofStore);
    expect([answer.status, answer.body.data, await get()]).toEqual([200, changed, changed]);
    expect((await readAll())[0]).toEqual(defaults);
    const signUp = () => store.storefront.post('/v2/customers', { data: { name: 'Ada', email: 'ada@example.com' } });
    expect((await signUp()).status).toBe(403);
    const flags = ['is_common_password_refused', 'is_checkout_token_required', 'is_gateway_simulation_allowed'];
    const flipped = Object.fromEntries(flags.map(name => [name, !before[name]]));
    expect((await owner.caller.put(path, { data: flipped }, ofStore)).body.data).toEqual({ ...changed, ...flipped });
    for (const caller of [store.admin, viewer.caller])
      expect((await caller.put(path, { data: { is_sign_up_open: true } }, ofStore)).status).toBe(403);
    expect(await get()).toEqual({ ...changed, ...flipped });
  });

  test.each([
    ['name', '  '],
    ['name', null],
    ['password_min_length', 0],
    ['password_min_length', 129],
    ['is_sign_up_open', 'yes'],
  ])('is refused with %s %j', async (name, value) => {
    const owner = await createStaff(app);
    const { status, body } = await owner.caller.put(path, { data: { [name]: value } });
    expect([status, body.errors[0].source]).toEqual([422, `data.${name}`]);
  });
});

test.each([
  ['', {}, 'enum', 'type must be settings', 'data.type'],
  ['', { type: 'setting' }, 'enum', 'type must be settings', 'data.type'],
  ['', { type: 'settings', page_length: 0 }, 'min', 'page_length must be at least 1', 'data.page_length'],
  ['', { type: 'settings', page_length: 101 }, 'max', 'page_length may not be greater than 100', 'data.page_length'],
  ['', { type: 'settings', page_length: '25' }, 'type', 'page_length must be an integer', 'data.page_length'],
  [
    '',
    { type: 'settings', calculation_method: 'total' },
    'enum',
    'calculation_method must be one of simple, line',
    'data.calculation_method',
  ],
  [
    '',
    { type: 'settings', additional_languages: ['fr', 'french'] },
    'format',
    'additional_languages.1 must be a language code of two letters',
    'data.additional_languages.1',
  ],
  [
    '',
    {
      type: 'settings',
      additional_languages: ['da', 'de', 'es', 'fr', 'it', 'sv'],
    },
    'max',
    'additional_languages may not have more than 5 items',
    'data.additional_languages',
  ],
  [
    '',
    { type: 'settings', list_child_products: 'no' },
    'type',
    'list_child_products must be a boolean',
    'data.list_child_products',
  ],
  [
    '',
    { type: 'settings', address_mandatory_fields: ['line_1', 'planet'] },
    'enum',
    `address_mandatory_fields.1 must be one of ${addressFields.join(', ')}`,
    'data.address_mandatory_fields.1',
  ],
  ['/cart', { type: 'cart' }, 'enum', 'type must be settings', 'data.type'],
  ['/cart', { cart_expiry_days: 366 }, 'max', 'cart_expiry_days may not be greater than 365', 'data.cart_expiry_days'],
  [
    '/cart',
    { discounts: { custom_discounts_enabled: 1 } },
    'type',
    'custom_discounts_enabled must be a boolean',
    'data.discounts.custom_discounts_enabled',
  ],
  ['/logs-ttl', {}, 'required', 'days is required', 'data.days'],
  ['/logs-ttl', { days: 0 }, 'min', 'days must be at least 1', 'data.days'],
])('PUT /v2/settings%s %j is 400 and changes nothing', async (path, data, title, detail, source) => {
  store = await app.addStore();
  expect(await put(`/v2/settings${path}`, data)).toMatchObject(errors(title, detail, source));
  expect(await readAll()).toEqual([defaults, cartDefaults, logsDefaults]);
});

describe('a change takes effect', () => {
  const limitSeen = async (admin: TestStore['admin']) => (await admin.get('/v2/customers')).body.meta.page.limit;

  test('with the very next request on this process, and is read at once on every other', async () => {
    store = await app.addStore();
    const other = (await app.addInstance()).as(store.admin);
    expect([await limitSeen(store.admin), await limitSeen(other)]).toEqual([100, 100]);
    for (const page_length of [7, 8, 9, 10, 11]) {
      await put('/v2/settings', { type: 'settings', page_length });
      expect((await other.get('/v2/settings')).body.data.page_length).toBe(page_length);
      expect(await limitSeen(store.admin)).toBe(page_length);
    }
    await vi.waitFor(async () => expect(await limitSeen(other)).toBe(11));
    await store.admin.delete('/v2/settings');
    expect(await limitSeen(store.admin)).toBe(100);
  });

  test('on the fields that an address must have', async () => {
    store = await app.addStore();
    const { id } = await createCustomer(store);
    const { county: _, ...withoutCounty } = anAddress();
    const add = async () => (await store.admin.post(`/v2/customers/${id}/addresses`, { data: withoutCounty })).status;
    expect(await add()).toBe(422);
    await put('/v2/settings', { type: 'settings', address_mandatory_fields: ['first_name', 'line_1'] });
    expect(await add()).toBe(201);
  });
});
