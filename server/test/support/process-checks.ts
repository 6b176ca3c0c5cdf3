import { expect, vi } from 'vitest';
import { clientele, type ServerProcess, signInClient } from './processes.ts';
import type { Caller } from './test-app.ts';

const password = 'correct-horse-9';
const wrong = 'wrong-horse-9';

interface Client {
  readonly admin: Caller;
  readonly storefront: Caller;
}

/** What a server has answered with 201: a customer, and the address that may have followed. */
export interface AcknowledgedCustomer {
  readonly id: string;
  readonly email: string;
  addressId?: string;
}

/** Creates customers, each with an address, until the server goes away. */
export async function writeUntil({ admin }: Client, acknowledged: AcknowledgedCustomer[], writers = 6): Promise<void> {
  const run = `${Date.now()}-${acknowledged.length}`;
  const write = async (writer: number): Promise<void> => {
    for (let index = 0; ; index += 1) {
      const email = `storm-${run}-${writer}-${index}@example.com`;
      const created = await admin.post('/v2/customers', { data: { type: 'customer', name: 'Storm', email } });
      if (created.status !== 201) throw new Error(JSON.stringify(created));
      const customer: AcknowledgedCustomer = { id: created.body.data.id, email };
      acknowledged.push(customer);
      const address = {
        type: 'address',
        first_name: 'S',
        last_name: 'T',
        line_1: '1',
        postcode: 'P',
        county: 'C',
        country: 'GB',
      };
      const added = await admin.post(`/v2/customers/${customer.id}/addresses`, { data: address });
      if (added.status !== 201) throw new Error(JSON.stringify(added));
      customer.addressId = added.body.data.id;
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: writers }, (_, writer) => write(writer)));
  // A connection that broke is what was asked for, an answer that refuses is not.
  for (const result of ended)
    expect(String((result as PromiseRejectedResult).reason)).toMatch(/^TypeError: (fetch failed|terminated)/);
}

/** Every acknowledged write is there, no e-mail is taken without its customer, and counters agree with what is there. */
export async function expectEverythingStored(
  { admin }: Client,
  acknowledged: readonly AcknowledgedCustomer[],
): Promise<void> {
  const found = await listAll(admin);
  const missing = acknowledged.filter(({ id, email }) => found.get(id) !== email);
  expect(missing).toEqual([]);
  const { body } = await admin.get('/v2/customers?page[limit]=1');
  expect(body.meta.results.total).toBe(found.size);
  const withAddress = acknowledged.filter(({ addressId }) => addressId !== undefined);
  const lost = await Promise.all(
    withAddress.map(async ({ id, addressId }) => {
      const { status } = await admin.get(`/v2/customers/${id}/addresses/${addressId}`);
      return status === 200 ? [] : [id];
    }),
  );
  expect(lost.flat()).toEqual([]);
}

async function listAll(admin: Caller): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (let offset = 0; ; offset += 100) {
    const { status, body } = await admin.get(`/v2/customers?page[limit]=100&page[offset]=${offset}`);
    expect(status, JSON.stringify(body)).toBe(200);
    for (const { id, email } of body.data) found.set(id, email);
    if (body.data.length < 100) return found;
  }
}

/**
 * Two processes on one database are one service: what one does, the next request to the other knows. `second` must run
 * with CLIENTELE_SIGNIN_LIMIT_ACCOUNT=3.
 */
export async function expectProcessesToShare(
  [first, second]: readonly [ServerProcess, ServerProcess],
  env: Readonly<Record<string, string>>,
  key: { readonly clientId: string; readonly clientSecret: string },
): Promise<void> {
  const client = await signInClient(first.url, key);
  const other = client.at(second.url);
  const email = `shared-${Date.now()}@example.com`;
  const created = await client.admin.post('/v2/customers', {
    data: { type: 'customer', name: 'Shared', email, password },
  });
  const path = `/v2/customers/${created.body.data.id}`;
  const signIn = (shop: Caller, secret: string) =>
    shop.post('/v2/customers/tokens', { data: { type: 'token', email, password: secret } });

  // A session of one is good at the other, and its end is known to the very next request.
  const session = await signIn(client.storefront, password);
  const asShopper = { 'x-moltin-customer-token': session.body.data.token };
  expect((await other.storefront.get(path, asShopper)).status).toBe(200);
  expect(
    (await client.storefront.delete(`/v2/customers/tokens/${session.body.data.id}`, undefined, asShopper)).status,
  ).toBe(204);
  expect((await other.storefront.get(path, asShopper)).status).toBe(403);

  // Guesses at one count at the other.
  for (const guess of [1, 2, 3]) expect((await signIn(client.storefront, `${wrong}${guess}`)).status).toBe(401);
  expect((await signIn(other.storefront, `${wrong}4`)).status).toBe(429);

  // A revoked key, also by the command line, is refused by both.
  const made = JSON.parse((await clientele(['key', 'create', '--json'], env)).stdout);
  const late = await signInClient(first.url, { clientId: made.client_id, clientSecret: made.client_secret });
  const callers = [late.admin, late.at(second.url).admin];
  const statuses = () =>
    Promise.all(callers.map(async caller => (await caller.get('/v2/customers?page[limit]=1')).status));
  expect(await statuses()).toEqual([200, 200]);
  expect(await clientele(['key', 'revoke', made.id], env)).toMatchObject({ code: 0 });
  await vi.waitFor(async () => expect(await statuses()).toEqual([401, 401]), { timeout: 2000, interval: 10 });
}
