import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { changeStore } from '../../src/modules/stores/stores.service.ts';
import { sdkSince, sdkVersions, settled } from '../support/sdk.ts';
import { type SdkShop, startSdkShop } from '../support/sdk-shop.ts';

// Unmodified @moltin/sdk versions over TLS (reference: platform.md, "Settings"; orders.md, "Gateways"; js-sdk-calls.md, §12).

let shop: SdkShop;
beforeAll(async () => {
  shop = await startSdkShop();
});
afterAll(() => shop.close());

const notPermitted = {
  rejected: {
    errors: [{ status: 403, title: 'Forbidden', detail: 'This action is not permitted for this access token' }],
  },
};
const manual = { type: 'gateway', slug: 'manual', name: 'Manual', enabled: false };

describe.each(sdkVersions)('@moltin/sdk %s', version => {
  test('enables the manual gateway as the back end, and is told that there is no other', async () => {
    const store = await shop.addStore();
    const { Gateways } = (await shop.backEndClient(version, { store })).client;
    expect(await Gateways.All()).toEqual({ data: [manual] });
    expect(await Gateways.Enabled('manual', true)).toEqual({ data: { ...manual, enabled: true } });
    expect(await Gateways.Get('manual')).toEqual({ data: { ...manual, enabled: true } });
    expect(await Gateways.Update('manual', { enabled: false })).toEqual({ data: manual });
    expect(await settled(Gateways.Enabled('stripe', true))).toEqual({
      rejected: {
        errors: [{ status: 404, title: 'Gateway not found', detail: 'The requested gateway could not be found' }],
      },
    });
    const storefront = await shop.storefrontClient(version, { store });
    expect(await settled(storefront.client.Gateways.All())).toEqual(notPermitted);
  });

  test('enables Stripe as tutorials do, where the operator allows simulated gateways', async () => {
    const store = await shop.addStore();
    await changeStore(shop.database, store.id, { is_gateway_simulation_allowed: true });
    const { Gateways } = (await shop.backEndClient(version, { store })).client;
    const stripe = { type: 'gateway', slug: 'stripe', name: 'Stripe (simulated)', enabled: true, test: true };
    await expect.poll(() => settled(Gateways.Get('stripe'))).toHaveProperty('resolved');
    expect(await Gateways.Update('stripe', { enabled: true, login: 'sk_test_key' })).toEqual({ data: stripe });
  });
});

describe.each(sdkSince('6.6.0'))('@moltin/sdk %s', version => {
  test('reads and changes the settings as the back end', async () => {
    const store = await shop.addStore();
    const { Settings } = (await shop.backEndClient(version, { store })).client;
    const before = await Settings.All();
    expect(before.data).toMatchObject({ type: 'settings', page_length: 100, calculation_method: 'simple' });
    const after = { data: { ...before.data, page_length: 25, additional_languages: ['fr'] } };
    expect(await Settings.Update({ page_length: 25, additional_languages: ['fr'] })).toEqual(after);
    expect(await Settings.All()).toEqual(after);
    expect(await settled(Settings.Update({ page_length: 0 }))).toEqual({
      rejected: {
        errors: [{ status: 400, title: 'min', detail: 'page_length must be at least 1', source: 'data.page_length' }],
      },
    });
    const storefront = await shop.storefrontClient(version, { store });
    expect(await settled(storefront.client.Settings.All())).toEqual(notPermitted);
  });
});

describe.each(sdkSince('12.7.0'))('@moltin/sdk %s', version => {
  test('reads and changes the settings of carts', async () => {
    const store = await shop.addStore();
    const { Settings } = (await shop.backEndClient(version, { store })).client;
    const cart = { type: 'settings', cart_expiry_days: 7, discounts: { custom_discounts_enabled: false } };
    expect(await Settings.Cart()).toEqual({ data: cart });
    expect(await Settings.UpdateCart({ cart_expiry_days: 14 })).toEqual({ data: { ...cart, cart_expiry_days: 14 } });
  });
});

describe.each(sdkSince('20.11.0'))('@moltin/sdk %s', version => {
  test('reads and changes how long logs are kept', async () => {
    const store = await shop.addStore();
    const { Settings } = (await shop.backEndClient(version, { store })).client;
    expect(await Settings.GetLogsTtl()).toEqual({ data: { type: 'time_to_live', days: 365 } });
    expect(await Settings.UpdateLogsTtl(30)).toEqual({ data: { type: 'time_to_live', days: 30 } });
  });
});

describe.each(sdkSince('36.0.0'))('@moltin/sdk %s', version => {
  test('sets the settings back to their defaults', async () => {
    const store = await shop.addStore();
    const { Settings } = (await shop.backEndClient(version, { store })).client;
    const before = await Settings.All();
    await Settings.Update({ page_length: 25 });
    expect(await settled(Settings.Delete())).toEqual({ resolved: '{}' });
    expect(await Settings.All()).toEqual(before);
  });
});
