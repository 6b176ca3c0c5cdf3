import { fakerEN_GB as faker } from '@faker-js/faker';
import pLimit from 'p-limit';

const shoppersCount = 200;
const addressesEach = 5;
const regularsCount = 50;
const ordersEach = 10;
const password = 'correct-horse-9';

/** A customer with a password and five addresses, signed in. */
export interface Shopper {
  readonly id: string;
  readonly email: string;
  readonly password: string;
  /** Headers of a request that the shopper's browser makes. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What the scenarios work on. */
export interface Shop {
  readonly shoppers: readonly Shopper[];
  /** Headers of a request of the back end. */
  readonly admin: Readonly<Record<string, string>>;
  /** Headers of a request of a shop nobody has signed in to. */
  readonly storefront: Readonly<Record<string, string>>;
  /** Shoppers with a history: ten orders of two items. */
  readonly regulars: readonly Shopper[];
  readonly productId: string;
  /** Makes something over the API and answers its `data`. Throws when it is refused. */
  post<T>(headers: Readonly<Record<string, string>>, path: string, data: unknown): Promise<T>;
  /** Reads a document over the API. Throws when it is refused. */
  get<T>(headers: Readonly<Record<string, string>>, path: string): Promise<T>;
}

export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

let created = 0;

/** The body of a new customer, different each time. */
export function aCustomer(changes: Record<string, unknown> = {}) {
  const [first, last] = [faker.person.firstName(), faker.person.lastName()];
  created += 1;
  const email = `${first}.${last}.${created}@example.com`.toLowerCase().replaceAll(/[^a-z0-9.@]/g, '');
  return { type: 'customer', name: `${first} ${last}`, email, ...changes };
}

/** The body of a new address. */
export function anAddress() {
  return {
    type: 'address',
    name: 'Home',
    first_name: faker.person.firstName(),
    last_name: faker.person.lastName(),
    company_name: '',
    phone_number: faker.phone.number(),
    line_1: faker.location.streetAddress(),
    line_2: faker.location.secondaryAddress(),
    city: faker.location.city(),
    county: faker.location.county(),
    postcode: faker.location.zipCode(),
    country: 'GB',
    instructions: 'Ring twice',
  };
}

/** The body of a guest's checkout. */
export function aCheckout(changes: Record<string, unknown> = {}) {
  return {
    customer: { name: faker.person.fullName(), email: 'guest@example.com' },
    billing_address: anAddress(),
    ...changes,
  };
}

/** A reference of a cart, as the SDK makes one. */
export const aReference = (): string => faker.string.hexadecimal({ length: 32, prefix: '', casing: 'lower' });

/** Fills the store of a running server over its own API: `customers` in all, some of them shoppers. */
export async function fillShop(url: string, credentials: Credentials, customers: number): Promise<Shop> {
  faker.seed(2021);
  const token = async (form: Record<string, string>) => {
    const body = new URLSearchParams({ client_id: credentials.clientId, ...form });
    const answer = await fetch(`${url}/oauth/access_token`, { method: 'POST', body });
    const { access_token } = (await answer.json()) as { access_token: string };
    return { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' };
  };
  const admin = await token({ grant_type: 'client_credentials', client_secret: credentials.clientSecret });
  const storefront = await token({ grant_type: 'implicit' });

  async function post<T>(headers: Record<string, string>, path: string, data: unknown): Promise<T> {
    const answer = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify({ data }) });
    const document = await answer.json();
    if (answer.status !== 201) throw new Error(`POST ${path}: ${JSON.stringify(document)}`);
    return (document as { data: T }).data;
  }

  async function get<T>(headers: Record<string, string>, path: string): Promise<T> {
    const answer = await fetch(url + path, { headers });
    if (!answer.ok) throw new Error(`GET ${path}: ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  async function addShopper(): Promise<Shopper> {
    const { id, email } = await post<{ id: string; email: string }>(admin, '/v2/customers', aCustomer({ password }));
    for (let count = 0; count < addressesEach; count += 1) {
      await post(admin, `/v2/customers/${id}/addresses`, anAddress());
    }
    const session = await post<{ token: string }>(storefront, '/v2/customers/tokens', {
      type: 'token',
      email,
      password,
    });
    return { id, email, password, headers: { ...storefront, 'x-moltin-customer-token': session.token } };
  }

  const product = await post<{ id: string }>(admin, '/v2/products', {
    type: 'product',
    name: 'Enamel mug',
    slug: 'enamel-mug',
    sku: 'MUG',
    description: 'Holds 300 ml',
    manage_stock: false,
    price: [{ amount: 1500, currency: 'USD', includes_tax: false }],
    status: 'live',
    commodity_type: 'physical',
  });
  const enabled = await fetch(`${url}/v2/gateways/manual`, {
    method: 'PUT',
    headers: admin,
    body: JSON.stringify({ data: { enabled: true } }),
  });
  if (!enabled.ok) throw new Error(`the gateway: ${await enabled.text()}`);

  async function addHistory(shopper: Shopper): Promise<void> {
    const path = `/v2/carts/${aReference()}`;
    await post(admin, `${path}/items`, { type: 'cart_item', id: product.id, quantity: 2 });
    await post(admin, `${path}/items`, { type: 'custom_item', name: 'Wrapping', quantity: 1, price: { amount: 500 } });
    for (let count = 0; count < ordersEach; count += 1) {
      await post(admin, `${path}/checkout`, aCheckout({ customer: { id: shopper.id } }));
    }
  }

  const limit = pLimit(32);
  const others = Math.max(0, customers - shoppersCount);
  await Promise.all(Array.from({ length: others }, () => limit(() => post(admin, '/v2/customers', aCustomer()))));
  const shoppers = await Promise.all(Array.from({ length: shoppersCount }, () => limit(addShopper)));
  const regulars = shoppers.slice(0, regularsCount);
  await Promise.all(regulars.map(shopper => limit(() => addHistory(shopper))));
  return { shoppers, regulars, productId: product.id, admin, storefront, post, get };
}
