import type { Selectable } from 'kysely';
import type { Timestamp } from '../../platform/db/schema.ts';
import { globalStatement, query, sql } from '../../platform/db/statement.ts';
import type { StaffRole } from '../access/staff-roles.ts';

interface StaffUsersTable {
  id: string;
  name: string;
  email: string;
  /** `email` folded for comparison. */
  email_key: string;
  /** Null until a set-up link was used. */
  password_hash: string | null;
  role: StaffRole;
  /** Null: every store. */
  store_ids: string[] | null;
  created_at: Timestamp;
  updated_at: Timestamp;
}

interface StaffSetupsTable {
  token_digest: Buffer;
  /** Null: whoever uses it becomes the first owner. */
  staff_id: string | null;
  created_at: Timestamp;
  expires_at: Timestamp;
}

declare module '../../platform/db/schema.ts' {
  interface GlobalTables {
    staff_users: StaffUsersTable;
    staff_setups: StaffSetupsTable;
  }
}

export type StaffUserRow = Readonly<Selectable<StaffUsersTable>>;

export const emailConstraint = 'staff_users_email_key';

export interface StaffUserValues {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly emailKey: string;
  readonly passwordHash: string | null;
  readonly role: StaffRole;
  readonly storeIds: readonly string[] | null;
  readonly now: Date;
}

export const insertUser = globalStatement<StaffUserValues>()(
  p => sql<StaffUserRow>`
    insert into staff_users (id, name, email, email_key, password_hash, role, store_ids, created_at, updated_at)
    values (${p.id}, ${p.name}, ${p.email}, ${p.emailKey}, ${p.passwordHash}, ${p.role}, ${p.storeIds}::uuid[],
      ${p.now}, ${p.now})
    returning *`,
);

export const selectUsers = globalStatement<object>()(() =>
  query.selectFrom('staff_users').selectAll().orderBy('created_at').orderBy('id'),
);

export const updateUser = globalStatement<{
  id: string;
  name: string;
  role: StaffRole;
  storeIds: readonly string[] | null;
  now: Date;
}>()(
  p => sql<StaffUserRow>`
    update staff_users set name = ${p.name}, role = ${p.role}, store_ids = ${p.storeIds}::uuid[], updated_at = ${p.now}
    where id = ${p.id} returning *`,
);

/** Sets a password. */
export const updatePassword = globalStatement<{ id: string; passwordHash: string; now: Date }>()(
  p => sql<StaffUserRow>`
    update staff_users set password_hash = ${p.passwordHash}, updated_at = ${p.now} where id = ${p.id} returning *`,
);

/** Deletes a member of staff; sessions and links go with the row. */
export const deleteUser = globalStatement<{ id: string }>()(p =>
  query.deleteFrom('staff_users').where('id', '=', p.id).returning('id'),
);

export const insertSetup = globalStatement<{ digest: Buffer; staffId: string | null; now: Date; expires: Date }>()(
  p => sql`
    insert into staff_setups (token_digest, staff_id, created_at, expires_at)
    values (${p.digest}, ${p.staffId}, ${p.now}, ${p.expires})`,
);

/** What a link is good for, and the member of staff it is for, nulls for the first owner. */
export const selectSetup = globalStatement<{ digest: Buffer; now: Date }>()(
  p => sql<{ staff_id: string | null; name: string | null; email: string | null }>`
    select setup.staff_id, staff_users.name, staff_users.email
    from staff_setups setup left join staff_users on staff_users.id = setup.staff_id
    where setup.token_digest = ${p.digest} and setup.expires_at > ${p.now}`,
);

/** Ends all links of a member of staff, or all that make the first owner. */
export const deleteSetups = globalStatement<{ staffId: string | null }>()(
  p => sql`delete from staff_setups where staff_id is not distinct from ${p.staffId}::uuid`,
);
