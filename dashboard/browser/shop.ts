import { faker } from '@faker-js/faker';
import { createFlow, createProduct } from '../../server/test/support/builders.ts';
import { aCustomItem, aReference } from '../../server/test/support/carts.ts';
import { aCheckoutAddress, checkOut } from '../../server/test/support/orders.ts';
import { createStaff, type TestStaff } from '../../server/test/support/staff.ts';
import { startTestApp, type TestApp } from '../../server/test/support/test-app.ts';

/** A store with realistic customers, the same at every run, on a server that listens. */
export interface Shop {
  readonly app: TestApp;
  readonly url: string;
  readonly owner: TestStaff;
  /** Has addresses, orders, sessions and values of fields. */
  readonly ada: { readonly id: string; readonly email: string };
  close(): Promise<void>;
}

/** More than a page holds. */
const customers = 29;

/** More than a page holds; every second one is Ada's. */
const orders = 28;
interface Buyer {
  readonly id?: string;
  readonly name: string;
  readonly email: string;
}

const guest: Buyer = { name: 'Grace Hopper', email: 'grace.hopper@example.com' };

const goods = [
  ['Stoneware mug', 'MUG-STN-01', 1800],
  ['Linen apron', 'APR-LIN-02', 4200],
  ['Olive wood spoon', 'SPN-OLV-01', 950],
  ['Cast iron skillet, 26 cm', 'SKL-IRN-26', 6400],
  ['Beeswax candle', 'CND-BWX-03', 1250],
] as const;

/** The goods as products, in stock. */
async function addProducts(app: TestApp): Promise<void> {
  for (const [place, [name, sku, amount]] of goods.entries())
    await createProduct(app, {
      ...{ name, sku, slug: sku.toLowerCase(), description: '', stock: place * 8 },
      ...{ price: [{ amount, currency: 'USD' }], status: place === 4 ? 'draft' : 'live' },
    });
}

/** An order of some goods: unpaid, authorized, paid, or sent. */
async function placeOrder(app: TestApp, count: number, { id, name, email }: Buyer): Promise<void> {
  const cart = aReference();
  for (let place = 0; place <= count % 3; place += 1) {
    const [what, sku, amount] = goods[(count + place * 2) % goods.length] ?? goods[0];
    const item = aCustomItem({ name: what, sku, quantity: 1 + ((count + place) % 3), price: { amount } });
    await app.admin.post(`/v2/carts/${cart}/items`, { data: item });
  }
  const [firstName, lastName] = name.split(' ');
  const order = await checkOut(app.admin, cart, {
    customer: id === undefined ? { name, email } : { id },
    billing_address: aCheckoutAddress({ first_name: firstName, last_name: lastName }),
    order_number: String(1041 + count),
  });
  if (count % 5 === 0) return;
  const method = count % 5 === 1 ? 'authorize' : 'purchase';
  await app.admin.post(`/v2/orders/${order.id}/payments`, { data: { gateway: 'manual', method } });
  if (count % 5 > 2) await app.admin.put(`/v2/orders/${order.id}`, { data: { type: 'order', shipping: 'fulfilled' } });
}

