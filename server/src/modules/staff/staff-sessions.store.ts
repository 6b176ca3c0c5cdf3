import type { Selectable } from 'kysely';
import type { Timestamp } from '../../platform/db/schema.ts';
import { globalStatement, query, sql, storeStatement } from '../../platform/db/statement.ts';
import type { StaffRole } from '../access/staff-roles.ts';
import { type Verdict, type VerdictParameters, verdict } from '../throttle/verdict.ts';
import type { StaffUserRow } from './staff.store.ts';

interface StaffSessionsTable {
  id: string;
  token_digest: Buffer;
  staff_id: string;
  user_agent: string;
  created_at: Timestamp;
  seen_at: Timestamp;
  expires_at: Timestamp;
}

declare module '../../platform/db/schema.ts' {
  interface GlobalTables {
    staff_sessions: StaffSessionsTable;
  }
}

export type StaffSessionRow = Readonly<Omit<Selectable<StaffSessionsTable>, 'token_digest'>>;

/** The owner of an e-mail, nulls when there is none, and whether the attempt may be decided: all that precedes a hash. */
export const selectSignIn = storeStatement<VerdictParameters & { emailKey: string }>()(
  p => sql<Verdict & { id: string | null; password_hash: string | null }>`
    select verdict.*, staff_users.id, staff_users.password_hash
    from (${verdict(p)}) verdict left join staff_users on staff_users.email_key = ${p.emailKey}`,
);

/**
 * Opens a session, unless the attempt must not be decided any more, or the hash that was verified is no longer the
 * password's. Removes the expired sessions of the member of staff.
 */
export const insertSession = storeStatement<
  VerdictParameters & {
    id: string;
    digest: Buffer;
    staffId: string;
    passwordHash: string;
    userAgent: string;
    now: Date;
    expires: Date;
  }
>()(
  p => sql<Verdict & { session_id: string | null }>`
    with verdict as materialized (${verdict(p)}),
    expired as (
      delete from staff_sessions where staff_id = ${p.staffId} and expires_at <= ${p.now}
    ), staff as (
      select id from staff_users
      where id = ${p.staffId} and password_hash = ${p.passwordHash} and (select full_since from verdict) is null
      for share
    ), opened as (
      insert into staff_sessions (id, token_digest, staff_id, user_agent, created_at, seen_at, expires_at)
      select ${p.id}::uuid, ${p.digest}::bytea, staff.id, ${p.userAgent}, ${p.now}::timestamptz, ${p.now}::timestamptz,
        ${p.expires}::timestamptz
      from staff
      returning id
    )
    select verdict.*, (select id from opened) as session_id from verdict`,
);

interface FindParameters {
  digest: Buffer;
  now: Date;
  /** A session that was not used since then has ended. */
  idleSince: Date;
  /** The last use is noted anew when it is older. */
  noteBefore: Date;
}

/** Who is behind a token. Notes the use. */
export const useSession = globalStatement<FindParameters>()(
  p => sql<{
    session_id: string;
    id: string;
    name: string;
    email: string;
    role: StaffRole;
    store_ids: string[] | null;
  }>`
    with session as (
      select session.id as session_id, session.seen_at, staff_users.*
      from staff_sessions session join staff_users on staff_users.id = session.staff_id
      where session.token_digest = ${p.digest} and session.expires_at > ${p.now} and session.seen_at > ${p.idleSince}
    ), noted as (
      update staff_sessions set seen_at = ${p.now}
      where id in (select session_id from session where seen_at < ${p.noteBefore})
    )
    select session_id, id, name, email, role, store_ids from session`,
);

/** The live sessions of a member of staff, newest first. */
export const selectSessions = globalStatement<{ staffId: string; now: Date; idleSince: Date }>()(p =>
  query
    .selectFrom('staff_sessions')
    .select(['id', 'staff_id', 'user_agent', 'created_at', 'seen_at', 'expires_at'])
    .where('staff_id', '=', p.staffId)
    .where(sql<boolean>`expires_at > ${p.now} and seen_at > ${p.idleSince}`)
    .orderBy('id', 'desc')
    .limit(100),
);

/** The staff, oldest first, each with when a live session of theirs was last used. */
export const selectUsersSeen = globalStatement<{ now: Date; idleSince: Date }>()(
  p => sql<StaffUserRow & { seen_at: string | null }>`
    select staff_users.*, (
      select max(seen_at) from staff_sessions
      where staff_id = staff_users.id and expires_at > ${p.now} and seen_at > ${p.idleSince}
    ) as seen_at
    from staff_users order by created_at, id`,
);

/** Ends one session, or all of a member of staff (`id` null). */
export const deleteSessions = globalStatement<{ staffId: string; id: string | null }>()(
  p => sql`
    delete from staff_sessions where staff_id = ${p.staffId} and (${p.id}::uuid is null or id = ${p.id}::uuid)`,
);
