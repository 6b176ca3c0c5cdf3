import { type Kysely, sql } from 'kysely';

export const creates: string[] = [];

/** The columns that hold folded texts, but for e-mails: those are unique, and one whose other spelling is taken stays. */
const folded = [
  ['customers', 'name_key'],
  ['products', 'name_key'],
  ['products', 'slug_key'],
  ['products', 'sku_key'],
  ['products', 'description_key'],
  ['orders', 'customer_name_key'],
  ['orders', 'customer_email_key'],
  ['orders', 'shipping_name_key'],
  ['orders', 'billing_name_key'],
  ['orders', 'shipping_postcode_key'],
  ['orders', 'billing_postcode_key'],
  ['orders', 'order_number_key'],
  ['orders', 'external_ref_key'],
  ['custom_index', 'text_key'],
] as const;

/**
 * A sigma that ends a word is compared as any other. The texts of the search are written anew in the background, which have
 * postcodes without their spaces from now on, too.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const [table, column] of folded) {
    const key = sql.ref(column);
    await sql`
      update ${sql.table(table)} set ${key} = replace(${key}, 'ς', 'σ') where ${key} like '%ς%'`.execute(db);
  }
  await sql`
    update customers set email_key = replace(email_key, 'ς', 'σ') where email_key like '%ς%' and not exists (
      select from customers other
      where other.store_id = customers.store_id and other.email_key = replace(customers.email_key, 'ς', 'σ'));
    update staff_users set email_key = replace(email_key, 'ς', 'σ') where email_key like '%ς%' and not exists (
      select from staff_users other where other.email_key = replace(staff_users.email_key, 'ς', 'σ'));
    insert into customer_search_sweeps (store_id, pass, after_id, starts_at)
    select store_id, greatest(max(pass), 2) + 1, '00000000-0000-0000-0000-000000000000', now()
    from customer_search_sweeps group by store_id;
  `.execute(db);
}
