import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../../test/support/test-app.ts';
import { sql, storeStatement } from './statement.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.close());

const selectPid = storeStatement<object>()(
  p => sql<{ pid: number }>`select pg_backend_pid() as pid where ${p.storeId}::uuid is not null`,
);

test('a transaction whose connection is lost between two statements fails, and the process and the pool go on', async () => {
  const db = app.database.forStore(app.id);
  const lost = db.inTransaction(async tx => {
    const backend = await tx.first(selectPid, {});
    await app.query('select pg_terminate_backend($1)', [backend?.pid]);
    // Until the loss is noticed: what the connection tells of itself comes between two statements.
    for (let waited = 0; waited < 100; waited += 1) await delay(1);
    return tx.first(selectPid, {});
  });
  await expect(lost).rejects.toThrow();
  expect((await app.admin.get('/v2/customers')).status).toBe(200);
});

test('a nested transaction that fails undoes its own work alone', async () => {
  const insert = storeStatement<{ id: string }>()(
    p => sql`insert into totals (store_id, resource, shard, count) values (${p.storeId}, ${p.id}, 0, 1)`,
  );
  const count = storeStatement<object>()(
    p =>
      sql<{ resource: string }>`select resource from totals where store_id = ${p.storeId} and resource like 'nested %'`,
  );
  const db = app.database.forStore(app.id);
  await db.inTransaction(async tx => {
    await tx.all(insert, { id: 'nested outer' });
    const inner = tx.inTransaction(async nested => {
      await nested.all(insert, { id: 'nested inner' });
      throw new Error('undo');
    });
    await expect(inner).rejects.toThrow('undo');
  });
  expect(await db.all(count, {})).toEqual([{ resource: 'nested outer' }]);
});
