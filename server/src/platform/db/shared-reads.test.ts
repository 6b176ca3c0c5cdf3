import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createCustomer } from '../../../test/support/builders.ts';
import { startTestApp, type TestApp } from '../../../test/support/test-app.ts';
import type { StoreDb } from './database.ts';
import { databaseError } from './pool.ts';
import { sql, storeStatement } from './statement.ts';

let app: TestApp;
let db: StoreDb;
beforeAll(async () => {
  app = await startTestApp();
  db = app.database.forStore(app.id);
});
afterAll(() => app?.close());

const divide = storeStatement<{ by: number }>({ isBrief: true })(
  p => sql<{ result: number }>`select 840 / ${p.by}::int as result where ${p.storeId}::uuid is not null`,
);
const endConnection = storeStatement<object>({ isBrief: true })(
  p => sql<object>`select pg_terminate_backend(pg_backend_pid()) where ${p.storeId}::uuid is not null`,
);

/** How often the database is asked something. */
async function roundTripsOf(work: () => Promise<unknown>): Promise<number> {
  const spy = vi.spyOn(pg.Client.prototype, 'query');
  await work();
  const roundTrips = spy.mock.calls.length;
  spy.mockRestore();
  return roundTrips;
}

const numbers = Array.from({ length: 20 }, (_, index) => index + 1);
const quotient = (by: number) => [{ result: Math.trunc(840 / by) }];

test('reads that are asked for at once get their own answers, in a few round trips', async () => {
  const divideAll = async () =>
    expect(await Promise.all(numbers.map(by => db.all(divide, { by })))).toEqual(numbers.map(quotient));
  // A connection prepares the statement, and runs it more than once, in one packet.
  await divideAll();
  expect(await roundTripsOf(divideAll)).toBeLessThan(numbers.length / 4);
});

test('requests that come at once share round trips, and each is answered by what it may see', async () => {
  const customers = await Promise.all(Array.from({ length: 12 }, () => createCustomer(app)));
  const other = await app.addStore();
  const read = () =>
    Promise.all(
      customers.flatMap(({ id }) => [app.admin.get(`/v2/customers/${id}`), other.admin.get(`/v2/customers/${id}`)]),
    );
  await read();
  let answers: Awaited<ReturnType<typeof read>> = [];
  const roundTrips = await roundTripsOf(async () => {
    answers = await read();
  });
  expect(answers.map(({ status, body }) => [status, body.data])).toEqual(
    customers.flatMap(customer => [
      [200, customer],
      [404, undefined],
    ]),
  );
  expect(roundTrips).toBeLessThan(answers.length / 2);
});

test('one that is refused fails alone', async () => {
  const divisors = [1, 2, 0, 3, 4, 5, 0, 6, 7, 8];
  const results = await Promise.allSettled(divisors.map(by => db.all(divide, { by })));
  expect(results.map(result => (result.status === 'fulfilled' ? result.value : result.reason.message))).toEqual(
    divisors.map(by => (by === 0 ? 'division by zero' : quotient(by))),
  );
});

test('a refusal says who asked', async () => {
  async function whoAsks() {
    await db.all(divide, { by: 0 });
  }
  await expect(whoAsks()).rejects.toMatchObject({ stack: expect.stringContaining('whoAsks') });
});

test('those on a connection that is lost fail as on a database that is away, and the next is served', async () => {
  const results = await Promise.allSettled([
    db.all(divide, { by: 2 }),
    db.all(endConnection, {}),
    db.all(divide, { by: 3 }),
  ]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
  for (const result of results) {
    if (result.status === 'rejected') expect(databaseError(result.reason)?.status).toBe(503);
  }
  expect(await db.all(divide, { by: 4 })).toEqual(quotient(4));
});

test('a statement that writes or locks is never brief', () => {
  const brief = storeStatement<object>({ isBrief: true });
  expect(() => brief(p => sql`delete from customers where store_id = ${p.storeId}`)).toThrow('not a plain read');
  expect(() => brief(p => sql`select from customers where store_id = ${p.storeId} for update`)).toThrow(
    'not a plain read',
  );
});
