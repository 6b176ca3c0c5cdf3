import type { Config } from '../../config.ts';
import { hashPassword } from '../../platform/crypto/password-hash.ts';
import type { DatabaseConnection, GlobalDb } from '../../platform/db/database.ts';
import { failedMember, throwAny } from '../../platform/errors.ts';
import { refuseCommonPassword } from '../../platform/http/common-password.ts';
import { wordings } from '../../platform/http/validation-errors.ts';
import { foldCase } from '../../platform/text/fold.ts';
import { newId } from '../../platform/text/uuid.ts';
import { staffErrors } from './staff.errors.ts';
import type { NewStaffSetup, StaffSetup } from './staff.schema.ts';
import {
  deleteSetups,
  insertSetup,
  insertUser,
  type StaffUserRow,
  selectSetup,
  selectUsers,
  updatePassword,
} from './staff.store.ts';
import { digestOf, newToken } from './staff-cookie.ts';
import { deleteSessions } from './staff-sessions.store.ts';

const dayMs = 86_400_000;

/** Changes of staff wait for each other: some of them count the owners. */
export const staffLock = 'clientele.staff';

/** A link by which somebody sets their password; its token is only kept as a digest. */
export interface SetupLink {
  readonly url: string;
  readonly expiresAt: Date;
}

/** Makes a link for a member of staff, or with null for the first owner. The token stands where no server logs it. */
export async function makeSetupLink(db: GlobalDb, baseUrl: string, staffId: string | null): Promise<SetupLink> {
  const now = new Date();
  const expiresAt = new Date(now.getTime() + dayMs);
  const token = newToken();
  await db.all(insertSetup, { digest: digestOf(token), staffId, now, expires: expiresAt });
  return { url: `${baseUrl}/setup#${token}`, expiresAt };
}

/**
 * Makes the owner that the configuration names when there is no staff yet; several processes may try at once. Without one,
 * answers a link by which the first owner makes themselves.
 */
export async function createFirstOwner(
  database: DatabaseConnection,
  config: Config,
  baseUrl: string,
): Promise<SetupLink | undefined> {
  if ((await database.all(selectUsers, {})).length > 0) return undefined;
  const { CLIENTELE_ADMIN_EMAIL: email, CLIENTELE_ADMIN_PASSWORD: password } = config;
  const passwordHash = password === undefined ? undefined : await hashPassword(password);
  return database.inLockedTransaction(staffLock, async tx => {
    if ((await tx.all(selectUsers, {})).length > 0) return undefined;
    if (email === undefined || passwordHash === undefined) return makeSetupLink(tx, baseUrl, null);
    const [name = email] = email.split('@');
    await insertOwner(tx, { name, email, passwordHash });
    return undefined;
  });
}

function insertOwner(tx: GlobalDb, owner: { name: string; email: string; passwordHash: string }) {
  const now = new Date();
  const emailKey = foldCase(owner.email);
  return tx.all(insertUser, { ...owner, id: newId(now), emailKey, role: 'owner', storeIds: null, now });
}

/** What a link is good for. Throws 404 when it was used or has expired. */
export async function lookUpSetup(database: GlobalDb, token: string): Promise<StaffSetup> {
  const [found] = await database.all(selectSetup, { digest: digestOf(token), now: new Date() });
  if (found === undefined) throw staffErrors.setupEnded();
  const { staff_id: staffId, name, email } = found;
  return { type: 'staff_setup', is_first_owner: staffId === null, name: name ?? '', email: email ?? '' };
}

/** Uses a link: sets the password, and for the first owner name and e-mail. Ends the sessions with an old password. */
export async function setUp(database: DatabaseConnection, input: NewStaffSetup): Promise<void> {
  const { is_first_owner: isFirstOwner } = await lookUpSetup(database, input.token);
  const { name = '', email = '' } = input;
  if (isFirstOwner) requireAll({ name, email });
  await refuseCommonPassword(input.password);
  const passwordHash = await hashPassword(input.password);
  await database.inLockedTransaction(staffLock, async tx => {
    // Somebody may have used it meanwhile.
    const [setup] = await tx.all(selectSetup, { digest: digestOf(input.token), now: new Date() });
    if (setup === undefined) throw staffErrors.setupEnded();
    await tx.all(deleteSetups, { staffId: setup.staff_id });
    if (setup.staff_id === null) {
      if ((await tx.all(selectUsers, {})).length > 0) throw staffErrors.setupEnded();
      await insertOwner(tx, { name, email, passwordHash });
    } else {
      await tx.all(updatePassword, { id: setup.staff_id, passwordHash, now: new Date() });
      await tx.all(deleteSessions, { staffId: setup.staff_id, id: null });
    }
  });
}

function requireAll(values: Readonly<Record<string, string>>): void {
  const missing = Object.entries(values).filter(([, value]) => value === '');
  throwAny(missing.map(([member]) => failedMember(`data.${member}`, wordings.required(`data.${member}`))));
}

/** How a row is counted when owners are: somebody who can sign in. */
export const isActiveOwner = (row: StaffUserRow) => row.role === 'owner' && row.password_hash !== null;
