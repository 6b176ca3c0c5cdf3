import type { StoreDb } from '../../platform/db/database.ts';
import type { StoreRow } from '../stores/stores.service.ts';
import type { StaffRole } from './staff-roles.ts';

/** The customer whose token came with a request. Whether the session still lives is checked by the statement that uses it. */
export interface Shopper {
  readonly customerId: string;
  readonly sessionId: string;
}

/** Whose credentials a request came with: the key that an access token was given to, or a member of staff. */
export type Actor =
  | { readonly type: 'key'; readonly id: string; readonly name: string }
  | { readonly type: 'staff'; readonly id: string; readonly name: string; readonly role: StaffRole };

/** Who makes a request, for which store, and when: what every service function takes first. */
export interface Context {
  /** The tables of the store, and of no other. */
  readonly db: StoreDb;
  readonly store: StoreRow;
  /** `admin`: an access token from client_credentials, or a member of staff; `storefront`: from implicit. */
  readonly role: 'admin' | 'storefront';
  readonly actor: Actor;
  readonly shopper: Shopper | undefined;
  /** The address the request came from, for limits and the audit log; stored in clear nowhere else. */
  readonly clientAddress: string;
  readonly userAgent: string;
  readonly now: Date;
  /** When the request arrived, by `performance.now()`. */
  readonly arrivedAt: number;
}
