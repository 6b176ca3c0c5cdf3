import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runJob } from '../../src/modules/jobs/job-worker.ts';
import { signUp } from '../support/builders.ts';
import { aReference, createMug } from '../support/carts.ts';
import { aCheckoutAddress, enableGateway } from '../support/orders.ts';
import { sdkSince, sdkVersions, settled } from '../support/sdk.ts';
import { type SdkSales, salesOf } from '../support/sdk-orders.ts';
import { type SdkShop, startSdkShop } from '../support/sdk-shop.ts';

// Unmodified @moltin/sdk versions over TLS (reference: js-sdk-calls.md, §8 Checkout and §9).

let shop: SdkShop;
let mug: { id: string };
beforeAll(async () => {
  shop = await startSdkShop();
  await enableGateway(shop);
  mug = await createMug(shop);
});
afterAll(() => shop.close());

const address = aCheckoutAddress();
const guest = { name: 'Grace Hopper', email: 'grace@example.com' };
const cash = { gateway: 'manual', method: 'purchase' };

async function checkOut(sales: SdkSales, customer: unknown, ...addresses: [object, object?]) {
  const cart = sales.Cart(aReference());
  await cart.AddProduct(mug.id, 2);
  return cart.Checkout(customer, ...addresses);
}

describe.each(sdkVersions)('@moltin/sdk %s', version => {
  test('checks out by id, by the id as a string, and as a guest, with and without a shipping address', async () => {
    const sales = salesOf((await shop.storefrontClient(version)).client);
    const { customer } = await signUp(shop);
    const snapshot = { name: customer.name, email: customer.email };
    const shipping = aCheckoutAddress({ city: 'York', phone_number: '+44 1' });
    for (const [buyer, name] of [
      [{ id: customer.id }, snapshot],
      [customer.id, snapshot],
      [guest, guest],
    ] as const) {
      const { data, included } = await checkOut(sales, buyer, address, shipping);
      expect(data).toMatchObject({ customer: name, billing_address: address, shipping_address: shipping });
      expect(data.relationships.customer?.data.id).toBe(buyer === guest ? undefined : customer.id);
      expect(included.items).toMatchObject([{ type: 'order_item', product_id: mug.id, quantity: 2 }]);
      expect((await checkOut(sales, buyer, address)).data.shipping_address).toMatchObject(address);
    }
  });

  test('pays with nothing but the public token, and shows a shopper own orders and no other', async () => {
    const sales = salesOf((await shop.storefrontClient(version)).client);
    const { customer, token } = await signUp(shop);
    const { data: order } = await checkOut(sales, { id: customer.id }, address);
    await checkOut(sales, guest, address);
    expect((await sales.Orders.Payment(order.id, cash)).data).toMatchObject({ status: 'complete', amount: 3000 });
    const listed = await sales.Orders.With('items').Sort('-created_at').Limit(10).All(token.token);
    expect(listed.data).toMatchObject([{ id: order.id, payment: 'paid', status: 'complete' }]);
    expect(listed.included.items.length).toBe(1);
    expect((await sales.Orders.With('items').Get(order.id, token.token)).data.id).toBe(order.id);
    // No version's Items can carry the token (reference: js-sdk-calls.md, §9).
    expect(await settled(sales.Orders.Items(order.id))).toMatchObject({ rejected: { errors: [{ status: 403 }] } });
  });

  test('refuses what cannot be sold with a document that the application reads', async () => {
    const sales = salesOf((await shop.storefrontClient(version)).client);
    const empty = settled(sales.Cart(aReference()).Checkout(guest, address));
    expect(await empty).toEqual({
      rejected: { errors: [{ status: 400, title: 'Bad Request', detail: 'The cart is empty' }] },
    });
    const { data: order } = await checkOut(sales, guest, address);
    await sales.Orders.Payment(order.id, cash);
    expect(await settled(sales.Orders.Payment(order.id, cash))).toMatchObject({
      rejected: { errors: [{ status: 422, detail: 'The order cannot be paid' }] },
    });
  });

  test('reads items and transactions as the back end', async () => {
    const sales = salesOf((await shop.backEndClient(version)).client);
    const { data: order, included } = await checkOut(sales, guest, address);
    expect((await sales.Orders.Items(order.id)).data).toEqual(included.items);
    const { data: transaction } = await sales.Orders.Payment(order.id, cash);
    expect((await sales.Orders.Transactions(order.id)).data).toEqual([transaction]);
  });
});

