import type { DatabaseConnection, GlobalDb, GlobalTx } from '../../platform/db/database.ts';
import { violatedConstraint } from '../../platform/db/pool.ts';
import { foldCase } from '../../platform/text/fold.ts';
import { isUuid, newId } from '../../platform/text/uuid.ts';
import type { StaffMember } from '../access/staff-access.ts';
import type { Initiator } from '../audit/audit.service.ts';
import { listStores, type StoreRow } from '../stores/stores.service.ts';
import { deleteViewsOf } from './saved-views.store.ts';
import { staffErrors } from './staff.errors.ts';
import type { NewStaffUser, StaffUserPatch } from './staff.schema.ts';
import {
  deleteSetups,
  deleteUser,
  emailConstraint,
  insertUser,
  type StaffUserRow,
  selectUsers,
  updateUser,
} from './staff.store.ts';
import { logStaff } from './staff-audit.ts';
import { deleteSessions } from './staff-sessions.store.ts';
import { isActiveOwner, makeSetupLink, type SetupLink, staffLock } from './staff-setup.ts';

const maxUsers = 500;

/** The staff, oldest first. */
export function listStaff(database: GlobalDb): Promise<StaffUserRow[]> {
  return database.all(selectUsers, {});
}

/** The stores that a member of staff may work on, oldest first. */
export async function listStoresOf(database: GlobalDb, { storeIds }: StaffMember): Promise<StoreRow[]> {
  const stores = await listStores(database);
  return storeIds === null ? stores : stores.filter(store => storeIds.includes(store.id));
}

async function checkStores(tx: GlobalDb, { role, storeIds }: Pick<StaffMember, 'role' | 'storeIds'>): Promise<void> {
  if (storeIds === null) return;
  if (role === 'owner') throw staffErrors.ownerOfAllStores();
  const known = new Set((await listStores(tx)).map(store => store.id));
  if (!storeIds.every(id => known.has(id))) throw staffErrors.unknownStore();
}

/** Adds a member of staff, who gets in by a link; logged, as all that is done here. Throws 409 when the e-mail is taken. */
export async function inviteStaff(
  database: DatabaseConnection,
  baseUrl: string,
  by: Initiator,
  input: NewStaffUser,
): Promise<{ readonly user: StaffUserRow; readonly link: SetupLink }> {
  const now = new Date();
  const { name, email, role, store_ids: storeIds = null } = input;
  return database
    .inLockedTransaction(staffLock, async tx => {
      if ((await listStaff(tx)).length >= maxUsers) throw staffErrors.tooMany();
      await checkStores(tx, { role, storeIds });
      const id = newId(now);
      const [user] = await tx.all(insertUser, {
        id,
        name,
        email,
        emailKey: foldCase(email),
        passwordHash: null,
        role,
        storeIds,
        now,
      });
      if (user === undefined) throw new Error('the member of staff was not stored');
      await logStaff(tx, by, { type: 'staff_user.created', after: user });
      return { user, link: await makeSetupLink(tx, baseUrl, id) };
    })
    .catch(error => {
      throw violatedConstraint(error) === emailConstraint ? staffErrors.emailTaken() : error;
    });
}

/** Works on one member of staff while no other change is under way. Throws 404 when there is none. */
function withStaff<T>(
  database: DatabaseConnection,
  id: string,
  work: (tx: GlobalTx, user: StaffUserRow, all: StaffUserRow[]) => Promise<T>,
): Promise<T> {
  if (!isUuid(id)) throw staffErrors.notFound();
  return database.inLockedTransaction(staffLock, async tx => {
    const all = await listStaff(tx);
    const user = all.find(row => row.id === id);
    if (user === undefined) throw staffErrors.notFound();
    return work(tx, user, all);
  });
}

/** Throws 409 when nobody but this member of staff could manage staff. */
function requireAnotherOwner(user: StaffUserRow, all: readonly StaffUserRow[]): void {
  if (isActiveOwner(user) && !all.some(row => row.id !== user.id && isActiveOwner(row))) throw staffErrors.lastOwner();
}

/** Changes a member of staff, with effect from their next request. Throws 409 for the last owner. */
export function changeStaff(
  database: DatabaseConnection,
  by: Initiator,
  id: string,
  patch: StaffUserPatch,
): Promise<StaffUserRow> {
  return withStaff(database, id, async (tx, user, all) => {
    const { name = user.name, role = user.role, store_ids: storeIds = user.store_ids } = patch;
    if (role !== 'owner') requireAnotherOwner(user, all);
    await checkStores(tx, { role, storeIds });
    const [changed] = await tx.all(updateUser, { id, name, role, storeIds, now: new Date() });
    if (changed === undefined) throw new Error('the member of staff was not changed');
    await logStaff(tx, by, { type: 'staff_user.updated', before: user, after: changed });
    return changed;
  });
}

/** Removes a member of staff: sessions end, and views that nobody else sees go. Throws 409 for the last owner. */
export async function removeStaff(database: DatabaseConnection, by: Initiator, id: string): Promise<void> {
  await withStaff(database, id, async (tx, user, all) => {
    requireAnotherOwner(user, all);
    await tx.all(deleteUser, { id });
    await logStaff(tx, by, { type: 'staff_user.deleted', before: user });
  });
  for (const store of await listStores(database)) await database.forStore(store.id).all(deleteViewsOf, { staffId: id });
}

/** Ends every session of a member of staff. */
export function endSessionsOf(database: DatabaseConnection, by: Initiator, id: string): Promise<void> {
  return withStaff(database, id, async (tx, user) => {
    await tx.all(deleteSessions, { staffId: id, id: null });
    await logStaff(tx, by, { type: 'staff_user.sessions_ended', before: user, after: user });
  });
}

/** Makes a link by which a member of staff sets a new password; links made before end. */
export function renewSetupLink(
  database: DatabaseConnection,
  baseUrl: string,
  by: Initiator,
  id: string,
): Promise<SetupLink> {
  return withStaff(database, id, async (tx, user) => {
    await tx.all(deleteSetups, { staffId: id });
    await logStaff(tx, by, { type: 'staff_user.setup_link_created', before: user, after: user });
    return makeSetupLink(tx, baseUrl, id);
  });
}
