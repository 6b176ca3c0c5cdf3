import type { Timestamp } from '../../platform/db/schema.ts';
import { query, sql, storeStatement } from '../../platform/db/statement.ts';

interface IdempotencyKeysTable {
  store_id: string;
  /** Of the credentials and the key that the client chose. */
  key_digest: Buffer;
  request_digest: Buffer;
  /** Status and body, encrypted: an answer may hold a token or personal data. */
  sealed_answer: Buffer;
  created_at: Timestamp;
}

declare module '../../platform/db/schema.ts' {
  interface StoreTables {
    idempotency_keys: IdempotencyKeysTable;
  }
}

export const selectAnswer = storeStatement<{ keyDigest: Buffer; since: Date }>()(p =>
  query
    .selectFrom('idempotency_keys')
    .select(['request_digest', 'sealed_answer'])
    .where('store_id', '=', p.storeId)
    .where('key_digest', '=', p.keyDigest)
    .where('created_at', '>', sql<string>`${p.since}`),
);

/** Claims a key until the end of the transaction; false when another request has it. */
export const claimKey = storeStatement<{ keyDigest: Buffer }>()(
  p => sql<{ is_claimed: boolean }>`
    select pg_try_advisory_xact_lock(
      hashtextextended(${p.storeId}::text || encode(${p.keyDigest}::bytea, 'hex'), 2)) as is_claimed`,
);

export const insertAnswer = storeStatement<{
  keyDigest: Buffer;
  requestDigest: Buffer;
  sealedAnswer: Buffer;
  now: Date;
}>()(
  p => sql`
    insert into idempotency_keys (store_id, key_digest, request_digest, sealed_answer, created_at)
    values (${p.storeId}, ${p.keyDigest}, ${p.requestDigest}, ${p.sealedAnswer}, ${p.now})
    on conflict (store_id, key_digest) do update set request_digest = excluded.request_digest,
      sealed_answer = excluded.sealed_answer, created_at = excluded.created_at`,
);

/** Forgets old answers, a few at a time. Answers how many. */
export const deleteOldAnswers = storeStatement<{ before: Date; limit: number }>()(
  p => sql<{ deleted: number }>`
    with deleted as (
      delete from idempotency_keys where store_id = ${p.storeId} and key_digest in (
        select key_digest from idempotency_keys where store_id = ${p.storeId} and created_at <= ${p.before}
        limit ${p.limit} for update skip locked)
      returning 1
    )
    select count(*)::int as deleted from deleted`,
);