describe.each(sdkSince('6.6.0'))('@moltin/sdk %s as the back end', version => {
  const authorized = async (sales: SdkSales) => {
    const { data: order } = await checkOut(sales, guest, address);
    const { data } = await sales.Orders.Payment(order.id, { gateway: 'manual', method: 'authorize' });
    return { order: order.id as string, transaction: data.id as string };
  };

  test('captures with an empty body, refunds with none, {} and an amount, confirms nothing', async () => {
    const sales = salesOf((await shop.backEndClient(version)).client);
    for (const body of [undefined, {}, { amount: 500 }]) {
      const of = await authorized(sales);
      expect((await sales.Transactions.Capture(of)).data.transaction_type).toBe('capture');
      const { data } = await sales.Transactions.Refund(of, body);
      // 6.6.0 drops the amount (reference: js-sdk-calls.md, §9).
      const isPart = body?.amount !== undefined && version !== '6.6.0';
      expect(data.refunded_amount).toBe(isPart ? 500 : 3000);
      expect((await sales.Orders.Get(of.order)).data.payment).toBe(isPart ? 'paid' : 'refunded');
    }
    const of = await authorized(sales);
    expect(await settled(sales.Orders.Confirm(of.order, of.transaction, {}))).toMatchObject({
      rejected: { errors: [{ status: 422 }] },
    });
    expect((await sales.Transactions.All({ order: of.order })).data.map(({ id }: { id: string }) => id)).toEqual([
      of.transaction,
    ]);
    expect((await sales.Transactions.Get(of)).data.id).toBe(of.transaction);
  });

  test('cancels an authorization, updates and anonymizes an order', async () => {
    const sales = salesOf((await shop.backEndClient(version)).client);
    const of = await authorized(sales);
    if (sdkSince('20.11.0').includes(version))
      expect((await sales.Transactions.Cancel(of)).data.status).toBe('cancelled');
    expect((await sales.Orders.Update(of.order, { status: 'cancelled' })).data.status).toBe('cancelled');
    if (sdkSince('12.7.0').includes(version)) {
      const { data } = await sales.Orders.anonymize({ order_ids: [of.order] });
      expect(data).toMatchObject([{ id: of.order, anonymized: true, customer: { name: '**', email: '**' } }]);
    }
  });

  test('reads what can be set of an order', async () => {
    const sales = salesOf((await shop.backEndClient(version)).client);
    const { data } = await sales.Orders.Attributes();
    expect(data.map(({ value }: { value: string }) => value)).toContain('shipping_address');
  });

  test('exports orders as a job, finds it among the others, and gets the link to its file', async () => {
    const sales = salesOf((await shop.backEndClient(version)).client);
    const { data: order } = await checkOut(sales, guest, address);
    const filter = `eq(id,${order.id})`;
    const { data: job } = await sales.Jobs.Create({ type: 'job', job_type: 'order_export', filter });
    expect(job).toMatchObject({ type: 'job', status: 'pending', link: { href: '' } });
    await runJob(shop.database.forStore(shop.id), job.id);
    const { data: done } = await sales.Jobs.Get(job.id);
    expect(done.status).toBe('complete');
    expect((await sales.Jobs.All()).data[0]).toEqual(done);
    expect((await sales.Jobs.GetFile(job.id)).data).toEqual(done.link);
  });
});
