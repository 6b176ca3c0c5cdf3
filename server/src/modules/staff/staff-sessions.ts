import { MAX } from 'uuid';
import type { DatabaseConnection } from '../../platform/db/database.ts';
import { foldCase } from '../../platform/text/fold.ts';
import { newId } from '../../platform/text/uuid.ts';
import type { Services } from '../access/services.ts';
import type { StaffDirectory, StaffMember } from '../access/staff-access.ts';
import { maxUserAgentLength, signInByPassword } from '../throttle/password-sign-in.ts';
import type { NewStaffSession } from './staff.schema.ts';
import { digestOf, newToken, type StaffCookie } from './staff-cookie.ts';
import {
  deleteSessions,
  insertSession,
  type StaffSessionRow,
  selectSessions,
  selectSignIn,
  selectUsersSeen,
  useSession,
} from './staff-sessions.store.ts';

const hourMs = 3_600_000;
/** A session that nobody uses ends after this time, and every session after the longer one. */
const idleMs = 8 * hourMs;
const longestMs = 7 * 24 * hourMs;
/** The last use is noted at most this often. */
const noteEveryMs = 60_000;

/** Failures of staff belong to no store, and are counted apart from those of keys, which are with the nil store. */
const storeOfFailures = MAX;

/** Where a sign-in comes from, and when. */
export interface SignInRequest {
  readonly clientAddress: string;
  readonly userAgent: string;
  readonly now: Date;
}

/** Finds staff sessions in the database with every request, so that their end takes effect at once on every process. */
export function openStaffDirectory(database: DatabaseConnection, cookie: StaffCookie): StaffDirectory {
  return {
    tokenIn: cookie.read,
    find: async (token, now) => {
      const ago = (ms: number) => new Date(now.getTime() - ms);
      const [row] = await database.all(useSession, {
        digest: digestOf(token),
        now,
        idleSince: ago(idleMs),
        noteBefore: ago(noteEveryMs),
      });
      if (row === undefined) return undefined;
      const { id, name, email, role, store_ids: storeIds, session_id: sessionId } = row;
      return { id, name, email, role, storeIds, sessionId };
    },
  };
}

/**
 * Signs a member of staff in and answers the token for the cookie. Throws the same 401, after the same work, for an unknown
 * e-mail, a wrong password and somebody without one; 429 when there were too many failures; 503 when too many wait.
 */
export async function signInStaff(
  { database, throttles }: Pick<Services, 'database' | 'throttles'>,
  input: NewStaffSession,
  { clientAddress, userAgent, now }: SignInRequest,
): Promise<string> {
  const db = database.forStore(storeOfFailures);
  const emailKey = foldCase(input.email.trim());
  const attempt = throttles.staff.watch({ account: `staff ${emailKey}`, secret: input.password, clientAddress }, now);
  const token = newToken();
  await signInByPassword({
    attempt,
    password: input.password,
    db,
    find: () => db.first(selectSignIn, { ...attempt.parameters, emailKey }),
    open: ({ id, hash }) =>
      db.first(insertSession, {
        ...attempt.parameters,
        id: newId(now),
        digest: digestOf(token),
        staffId: id,
        passwordHash: hash,
        userAgent: userAgent.slice(0, maxUserAgentLength),
        now,
        expires: new Date(now.getTime() + longestMs),
      }),
  });
  return token;
}

/** The live sessions of a member of staff, newest first. */
export function listStaffSessions(database: DatabaseConnection, staff: StaffMember): Promise<StaffSessionRow[]> {
  const now = new Date();
  return database.all(selectSessions, { staffId: staff.id, now, idleSince: new Date(now.getTime() - idleMs) });
}

/** The staff, oldest first, each with when they were last seen; null when they are signed in nowhere. */
export function listStaffSeen(database: DatabaseConnection) {
  const now = new Date();
  return database.all(selectUsersSeen, { now, idleSince: new Date(now.getTime() - idleMs) });
}

/** Ends the session of a request, or every session of its member of staff. */
export async function endStaffSessions(database: DatabaseConnection, staff: StaffMember, which: 'current' | 'all') {
  await database.all(deleteSessions, { staffId: staff.id, id: which === 'current' ? staff.sessionId : null });
}
