import type { FastifyRequest } from 'fastify';
import type { Config } from '../../config.ts';
import { isUuid } from '../../platform/text/uuid.ts';
import { accessErrors } from './access.errors.ts';
import type { StaffRole } from './staff-roles.ts';

/** A member of staff who is signed in. */
export interface StaffMember {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: StaffRole;
  /** The stores that they may work on; null for every store. */
  readonly storeIds: readonly string[] | null;
  readonly sessionId: string;
}

/** Whom the permission has let in. */
export function staffOf(request: FastifyRequest): StaffMember {
  if (request.staff === undefined) throw accessErrors.notPermitted();
  return request.staff;
}

/** Knows the staff sessions. Module `staff` has the one that serves. */
export interface StaffDirectory {
  /** The token of a staff session in a Cookie header. */
  tokenIn(cookies: string): string | undefined;
  /** Who is behind a token, as of this moment; undefined when the session has ended. */
  find(token: string, now: Date): Promise<StaffMember | undefined>;
}

/**
 * Refuses a request that a page of another origin could have made a browser send: a page cannot send this header across
 * origins with cookies, and browsers tell where a request comes from (docs/decisions/0060-staff.md). Throws 403.
 */
export function requireDashboard({ headers }: FastifyRequest, config: Config): void {
  const { origin, host } = headers;
  const site = headers['sec-fetch-site'];
  const isMarked = headers['x-requested-with'] === 'clientele-dashboard';
  const isSameSite = site === undefined || site === 'same-origin';
  const isOwnOrigin = origin === undefined || isOwn(origin, host, config.CLIENTELE_PUBLIC_URL);
  if (!isMarked || !isSameSite || !isOwnOrigin) throw accessErrors.notFromDashboard();
}

function isOwn(origin: string, host: string | undefined, publicUrl: string | undefined): boolean {
  if (!URL.canParse(origin)) return false;
  return new URL(origin).host === host || (publicUrl !== undefined && origin === new URL(publicUrl).origin);
}

/** The id of the store that a request of staff is about. Throws 400 when none is named, 403 when it is not one of theirs. */
export function storeNamedBy({ headers }: FastifyRequest, { storeIds }: StaffMember): string {
  const named = headers['x-moltin-auth-store'];
  if (typeof named !== 'string' || named === '') throw accessErrors.storeRequired();
  const id = named.toLowerCase();
  if (!isUuid(id) || (storeIds !== null && !storeIds.includes(id))) throw accessErrors.storeNotOfStaff();
  return id;
}