export async function startShop(): Promise<Shop> {
  const app = await startTestApp();
  await app.query(`update stores set name = 'Okafor Kitchenware'`);
  await app.query(`update application_keys set name = 'Back end'`);
  await app.app.listen({ host: '127.0.0.1', port: 0 });
  const address = app.app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const owner = await createStaff(app);

  await addProducts(app);
  const flow = await createFlow(app, { name: 'Customers', slug: 'customers', description: '' });
  const field = (data: object) =>
    app.admin.post('/v2/fields', {
      data: {
        ...{ type: 'field', description: '', required: false, enabled: true },
        relationships: { flow: { data: { type: 'flow', id: flow.id } } },
        ...data,
      },
    });
  await field({
    ...{ name: 'Loyalty tier', slug: 'loyalty_tier', field_type: 'string', order: 1 },
    validation_rules: [{ type: 'enum', options: ['bronze', 'silver', 'gold'] }],
  });
  await field({ name: 'Newsletter', slug: 'newsletter', field_type: 'boolean', order: 2 });

  faker.seed(20261124);
  for (let count = 0; count < customers; count += 1) {
    const [firstName, lastName] = [faker.person.firstName(), faker.person.lastName()];
    const email = `${firstName}.${lastName}${count}@example.com`.toLowerCase().replaceAll(/[^a-z0-9.@]/g, '');
    const password = count % 10 === 0 ? { password: 'correct-horse-9' } : {};
    await app.admin.post('/v2/customers', { data: { name: `${firstName} ${lastName}`, email, ...password } });
  }
  const created = await app.admin.post('/v2/customers', {
    data: {
      ...{ name: 'Ada Okafor', email: 'ada.okafor@example.com', password: 'correct-horse-9' },
      ...{ external_ref: 'crm-88121', tags: ['vip', 'wholesale'], loyalty_tier: 'gold', newsletter: true },
    },
  });
  const ada = created.body.data;
  for (const content of [
    'Asked for the skillet in 30 cm. Told her that it comes in spring.',
    'Prefers to be called after 6 pm.',
  ])
    await owner.caller.post(`/v2/customers/${ada.id}/notes`, { data: { type: 'note', content } });
  const home = { first_name: 'Ada', last_name: 'Okafor', county: 'West Yorkshire', country: 'GB' };
  for (const address of [
    { name: 'Home', line_1: '12 Mill Lane', city: 'Leeds', postcode: 'LS1 4AB', phone_number: '+44 20 7946 0000' },
    {
      name: 'Work',
      company_name: 'Okafor & Daughters',
      line_1: 'Unit 4, Canal Wharf',
      city: 'Leeds',
      postcode: 'LS11 5PS',
    },
  ])
    await app.admin.post(`/v2/customers/${ada.id}/addresses`, { data: { ...home, ...address } });
  await app.admin.put('/v2/gateways/manual', { data: { enabled: true } });
  const { body: found } = await app.admin.get('/v2/customers?page[limit]=100');
  const others: Buyer[] = found.data.filter(({ id }: Buyer) => id !== ada.id);
  for (let count = 0; count < orders; count += 1) {
    const buyer = count % 2 === 0 ? ada : count === 25 ? guest : others[count];
    await placeOrder(app, count, buyer ?? guest);
  }
  for (const agent of [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0) Safari/605.1',
    'Mozilla/5.0 (Windows NT 10.0) Firefox/151.0',
  ])
    await app.storefront.post(
      '/v2/customers/tokens',
      { data: { email: ada.email, password: 'correct-horse-9' } },
      { 'user-agent': agent },
    );
  // As if they had come over the months.
  await app.query(`
    with numbered as (select store_id, id, row_number() over (order by id desc) as place from customers)
    update customers set created_at = '2026-11-20 09:00Z'::timestamptz - numbered.place * interval '31 hours',
      updated_at = '2026-11-20 09:00Z'::timestamptz - numbered.place * interval '31 hours'
    from numbered where customers.store_id = numbered.store_id and customers.id = numbered.id`);
  await app.query(`
    with numbered as (select store_id, id, row_number() over (order by id desc) as place from orders)
    update orders set created_at = '2026-11-19 15:00Z'::timestamptz - numbered.place * interval '53 hours'
    from numbered where orders.store_id = numbered.store_id and orders.id = numbered.id`);
  await app.query(`
    update transactions as paid set created_at = orders.created_at + interval '2 minutes'
    from orders where paid.store_id = orders.store_id and paid.order_id = orders.id`);
  for (const name of ['Storefront', 'Warehouse'])
    await owner.caller.post('/staff/keys', { data: { type: 'application_key', name } });
  await owner.caller.put('/v2/settings/cart', { data: { type: 'settings', cart_expiry_days: 14 } });
  await owner.caller.put(`/v2/customers/${others[3]?.id}`, { data: { type: 'customer', loyalty_tier: 'silver' } });
  return { app, url: `http://127.0.0.1:${port}`, owner, ada, close: () => app.close() };
}
