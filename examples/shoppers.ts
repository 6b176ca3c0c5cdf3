import assert from 'node:assert/strict';
import type { Customer, CustomerAddressEdit, CustomerFilter } from 'moltin-sdk-36.0.0';
import pLimit from 'p-limit';
import { backEnd, serverUrl, storefront } from './clients.ts';
import { readShoppers, type Shopper } from './read-shoppers.ts';

// `npm run example`: a shop takes over the shoppers of another system (shoppers.csv), signs each of them in, lets them edit
// their own details and addresses, and finds some again. Everything is read back and compared; the first difference ends
// the program.

/** Requests under way at the same time. */
const inParallel = pLimit(8);

/** A shopper as the shop should have them by now. */
interface Account {
  expected: Shopper;
  id: string;
  addressIds: string[];
  token: string;
}

/** Prints what was done to how many, and how long it took. */
async function step(title: string, work: () => Promise<number>): Promise<void> {
  const started = performance.now();
  const count = await work();
  const seconds = (performance.now() - started) / 1000;
  console.log(`${title.padEnd(62)} ${String(count).padStart(5)} ${seconds.toFixed(2).padStart(7)} s`);
}

/** Does something for each account, several at a time, and says whose it was that failed. */
async function forEach(accounts: readonly Account[], work: (account: Account, index: number) => Promise<void>) {
  const tasks = accounts.map((account, index) =>
    inParallel(() =>
      work(account, index).catch(cause => {
        throw new Error(`${account.expected.external_ref} failed`, { cause });
      }),
    ),
  );
  await Promise.all(tasks);
  return accounts.length;
}

/** What the SDK's types ask for: it sets `type` itself, and the server the `id`. */
const bodyOf = (address: object) => address as CustomerAddressEdit & { id: string };

/** All customers of this example that match; the SDK pages through them. */
async function find(filter: CustomerFilter): Promise<Customer[]> {
  const found: Customer[] = [];
  for (;;) {
    const { data, meta } = await backEnd.Customers.Filter(filter).Limit(100).Offset(found.length).All();
    found.push(...data);
    if (data.length === 0 || found.length >= meta.results.total) break;
  }
  return found.filter(customer => customer.external_ref?.startsWith('example-'));
}

/** Reads an account with its own token and compares it with what it should be. */
async function check({ expected, id, addressIds, token }: Account): Promise<void> {
  const { addresses, password: _, ...details } = expected;
  const [own, list] = await Promise.all([
    storefront.Customers.Get(id, token),
    storefront.CustomerAddresses.All({ customer: id, token }),
  ]);
  assert.partialDeepStrictEqual(own.data, { id, type: 'customer', ...details, password: true });
  assert.equal(list.data.length, addresses.length);
  assert.partialDeepStrictEqual(
    list.data,
    addresses.map((address, index) => ({ id: addressIds[index], type: 'address', ...address })),
  );
}

async function createWithAddresses(account: Account): Promise<void> {
  const { addresses, ...customer } = account.expected;
  const { data } = await backEnd.Customers.Create({ type: 'customer', ...customer });
  account.id = data.id;
  for (const address of addresses) {
    const created = await backEnd.CustomerAddresses.Create({ customer: data.id, body: bodyOf(address) });
    account.addressIds.push(created.data.id);
  }
}

async function signIn(account: Account): Promise<void> {
  const { email, password } = account.expected;
  const { data } = await storefront.Customers.TokenViaPassword(email, password);
  assert.equal(data.customer_id, account.id);
  account.token = data.token;
}

/** Every third shopper has a new e-mail, every tenth a new password, all others a new name. */
async function editDetails(account: Account, index: number): Promise<void> {
  const { name, email } = account.expected;
  const isNewPassword = index % 10 === 0;
  const changes = isNewPassword
    ? { password: `${name.slice(0, 20)} moved house` }
    : index % 3 === 0
      ? { email: `moved.${email}` }
      : { name: `${name.slice(0, 200)} (at the new house)` };
  await storefront.Customers.Update(account.id, changes, account.token);
  account.expected = { ...account.expected, ...changes };
  if (isNewPassword) await signIn(account);
}

