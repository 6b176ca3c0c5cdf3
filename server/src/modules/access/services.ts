import type { Config } from '../../config.ts';
import type { DatabaseConnection } from '../../platform/db/database.ts';
import type { Throttle } from '../throttle/throttle.service.ts';
import type { ClientDirectory } from './clients.ts';
import type { RateLimits } from './rate-limits.ts';
import type { StaffDirectory } from './staff-access.ts';
import type { TokenSigner } from './tokens.ts';

/** What lives as long as the process and is handed to the routes. */
export interface Services {
  readonly config: Config;
  readonly database: DatabaseConnection;
  readonly tokens: TokenSigner;
  /** `signIn` limits guesses of customers' passwords; `client` of client secrets; `staff` of passwords of staff. */
  readonly throttles: { readonly signIn: Throttle; readonly client: Throttle; readonly staff: Throttle };
  readonly rateLimits: RateLimits;
  readonly clients: ClientDirectory;
  readonly staff: StaffDirectory;
  /** The URL under which clients reach the server, without a slash at the end. */
  readonly baseUrl: () => string;
}
