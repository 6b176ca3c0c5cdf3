import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  aCustomer,
  anAddress,
  createAddress,
  createCustomer,
  createField,
  createFlow,
  password,
  signUp,
} from './support/builders.ts';
import { unknownId } from './support/expectations.ts';
import { type Answer, type OtherInstance, startTestApp, type TestApp } from './support/test-app.ts';

let app: TestApp;
let other: OtherInstance;
beforeAll(async () => {
  app = await startTestApp();
  other = await app.addInstance();
});
afterAll(() => app.close());

const changed = {
  errors: [{ status: 412, title: 'Precondition Failed', detail: 'The resource has changed since it was read' }],
};
const tagOf = ({ headers }: Answer) => {
  expect(headers.etag).toMatch(/^"[\x21\x23-\x7e]+"$/);
  return String(headers.etag);
};
const ifMatch = (tag: string) => ({ 'if-match': tag });

interface Subject {
  readonly path: string;
  /** A member that two people edit. */
  readonly member: string;
}
const resources: [string, () => Promise<Subject>][] = [
  ['a customer', async () => ({ path: `/v2/customers/${(await createCustomer(app)).id}`, member: 'name' })],
  [
    'an address',
    async () => {
      const { id } = await createCustomer(app);
      const address = await createAddress(app.admin, id);
      return { path: `/v2/customers/${id}/addresses/${address.id}`, member: 'city' };
    },
  ],
];

describe.each(resources)('the tag of %s', (_, make) => {
  test('is the same until it changes, and is that of the answer to the change', async () => {
    const { path, member } = await make();
    const read = await app.admin.get(path);
    expect(tagOf(await app.admin.get(path))).toBe(tagOf(read));
    const same = await app.admin.put(path, { data: { [member]: read.body.data[member] } });
    expect([same.status, tagOf(same)]).toEqual([200, tagOf(read)]);
    const other = await app.admin.put(path, { data: { [member]: 'Other' } });
    expect(tagOf(other)).not.toBe(tagOf(read));
    expect(tagOf(await app.admin.get(path))).toBe(tagOf(other));
  });

  test('is another for each of many changes within a millisecond', async () => {
    const { path, member } = await make();
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        [app.admin, other.as(app.admin)][index % 2]?.put(path, { data: { [member]: `State ${index}` } }),
      ),
    );
    const tags = answers.map(answer => answer && tagOf(answer));
    expect(new Set(tags).size).toBe(40);
  });

  test('lets a change pass that names it, and refuses one that names another with 412, which changes nothing', async () => {
    const { path, member } = await make();
    const first = tagOf(await app.admin.get(path));
    const second = await app.admin.put(path, { data: { [member]: 'Mine' } }, ifMatch(first));
    expect(second).toMatchObject({ status: 200, body: { data: { [member]: 'Mine' } } });
    for (const tag of [first, `"x${tagOf(second).slice(1)}`, '"1-1"', 'none', '""', tagOf(second).slice(1, -1)]) {
      const late = await app.admin.put(path, { data: { [member]: 'Theirs' } }, ifMatch(tag));
      expect(late).toMatchObject({ status: 412, body: changed });
      expect(await app.admin.delete(path, undefined, ifMatch(tag))).toMatchObject({ status: 412, body: changed });
    }
    const found = await app.admin.get(path);
    expect([found.body.data, tagOf(found)]).toEqual([second.body.data, tagOf(second)]);
  });

  test('counts in a list, as a wildcard, and marked as weak by a proxy that compresses', async () => {
    const { path, member } = await make();
    const put = async (name: string, header: string) =>
      app.admin.put(path, { data: { [member]: name } }, ifMatch(header));
    const first = tagOf(await app.admin.get(path));
    const second = await put('A', `"1-1", ${first}`);
    const third = await put('B', `W/${tagOf(second)}`);
    expect([second.status, third.status, (await put('C', '*')).status]).toEqual([200, 200, 200]);
  });

  test('lets a deletion pass that names it; then there is nothing to match', async () => {
    const { path, member } = await make();
    const tag = tagOf(await app.admin.get(path));
    expect((await app.admin.delete(path, undefined, ifMatch(tag))).status).toBe(204);
    expect((await app.admin.put(path, { data: { [member]: 'Gone' } }, ifMatch(tag))).status).toBe(404);
    expect((await app.admin.delete(path, undefined, ifMatch(tag))).status).toBe(404);
  });

  test('lets exactly one of two changes at once pass, round after round, on two processes', async () => {
    const { path, member } = await make();
    let tag = tagOf(await app.admin.get(path));
    for (let round = 0; round < 60; round += 1) {
      const names = [`Mine ${round}`, `Theirs ${round}`];
      const answers = await Promise.all(
        [app.admin, other.as(app.admin)].map((caller, index) =>
          caller.put(path, { data: { [member]: names[index] } }, ifMatch(tag)),
        ),
      );
      expect(answers.map(answer => answer.status).sort()).toEqual([200, 412]);
      const won = answers.findIndex(answer => answer.status === 200);
      const found = await app.admin.get(path);
      expect(found.body.data[member]).toBe(names[won]);
      tag = tagOf(found);
    }
  });

  test('lets either a change or a deletion of the same state pass, never both', async () => {
    for (let round = 0; round < 20; round += 1) {
      const { path, member } = await make();
      const tag = tagOf(await app.admin.get(path));
      const [put, removed] = await Promise.all([
        app.admin.put(path, { data: { [member]: 'Kept' } }, ifMatch(tag)),
        other.as(app.admin).delete(path, undefined, ifMatch(tag)),
      ]);
      expect([
        [200, 412],
        [404, 204],
        [412, 204],
      ]).toContainEqual([put.status, removed.status]);
      expect((await app.admin.get(path)).status).toBe(put.status === 200 ? 200 : 404);
    }
  });
});