/** Who has no address adds one, who has three deletes the last, and the first one gets new instructions. */
async function editAddresses(account: Account): Promise<void> {
  const { id: customer, token, addressIds } = account;
  const addresses = [...account.expected.addresses];
  if (addresses.length === 3) {
    await storefront.CustomerAddresses.Delete({ customer, address: addressIds.pop() ?? '', token });
    addresses.pop();
  }
  const [first] = addresses;
  if (first === undefined) {
    const address = {
      name: 'Home',
      first_name: account.expected.name,
      last_name: '–',
      line_1: '1 New Road',
      city: 'Leeds',
    };
    const body = { ...address, county: 'West Yorkshire', postcode: 'LS1 4AB', country: 'GB' };
    const created = await storefront.CustomerAddresses.Create({ customer, token, body: bodyOf(body) });
    addressIds.push(created.data.id);
    addresses.push(body);
  } else {
    const changes = { phone_number: '+44 20 7946 0000', instructions: 'Please use the side door' };
    const address = addressIds[0] ?? '';
    await storefront.CustomerAddresses.Update({ customer, address, token, body: bodyOf(changes) });
    addresses[0] = { ...first, ...changes };
  }
  account.expected = { ...account.expected, addresses };
}

/** The storefront must not show a shopper the record of another one. */
async function isRefused({ token }: Account, other: Account): Promise<void> {
  await assert.rejects(storefront.Customers.Get(other.id, token), (document: { errors: { status: number }[] }) => {
    assert.equal(document.errors[0]?.status, 403);
    return true;
  });
}

async function main(): Promise<void> {
  const shoppers = await readShoppers(new URL('shoppers.csv', import.meta.url));
  const accounts: Account[] = shoppers.map(expected => ({ expected, id: '', addressIds: [], token: '' }));
  const started = performance.now();
  console.log(`${shoppers.length} shoppers in shoppers.csv, for ${serverUrl}\n`);
  await Promise.all([backEnd.Authenticate(), storefront.Authenticate()]);

  await step('back end: delete what an earlier run has left', async () => {
    const left = await find({ like: { email: '*.example' } });
    await Promise.all(left.map(({ id }) => inParallel(() => backEnd.Customers.Delete(id))));
    return left.length;
  });
  await step('back end: create customers with passwords and addresses', () => forEach(accounts, createWithAddresses));
  await step('storefront: sign in', () => forEach(accounts, signIn));
  await step('shopper: read the own record and addresses, as in the file', () => forEach(accounts, check));
  await step('shopper: be refused the record of the next one', () =>
    forEach(accounts, (account, index) => isRefused(account, accounts[(index + 1) % accounts.length] ?? account)),
  );
  await step('shopper: edit the own details', () => forEach(accounts, editDetails));
  await step('shopper: edit the own addresses', () => forEach(accounts, editAddresses));
  await step('shopper: read record and addresses again, as edited', () => forEach(accounts, check));

  const refsOf = (customers: readonly { external_ref?: string }[]) => customers.map(c => c.external_ref).sort();
  const having = (part: (shopper: Shopper) => boolean) => accounts.map(a => a.expected).filter(part);
  await step('back end: find each e-mail with a plus', async () => {
    const wanted = having(({ email }) => email.includes('+'));
    for (const shopper of wanted) {
      assert.deepEqual(refsOf(await find({ eq: { email: shopper.email } })), [shopper.external_ref]);
    }
    return wanted.length;
  });
  await step("back end: find the names with O'", async () => {
    const wanted = having(({ name }) => name.includes("O'"));
    assert.deepEqual(refsOf(await find({ like: { name: "*O'*" } })), refsOf(wanted));
    return wanted.length;
  });
  await step('back end: find the names with a letter of nine other scripts', async () => {
    let count = 0;
    for (const letter of 'дπעمქपส森현') {
      const wanted = having(({ name }) => name.toLowerCase().includes(letter));
      assert.deepEqual(refsOf(await find({ like: { name: `*${letter}*` } })), refsOf(wanted));
      count += wanted.length;
    }
    return count;
  });
  await step('back end: page through all of them', async () => {
    const all = await find({ like: { email: '*.example' } });
    assert.deepEqual(refsOf(all), refsOf(having(() => true)));
    return all.length;
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`\nAll ${accounts.length} shoppers are as they should be, after ${seconds} s.`);
}

await main();
