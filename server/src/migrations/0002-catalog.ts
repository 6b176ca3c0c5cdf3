import { type Kysely, sql } from 'kysely';

export const creates = ['currencies', 'products', 'stocks', 'stock_transactions', 'gateways'];

/**
 * Settings of the contract (reference: platform.md, "Settings"); currencies, products, stock, gateways. A stock has the id
 * of its product. Its transactions belong to it and not to the product, so that they always add up to it.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table stores
      add column list_child_products boolean not null default true,
      add column additional_languages text[] not null default '{}',
      add column calculation_method text not null default 'simple' check (calculation_method in ('simple', 'line')),
      add column cart_expiry_days smallint not null default 7 check (cart_expiry_days between 1 and 365),
      add column is_custom_discounts_enabled boolean not null default false,
      add column logs_ttl_days smallint not null default 365 check (logs_ttl_days between 1 and 365),
      add column is_gateway_simulation_allowed boolean not null default false,
      add column is_checkout_token_required boolean not null default false;

    create table currencies (
      store_id uuid not null,
      id uuid not null,
      code text collate "C" not null,
      exchange_rate double precision not null,
      format text not null,
      decimal_point text not null,
      thousand_separator text not null,
      decimal_places smallint not null check (decimal_places between 0 and 4),
      is_default boolean not null,
      is_enabled boolean not null,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (store_id, id),
      constraint currencies_code_key unique (store_id, code)
    );
    create unique index currencies_default_key on currencies (store_id) where is_default;

    insert into currencies (store_id, id, code, exchange_rate, format, decimal_point, thousand_separator,
      decimal_places, is_default, is_enabled, created_at, updated_at)
    select id, id, 'USD', 1, '\${price}', '.', ',', 2, true, true, created_at, created_at from stores;

    create table products (
      store_id uuid not null,
      id uuid not null,
      name text not null,
      name_key text collate "C" not null,
      slug text collate "C" not null,
      slug_key text collate "C" not null,
      sku text collate "C" not null,
      sku_key text collate "C" not null,
      description text not null,
      description_key text collate "C" not null,
      manage_stock boolean not null,
      price jsonb not null,
      status text collate "C" not null check (status in ('draft', 'live')),
      commodity_type text collate "C" not null check (commodity_type in ('physical', 'digital')),
      translations jsonb not null default '{}',
      created_at timestamptz not null,
      updated_at timestamptz not null,
      primary key (store_id, id),
      constraint products_slug_key unique (store_id, slug),
      constraint products_sku_key unique (store_id, sku)
    );
    create index products_created_at_idx on products (store_id, created_at desc, id);
    create index products_updated_at_idx on products (store_id, updated_at desc, id);
    create index products_name_idx on products (store_id, name_key, id);
    create index products_status_idx on products (store_id, status, created_at desc, id);
    create index products_text_idx on products using gin (store_id, name_key gin_trgm_ops, slug_key gin_trgm_ops,
      sku_key gin_trgm_ops, description_key gin_trgm_ops);

    create table stocks (
      store_id uuid not null,
      id uuid not null,
      available bigint not null default 0 check (available >= 0),
      allocated bigint not null default 0 check (allocated >= 0),
      primary key (store_id, id),
      constraint stocks_product_fkey foreign key (store_id, id)
        references products (store_id, id) on delete cascade
    );

    create table stock_transactions (
      store_id uuid not null,
      product_id uuid not null,
      id uuid not null,
      action text not null check (action in ('create', 'increment', 'decrement', 'allocate', 'deallocate')),
      quantity bigint not null check (quantity > 0),
      created_at timestamptz not null,
      primary key (store_id, product_id, id),
      constraint stock_transactions_stock_fkey foreign key (store_id, product_id)
        references stocks (store_id, id) on delete cascade
    );

    create table gateways (
      store_id uuid not null,
      slug text collate "C" not null,
      is_enabled boolean not null,
      primary key (store_id, slug)
    );
  `.execute(db);
}
