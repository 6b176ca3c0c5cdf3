import { type Kysely, sql } from 'kysely';

export const creates: string[] = [];

/** The index of e-mails has the ids too, so that a page deep in their order is counted out without reading the customers before it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create unique index customers_email_id_key on customers (store_id, email_key) include (id);
    alter table customers
      drop constraint customers_email_key,
      add constraint customers_email_key unique using index customers_email_id_key;
  `.execute(db);
}