test('a created customer and a created address are answered with their tags', async () => {
  const customer = await app.admin.post('/v2/customers', { data: aCustomer() });
  const path = `/v2/customers/${customer.body.data.id}`;
  expect(tagOf(await app.admin.get(path))).toBe(tagOf(customer));
  const address = await app.admin.post(`${path}/addresses`, { data: anAddress() });
  expect(tagOf(await app.admin.get(`${path}/addresses/${address.body.data.id}`))).toBe(tagOf(address));
  expect(tagOf(await app.admin.get(path))).toBe(tagOf(customer));
});

test('a password and values of fields change the tag; a password for another state is refused and ends no session', async () => {
  const flow = await createFlow(app, { slug: 'customers' });
  await createField(app, flow.id, { slug: 'tier' });
  const { customer, shopper } = await signUp(app);
  const path = `/v2/customers/${customer.id}`;
  const first = tagOf(await shopper.get(path));
  const second = await app.admin.put(path, { data: { tier: 'gold' } }, ifMatch(first));
  expect(second).toMatchObject({ status: 200, body: { data: { tier: 'gold' } } });
  expect(tagOf(second)).not.toBe(first);
  const refused = await app.admin.put(path, { data: { tier: 'silver', password: 'correct-horse-10' } }, ifMatch(first));
  expect(refused).toMatchObject({ status: 412, body: changed });
  expect((await shopper.get(path)).body.data.tier).toBe('gold');
  const third = await app.admin.put(path, { data: { password: 'correct-horse-10' } }, ifMatch(tagOf(second)));
  expect([third.status, tagOf(third) === tagOf(second)]).toEqual([200, false]);
  expect((await shopper.get(path)).status).toBe(403);
});

test('of two new passwords for the same state one is set', async () => {
  const customer = await createCustomer(app, { password });
  const path = `/v2/customers/${customer.id}`;
  const tag = tagOf(await app.admin.get(path));
  const answers = await Promise.all(
    ['correct-horse-11', 'correct-horse-12'].map(secret =>
      app.admin.put(path, { data: { password: secret } }, ifMatch(tag)),
    ),
  );
  expect(answers.map(answer => answer.status).sort()).toEqual([200, 412]);
});

test('what does not exist answers 404, and what is not valid 422, whatever If-Match says', async () => {
  const header = ifMatch('"1-1"');
  expect((await app.admin.put(`/v2/customers/${unknownId}`, { data: { name: 'A' } }, header)).status).toBe(404);
  expect((await app.admin.delete(`/v2/customers/${unknownId}`, undefined, header)).status).toBe(404);
  const { id } = await createCustomer(app);
  expect((await app.admin.put(`/v2/customers/${id}`, { data: { name: ' ' } }, header)).status).toBe(422);
  const address = `/v2/customers/${id}/addresses/${unknownId}`;
  expect((await app.admin.put(address, { data: { city: 'Leeds' } }, header)).status).toBe(404);
  expect((await app.admin.delete(address, undefined, header)).status).toBe(404);
});

test('pages of other origins may read ETag and send If-Match', async () => {
  const { id } = await createCustomer(app);
  const { headers } = await app.admin.get(`/v2/customers/${id}`);
  expect(String(headers['access-control-expose-headers']).split(', ')).toContain('ETag');
  const preflight = await app.send({ method: 'OPTIONS', url: `/v2/customers/${id}` });
  expect(String(preflight.headers['access-control-allow-headers']).split(', ')).toContain('If-Match');
});
