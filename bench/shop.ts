import { fakerEN_GB as faker } from '@faker-js/faker';
import pLimit from 'p-limit';

const shoppersCount = 200;
const addressesEach = 5;
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

  const limit = pLimit(32);
  const others = Math.max(0, customers - shoppersCount);
  await Promise.all(Array.from({ length: others }, () => limit(() => post(admin, '/v2/customers', aCustomer()))));
  const shoppers = await Promise.all(Array.from({ length: shoppersCount }, () => limit(addShopper)));
  return { shoppers, admin, storefront };
}
