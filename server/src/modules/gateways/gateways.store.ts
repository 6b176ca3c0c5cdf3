import { query, sql, storeStatement } from '../../platform/db/statement.ts';

/** The gateways of a store that were ever switched; others are disabled. */
interface GatewaysTable {
  store_id: string;
  slug: string;
  is_enabled: boolean;
}

declare module '../../platform/db/schema.ts' {
  interface StoreTables {
    gateways: GatewaysTable;
  }
}

export const selectEnabledGateways = storeStatement<object>()(p =>
  query.selectFrom('gateways').select('slug').where('store_id', '=', p.storeId).where('is_enabled', '=', true),
);

export const switchGateway = storeStatement<{ slug: string; isEnabled: boolean }>()(
  p => sql<object>`
    insert into gateways (store_id, slug, is_enabled) values (${p.storeId}, ${p.slug}, ${p.isEnabled})
    on conflict (store_id, slug) do update set is_enabled = excluded.is_enabled`,
);
