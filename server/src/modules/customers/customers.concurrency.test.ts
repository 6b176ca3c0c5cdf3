import { afterAll, beforeAll, expect, test } from 'vitest';
import { aCustomer, createCustomer, password, signUp } from '../../../test/support/builders.ts';
import { type OtherInstance, startTestApp, type TestApp } from '../../../test/support/test-app.ts';

let app: TestApp;
let other: OtherInstance;
beforeAll(async () => {
  app = await startTestApp();
  other = await app.addInstance();
});
afterAll(() => app.close());

const times = <T>(count: number, make: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, i) => make(i)));
const count = (statuses: readonly number[]) =>
  Object.fromEntries([...Map.groupBy(statuses, status => status)].map(([status, all]) => [status, all.length]));
const totalOf = async () => (await app.admin.get('/v2/customers?page[limit]=1')).body.meta.results.total;

test('50 creates of one e-mail in different case at once, on two processes, give one 201 and 49 times 409', async () => {
  const local = `race${Date.now()}`;
  const admins = [app.admin, other.as(app.admin)];
  const answers = await times(50, async index => {
    const email = `${[...local].map((letter, at) => ((index >> (at % 6)) & 1 ? letter.toUpperCase() : letter)).join('')}@example.com`;
    return (await (admins[index % 2] ?? app.admin).post('/v2/customers', { data: aCustomer({ email }) })).status;
  });
  expect(count(answers)).toEqual({ 201: 1, 409: 49 });
  expect((await app.admin.get(`/v2/customers?filter=eq(email,${local}@example.com)`)).body.meta.results.total).toBe(1);
});

test('changes of two customers to one e-mail at once leave exactly one of them with it', async () => {
  const email = `wanted-${Date.now()}@example.com`;
  const customers = await times(8, () => createCustomer(app));
  const statuses = await Promise.all(
    customers.map(async ({ id }) => (await app.admin.put(`/v2/customers/${id}`, { data: { email } })).status),
  );
  expect(count(statuses)).toEqual({ 200: 1, 409: 7 });
});

test('changes of different fields of one customer at once never undo each other', async () => {
  const customer = await createCustomer(app);
  const path = `/v2/customers/${customer.id}`;
  for (let round = 0; round < 10; round += 1) {
    const email = `round-${round}-${customer.email}`;
    const changes = [
      { name: `Round ${round}` },
      { email },
      { external_ref: `crm-${round}` },
      ...(round === 5 ? [{ password }] : []),
    ];
    const answers = await Promise.all(
      changes.map((data, index) => (index % 2 ? app.admin : other.as(app.admin)).put(path, { data })),
    );
    expect(answers.map(answer => answer.status)).toEqual(changes.map(() => 200));
    const { body } = await app.admin.get(path);
    expect(body.data).toMatchObject({
      name: `Round ${round}`,
      email,
      external_ref: `crm-${round}`,
      password: round >= 5,
    });
  }
});

test('the total of the list is exact after creates, refused creates and deletes at once', async () => {
  const before = await totalOf();
  const admins = [app.admin, other.as(app.admin)];
  const taken = (await createCustomer(app)).email;
  const doomed = await times(20, () => createCustomer(app));
  const work = [
    ...Array.from({ length: 40 }, () => ({
      email: undefined as string | undefined,
      doomed: undefined as string | undefined,
    })),
    ...Array.from({ length: 10 }, () => ({ email: taken, doomed: undefined })),
    // Each is deleted twice: one of the two finds nothing.
    ...[...doomed, ...doomed].map(({ id }) => ({ email: undefined, doomed: id })),
  ];
  const statuses = await Promise.all(
    work.map(async ({ email, doomed: id }, index) => {
      const admin = admins[index % 2] ?? app.admin;
      if (id !== undefined) return (await admin.delete(`/v2/customers/${id}`)).status;
      return (await admin.post('/v2/customers', { data: aCustomer(email === undefined ? {} : { email }) })).status;
    }),
  );
  expect(count(statuses)).toEqual({ 201: 40, 204: 20, 404: 20, 409: 10 });
  const total = await totalOf();
  expect(total).toBe(before + 41);
  const stored = await app.query('select count(*)::int as count from customers where store_id = $1', [app.id]);
  expect(stored.rows[0].count).toBe(total);
});

test('a shopper who deletes the account while changing it leaves nothing behind', async () => {
  const { customer, shopper } = await signUp(app);
  const path = `/v2/customers/${customer.id}`;
  const [deleted, ...changed] = await Promise.all([
    shopper.delete(path),
    ...Array.from({ length: 6 }, (_, index) => shopper.put(path, { data: { name: `Name ${index}` } })),
    shopper.post(`${path}/addresses`, {
      data: {
        type: 'address',
        first_name: 'Ada',
        last_name: 'O',
        line_1: '1',
        county: 'Kent',
        postcode: '1',
        country: 'GB',
      },
    }),
  ]);
  expect(deleted?.status).toBe(204);
  for (const { status } of changed) expect([200, 201, 403]).toContain(status);
  expect((await app.admin.get(path)).status).toBe(404);
  const left = await app.query(
    'select (select count(*)::int from addresses where customer_id = $1) + (select count(*)::int from sessions where customer_id = $1) as count',
    [customer.id],
  );
  expect(left.rows[0].count).toBe(0);
});
