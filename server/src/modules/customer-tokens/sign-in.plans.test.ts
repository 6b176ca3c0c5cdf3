import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ConnectedDatabase, connectTestDatabase } from '../../../test/support/database.ts';
import { prepareStatement, rowsRead } from '../../../test/support/plans.ts';
import { insertSession } from './customer-tokens.store.ts';

const store = '018f0000-0000-7000-8000-00000000000a';
const customer = '018f0000-0000-7000-8000-000000000001';
const live = 2000;
const expired = 3;

let database: ConnectedDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await connectTestDatabase();
  ({ client } = database);
  await client.query(`
    insert into customers (store_id, id, name, name_key, email, email_key, password_hash, created_at, updated_at)
    select '${store}', id, 'Ada', 'ada', n || '@b.example', n || '@b.example', 'hash', now(), now()
    from (select n, ('018f0000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid as id from generate_series(1, 20) n) made;
    insert into sessions (store_id, customer_id, id, created_at, expires_at)
    select '${store}', id, gen_random_uuid(), now(), now() + interval '1 day' * case when n <= ${expired} then -1 else 1 end
    from customers cross join generate_series(1, ${live + expired}) n;
    analyze`);
});
afterAll(() => database.drop());

test('a sign-in removes the expired sessions, and reads none of those that live', async () => {
  const now = new Date();
  const open = await prepareStatement(client, insertSession);
  const plan = await open.measure({
    storeId: store,
    account_key: '\\x01',
    address_key: '\\x02',
    attempt_key: '\\x03',
    accountLimit: 10,
    strangersLimit: 30,
    addressLimit: 100,
    since: now,
    repeatSince: now,
    trustSince: now,
    id: '018f0000-0000-7000-8000-0000000000ff',
    customerId: customer,
    passwordHash: 'hash',
    userAgent: '',
    now,
    expires: new Date(now.getTime() + 60_000),
  });
  const { rows } = await client.query('select count(*)::int as count from sessions where customer_id = $1', [customer]);
  expect(rows[0].count).toBe(live + 1);
  expect(rowsRead(plan)).toBeLessThan(50);
});
