import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp, type TestStore } from '../../../test/support/test-app.ts';
import { changeStore } from '../stores/stores.service.ts';

let app: TestApp;
let store: TestStore;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const manual = { type: 'gateway', slug: 'manual', name: 'Manual', enabled: false };
const stripe = { type: 'gateway', slug: 'stripe', name: 'Stripe (simulated)', enabled: false, test: true };
const notFound = {
  status: 404,
  body: {
    errors: [{ status: 404, title: 'Gateway not found', detail: 'The requested gateway could not be found' }],
  },
};
const get = (path: string) => store.admin.get(`/v2/gateways${path}`);
const put = (slug: string, data: unknown) => store.admin.put(`/v2/gateways/${slug}`, { data });

test('a store has the manual gateway, disabled until it is enabled', async () => {
  store = await app.addStore();
  expect(await get('')).toMatchObject({ status: 200, body: { data: [manual] } });
  expect(await put('manual', { enabled: true })).toMatchObject({
    status: 200,
    body: { data: { ...manual, enabled: true } },
  });
  expect((await get('/manual')).body).toEqual({ data: { ...manual, enabled: true } });
  expect((await get('')).body).toEqual({ data: [{ ...manual, enabled: true }] });
  await put('manual', { type: 'gateway', enabled: false });
  expect((await get('/manual')).body).toEqual({ data: manual });
});

test.each(['stripe', 'adyen', 'MANUAL', 'constructor', '%00'])(
  'the gateway %s is 404 where simulation is off',
  async slug => {
    store = await app.addStore();
    expect(await get(`/${slug}`)).toMatchObject(notFound);
    expect(await put(slug, { enabled: true })).toMatchObject(notFound);
    expect((await get('')).body).toEqual({ data: [manual] });
  },
);

test.each([
  [{}, 'The data.enabled field is required.', 'data.enabled'],
  [{ enabled: 'true' }, 'The data.enabled must be a boolean.', 'data.enabled'],
  [{ type: 'manual', enabled: true }, 'The data.type must be gateway.', 'data.type'],
])('enabling with %j is 422 and changes nothing', async (data, detail, source) => {
  store = await app.addStore();
  expect(await put('manual', data)).toMatchObject({
    status: 422,
    body: { errors: [{ status: 422, title: 'Failed Validation', detail, source }] },
  });
  expect((await get('/manual')).body).toEqual({ data: manual });
});

test('a filter is 400', async () => {
  store = await app.addStore();
  expect(await get('?filter=eq(slug,manual)')).toMatchObject({ status: 400 });
});

test('simulated gateways, where the operator allows them, are marked, disabled at first, and gone when he forbids them', async () => {
  store = await app.addStore();
  await changeStore(app.database, store.id, { is_gateway_simulation_allowed: true });
  await expect.poll(async () => (await get('')).body.data.length).toBe(10);
  const { data } = (await get('')).body;
  expect(data.map(({ slug }: { slug: string }) => slug)).toEqual([
    'manual',
    'stripe',
    'stripe_payment_intents',
    'adyen',
    'braintree',
    'paypal_express_checkout',
    'cyber_source',
    'authorize_net',
    'card_connect',
    'elastic_path_payments_stripe',
  ]);
  expect(data.slice(0, 2)).toEqual([manual, stripe]);
  for (const each of data.slice(1)) {
    expect(each).toMatchObject({ enabled: false, test: true, name: expect.stringMatching(/ \(simulated\)$/) });
  }

  // A storefront's real key is neither stored nor shown.
  const enabled = await put('stripe', { enabled: true, login: 'sk_live_secret' });
  expect(enabled.body).toEqual({ data: { ...stripe, enabled: true } });
  expect((await get('/stripe')).body).toEqual({ data: { ...stripe, enabled: true } });

  await changeStore(app.database, store.id, { is_gateway_simulation_allowed: false });
  await expect.poll(async () => (await get('/stripe')).status).toBe(404);
  expect((await get('')).body).toEqual({ data: [manual] });
});
