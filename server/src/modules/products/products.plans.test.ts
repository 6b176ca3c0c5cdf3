import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { nodesOf } from '../../../test/support/plans.ts';
import { startTestApp, type TestApp } from '../../../test/support/test-app.ts';
import { StoreDb } from '../../platform/db/database.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
  await app.query(
    `insert into products (store_id, id, name, name_key, slug, slug_key, sku, sku_key, description, description_key,
       manage_stock, price, status, commodity_type, created_at, updated_at)
     select $1, md5(n::text)::uuid, 'Name ' || n, 'name ' || n, 'slug-' || n, 'slug-' || n, 'SKU-' || n, 'sku-' || n,
       md5(n::text), md5(n::text), true, '[{"amount":3000,"currency":"USD","includes_tax":true}]',
       case when n % 1000 = 0 then 'draft' else 'live' end, 'physical', now() - n * interval '1 minute',
       now() - n * interval '1 minute'
     from generate_series(1, 30000) n`,
    [app.id],
  );
  await app.query('insert into stocks (store_id, id, available) select store_id, id, 10 from products');
  // As autovacuum does in time: statistics, and the pending entries of the text index.
  await app.query('vacuum analyze products');
  await app.query('vacuum analyze stocks');
  // From now on the key and the store are in memory.
  await app.admin.get('/v2/products');
});
afterAll(() => app.close());

const findable = [
  '',
  '?sort=created_at',
  '?sort=-updated_at',
  '?sort=name&page[limit]=10&page[offset]=50',
  '?sort=-slug',
  '?sort=sku',
  '?filter=eq(sku,SKU-777)',
  '?filter=in(slug,slug-777,slug-778)',
  '?filter=eq(name,Name 777)',
  '?filter=like(name,*ame 777*)',
  '?filter=like(description,*f1c1592*)',
  '?filter=eq(status,draft)',
];

test.each(findable)(
  'GET /v2/products%s runs two statements, for shoppers too, which read no whole table',
  async query => {
    for (const caller of [app.admin, app.storefront]) {
      const spy = vi.spyOn(StoreDb.prototype, 'all');
      const { status } = await caller.get(`/v2/products${query}`);
      const statements = spy.mock.calls.map(([statement, parameters]) => ({
        text: statement.text,
        values: statement.bind({ ...parameters, storeId: app.id }),
      }));
      spy.mockRestore();
      // The page, and the currency that its prices are shown in.
      expect({ status, statements: statements.length }).toEqual({ status: 200, statements: 2 });
      for (const { text, values } of statements) {
        const { rows } = await app.query(`explain (format json) ${text}`, values);
        const scanned = nodesOf(rows[0]['QUERY PLAN'][0].Plan)
          .filter(node => node['Node Type'] === 'Seq Scan')
          .map(node => node['Relation Name'] ?? '');
        expect(scanned.filter(table => ['products', 'stocks'].includes(table))).toEqual([]);
      }
    }
  },
);
