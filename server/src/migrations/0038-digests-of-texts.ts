import { type Kysely, sql } from 'kysely';

export const creates: string[] = [];

/**
 * A text of a field is found by its digest: all that have it are counted in an index that holds it once, not in the rows.
 * Generated, so that a process of the version before writes it, too; by functions that are immutable, as it must be.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table custom_index add column text_digest uuid generated always as (
      encode(substring(sha256(replace(text_value, ${sql.lit('\\')}, ${sql.lit('\\\\')})::bytea) from 1 for 16), 'hex')::uuid
    ) stored;
    create index custom_index_digest_idx on custom_index (store_id, field_id, text_digest) where text_digest is not null;
    drop statistics custom_index_texts;
    create statistics custom_index_texts (mcv) on field_id, (left(text_key, 200)) from custom_index;
    create statistics custom_index_digests (mcv) on field_id, text_digest from custom_index;
  `.execute(db);
}
