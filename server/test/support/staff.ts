import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import type { StaffRole } from '../../src/modules/access/staff-roles.ts';
import { commandLine } from '../../src/modules/audit/audit.service.ts';
import { inviteStaff } from '../../src/modules/staff/staff-users.ts';
import type { Answer, Caller, OtherInstance, TestApp } from './test-app.ts';

export const staffPassword = 'a-staff-password-9';

/** What the dashboard sends with every request. */
export const dashboardHeaders = { 'content-type': 'application/json', 'x-requested-with': 'clientele-dashboard' };

/** A member of staff who is signed in. */
export interface TestStaff {
  readonly id: string;
  readonly email: string;
  readonly cookie: string;
  /** Sends requests as the dashboard does, about the first store. */
  readonly caller: Caller;
}

/** The token of a set-up link. */
export const tokenOf = (link: string) => link.split('#')[1] ?? '';

/** A sign-in of staff; `from`: the address it comes from. */
export function staffSignIn(
  app: Pick<OtherInstance, 'send'>,
  { email, password = staffPassword, from = '127.0.0.1' }: { email: string; password?: string; from?: string },
): Promise<Answer> {
  return app.send({
    method: 'POST',
    url: '/staff/sessions',
    headers: dashboardHeaders,
    remoteAddress: from,
    payload: JSON.stringify({ data: { email, password } }),
  });
}

/** The cookie that an answer gives, as a browser sends it back. */
export const cookieOf = ({ headers }: Answer) => [headers['set-cookie']].flat().map(String)[0]?.split(';', 1)[0] ?? '';

/** Makes a member of staff with a password, and signs them in. */
export async function createStaff(
  app: TestApp,
  { role = 'owner', storeIds = null }: { role?: StaffRole; storeIds?: string[] | null } = {},
): Promise<TestStaff> {
  const email = `${role}-${randomBytes(6).toString('hex')}@example.com`;
  const { user, link } = await inviteStaff(app.database, app.baseUrl, commandLine(), {
    name: 'Grace Hopper',
    email,
    role,
    store_ids: storeIds,
  });
  const data = { token: tokenOf(link.url), password: staffPassword };
  const used = await app.caller(dashboardHeaders).post('/staff/setup', { data });
  expect(used.status, JSON.stringify(used.body)).toBe(204);
  const signedIn = await staffSignIn(app, { email });
  expect(signedIn.status, JSON.stringify(signedIn.body)).toBe(201);
  const cookie = cookieOf(signedIn);
  return {
    id: user.id,
    email,
    cookie,
    caller: app.caller({ ...dashboardHeaders, cookie, 'x-moltin-auth-store': app.id }),
  };
}
