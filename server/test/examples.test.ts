import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeShoppers } from '../../examples/make-shoppers.ts';
import { readShoppers } from '../../examples/read-shoppers.ts';
import { createCustomer } from './support/builders.ts';
import { startTestApp, type TestApp, type TestStore } from './support/test-app.ts';

let app: TestApp;
let origin: string;
beforeAll(async () => {
  app = await startTestApp();
  origin = await app.app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => app.close());

const folder = new URL('../../examples/', import.meta.url);

/** Runs an example without npm. */
function runExample(store: TestStore, name = 'shoppers.ts') {
  const env = {
    ...process.env,
    CLIENTELE_PUBLIC_URL: origin,
    CLIENTELE_CLIENT_ID: store.clientId,
    CLIENTELE_CLIENT_SECRET: store.clientSecret,
  };
  return promisify(execFile)(process.execPath, [fileURLToPath(new URL(name, folder))], { env });
}

test('the file of shoppers is what its generator makes', async () => {
  expect(await readFile(new URL('shoppers.csv', folder), 'utf8')).toBe(makeShoppers());
});

// 720 passwords are hashed on the way, some 20 ms each on an idle core.
test('the example takes over 300 shoppers, signs them in, edits and finds them', { timeout: 300_000 }, async () => {
  await createCustomer(app, { email: 'left@mail.example', external_ref: 'example-0001' });
  const { stdout } = await runExample(app);
  const counts = stdout.matchAll(/^(.+?) +(\d+) +[\d.]+ s$/gm);
  expect(Object.fromEntries([...counts].map(([, title, count]) => [title, Number(count)]))).toEqual({
    'back end: delete what an earlier run has left': 1,
    'back end: create customers with passwords and addresses': 300,
    'storefront: sign in': 300,
    'shopper: read the own record and addresses, as in the file': 300,
    'shopper: be refused the record of the next one': 300,
    'shopper: edit the own details': 300,
    'shopper: edit the own addresses': 300,
    'shopper: read record and addresses again, as edited': 300,
    'back end: find each e-mail with a plus': 60,
    "back end: find the names with O'": 7,
    'back end: find the names with a letter of nine other scripts': 39,
    'back end: page through all of them': 300,
  });
  expect(stdout).toContain('All 300 shoppers are as they should be');
  const { body } = await app.admin.get('/v2/customers?page[limit]=1');
  expect(body.meta.results).toEqual({ total: 300 });
});

test('the example ends with exit code 1 and says where, when something is not as it should be', async () => {
  const store = await app.addStore();
  const [first] = await readShoppers(new URL('shoppers.csv', folder));
  await createCustomer(store, { email: first?.email });
  await expect(runExample(store)).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/example-0001 failed.*A customer with this email already exists/s),
  });
});

test('the storefront example ends with exit code 1 and what the server answered, when the key is wrong', async () => {
  await expect(runExample({ ...app, clientSecret: 'wrong' }, 'storefront.ts')).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^\{.*status.*401/s),
  });
});

test('the example asks for the key when it has none', async () => {
  await expect(runExample({ ...app, clientSecret: '' })).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('CLIENTELE_CLIENT_SECRET'),
  });
});

test('the storefront example sells to a shopper and to a guest', async () => {
  const { stdout } = await runExample(await app.addStore(), 'storefront.ts');
  // The SDK itself prints a line whenever it has fetched an access token.
  const lines = stdout
    .trim()
    .split('\n')
    .filter(line => !line.startsWith('Token'));
  expect(lines.map(line => line.split(' ', 1)[0])).toEqual([
    'catalogue',
    'cart',
    'sign-in',
    'checkout',
    'payment',
    'history',
    'guest',
    'stock',
  ]);
  expect(lines.slice(3)).toEqual([
    'checkout     order of Ada Okafor, $30.00, unpaid',
    'payment      manual, 3000 minor units, complete',
    'history      1 order, 1 item, paid',
    'guest        order of Ada, as a guest, linked to nobody; the history still holds 1 order',
    'stock        7 available, 3 allocated',
  ]);
});
