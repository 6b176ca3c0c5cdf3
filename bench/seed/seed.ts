import pg from 'pg';
import { type Connection, clientOptions } from '../../server/src/platform/db/pool.ts';
import { newId } from '../../server/src/platform/text/uuid.ts';
import { copyRows, type Row } from './copy.ts';
import { dropIndexes } from './indexes.ts';
import { createPeople } from './people.ts';
import { createRows, type SeedFields, tables } from './rows.ts';

const batchSize = 5000;

/** The slugs of the fields that customers of a seeded store have. */
export const seedFields = { code: 'loyalty_code', points: 'loyalty_points', tier: 'loyalty_tier' } as const;

async function createFields(client: pg.ClientBase, storeId: string): Promise<SeedFields> {
  const now = new Date();
  const [id, codeId, pointsId, tierId] = [newId(now), newId(now), newId(now), newId(now)];
  const times = { created_at: now, updated_at: now };
  const flow = { name: 'Customers', slug: 'customers', description: '', is_enabled: true };
  await copyRows(client, 'flows', [{ store_id: storeId, id, ...flow, ...times }]);
  const aField = (fieldId: string, slug: string, field_type: string): Row => ({
    store_id: storeId,
    id: fieldId,
    flow_id: id,
    name: slug,
    slug,
    field_type,
    description: '',
    is_required: false,
    is_unique: false,
    is_enabled: true,
    omits_null: false,
    is_searchable: false,
    validation_rules: '[]',
    ...times,
  });
  await copyRows(client, 'fields', [
    aField(codeId, seedFields.code, 'string'),
    aField(pointsId, seedFields.points, 'integer'),
    aField(tierId, seedFields.tier, 'string'),
  ]);
  await client.query(
    `insert into field_versions (store_id, version) values ($1, $2)
     on conflict (store_id) do update set version = excluded.version`,
    [storeId, newId(now)],
  );
  return { codeId, pointsId, tierId };
}

/**
 * Fills a store without customers: customers of many countries with addresses and two fields of the store's own, some with an
 * order. `onProgress`: customers made so far. Throws when the store has customers.
 */
export async function seedStore(options: {
  readonly connection: Connection;
  readonly storeId: string;
  readonly customers: number;
  readonly onProgress?: (customers: number) => void;
  readonly log?: (message: string) => void;
}): Promise<void> {
  const { connection, storeId, customers, onProgress, log } = options;
  const client = new pg.Client(clientOptions(connection));
  await client.connect();
  try {
    const { rows } = await client.query('select from customers where store_id = $1 limit 1', [storeId]);
    if (rows.length > 0) throw new Error('the store has customers: seed another one, or an empty database');
    await client.query(`set maintenance_work_mem = '512MB'; set synchronous_commit = off`);
    const dropped = await dropIndexes(client, tables);
    try {
      await client.query('begin');
      const fields = await createFields(client, storeId);
      const toRows = createRows({ id: storeId, fields }, customers);
      const next = createPeople();
      for (let made = 0; made < customers; ) {
        const count = Math.min(batchSize, customers - made);
        const batch = toRows(Array.from({ length: count }, next));
        for (const table of tables) await copyRows(client, table, batch[table]);
        made += count;
        onProgress?.(made);
      }
      await client.query(
        `insert into totals (store_id, resource, shard, count)
         select $1::uuid, 'customers', 0, count(*) from customers where store_id = $1
         union all select $1, 'orders', 0, count(*) from orders where store_id = $1
         on conflict (store_id, resource, shard) do update set count = totals.count + excluded.count`,
        [storeId],
      );
      await client.query('commit');
    } catch (error) {
      await client.query('rollback');
      throw error;
    } finally {
      for (const { name, definition } of dropped) {
        log?.(`building ${name}`);
        await client.query(definition);
      }
    }
    log?.('counting for the planner');
    await client.query(`vacuum analyze ${tables.join(', ')}`);
  } finally {
    await client.end();
  }
}
