import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { backEnd, storefront } from './clients.ts';

// `npm run example:storefront`: what a shop does from the catalogue to the order history, for a shopper who has an account
// and for a guest. The first difference from what is expected ends the program.

const say = (title: string, text: string) => console.log(`${title.padEnd(12)} ${text}`);
const run = randomUUID().slice(0, 8);
const email = `ada.${run}@example.com`;
const password = 'correct-horse-9';
const home = {
  first_name: 'Ada',
  last_name: 'Okafor',
  line_1: '12 Mill Lane',
  city: 'Leeds',
  county: 'West Yorkshire',
  postcode: 'LS1 4AB',
  country: 'GB',
};

// The back end fills the catalogue. The SDK's types are those of newer catalogues: what is sent is what counts.
await backEnd.Gateways.Enabled('manual', true);
const product = {
  name: 'Enamel mug',
  slug: `enamel-mug-${run}`,
  sku: `MUG-${run}`,
  description: 'Holds 300 ml',
  manage_stock: true,
  price: [{ amount: 1500, currency: 'USD', includes_tax: false }],
  status: 'live',
  commodity_type: 'physical',
  stock: 10,
};
await backEnd.Products.Create(product as unknown as Parameters<typeof backEnd.Products.Create>[0]);

// The storefront shows it, fills a cart, and signs the shopper up and in.
const { data: mugs } = await storefront.Products.Filter({ eq: { sku: product.sku } }).All();
const [mug] = mugs;
assert.equal(mug?.name, 'Enamel mug');
say('catalogue', `${mug.name}, ${mug.sku}`);

const cart = storefront.Cart(`shopper-${run}`);
await cart.AddProduct(mug.id, 2);
const { data: filled } = await cart.Get();
say('cart', `2 × ${mug.name}, ${filled.meta?.display_price?.with_tax?.formatted}`);

const customer = { name: 'Ada Okafor', email, password };
await storefront.Customers.Create(customer as unknown as Parameters<typeof storefront.Customers.Create>[0]);
const { data: session } = await storefront.Customers.Token(email.toUpperCase(), password);
say('sign-in', `${email} until ${new Date(session.expires * 1000).toISOString().slice(0, 10)}`);

// By customer id the order keeps the mailing details and belongs to the customer.
const { data: order } = await cart.Checkout({ id: session.customer_id } as never, home as never);
assert.deepEqual(order.customer, { name: 'Ada Okafor', email });
say('checkout', `order of ${order.customer.name}, ${order.meta.display_price.with_tax.formatted}, ${order.payment}`);

const payment = { gateway: 'manual', method: 'purchase' };
const { data: transaction } = await storefront.Orders.Payment(order.id, payment as never);
assert.equal(transaction.status, 'complete');
say('payment', `${transaction.gateway}, ${transaction.amount} minor units, ${transaction.status}`);

// The history needs nothing but the customer token.
const history = await storefront.Orders.With('items').All(session.token);
assert.deepEqual(
  history.data.map(({ id, payment }) => [id, payment]),
  [[order.id, 'paid']],
);
const { items } = history.included as unknown as { items: readonly unknown[] };
say('history', `${history.data.length} order, ${items.length} item, ${history.data[0]?.payment}`);

// A guest gives full details every time, and is never linked, even with the e-mail of a customer.
const basket = storefront.Cart(`guest-${run}`);
await basket.AddProduct(mug.id, 1);
const { data: guestOrder } = await basket.Checkout({ name: 'Ada, as a guest', email } as never, home as never);
assert.equal(guestOrder.relationships?.customer, undefined);
await storefront.Orders.Payment(guestOrder.id, payment as never);
assert.equal((await storefront.Orders.All(session.token)).data.length, 1);
say('guest', `order of ${guestOrder.customer.name}, linked to nobody; the history still holds 1 order`);

const { data: stock } = await backEnd.Inventories.Get(mug.id);
assert.deepEqual([stock.available, stock.allocated], [7, 3]);
say('stock', `${stock.available} available, ${stock.allocated} allocated`);
