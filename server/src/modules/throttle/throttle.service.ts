import ipaddr from 'ipaddr.js';
import type { MasterKey } from '../../platform/crypto/master-key.ts';
import type { StoreDb } from '../../platform/db/database.ts';
import { dayMs } from '../../platform/durations.ts';
import { type ApiError, retryLater } from '../../platform/errors.ts';
import { newId } from '../../platform/text/uuid.ts';
import { forgetOld, insertFailure, lockAccount, selectVerdict, trustAddress } from './throttle.store.ts';
import type { Verdict, VerdictParameters } from './verdict.ts';

const windowMs = 15 * 60_000;
/** The SDK repeats one wrong password four times within 7 s (reference: customers.md, "Retry hazard"). */
const repeatMs = 15_000;
/** An address is trusted for so long after the owner's last sign-in from it. */
const trustMs = 90 * dayMs;
/** Trust is renewed by a sign-in, at most this often: a write less for every other sign-in. */
const renewTrustMs = dayMs;
/**
 * Addresses from which the owner has never signed in share this many times the limit of one address: guessing from many
 * addresses ends there, while an outsider with one address cannot use up the owner's chances.
 */
const strangersFactor = 3;

/** Failures allowed in 15 minutes; 0 is no limit. */
export interface ThrottleLimits {
  readonly account: number;
  readonly address: number;
}

/** One attempt to prove an identity. `secret` is only ever digested with the master key. */
export interface Attempt {
  readonly account: string;
  readonly secret: string;
  readonly clientAddress: string;
}

/** Limits guessing. Lives in the database, so that restarts and other processes do not forget (docs/decisions/0004). */
export interface Throttle {
  /** What limits this attempt. Nothing is read or written yet. */
  watch(attempt: Attempt, now: Date): WatchedAttempt;
}

/** An attempt between its beginning and its end. */
export interface WatchedAttempt {
  /** For a statement that holds `verdict` (verdict.ts). */
  readonly parameters: VerdictParameters;
  /**
   * Throws 429 when the attempt must not be decided now. Call before hashing, and with a new verdict after a success: a
   * right guess among attempts in parallel that have reached the limit meanwhile must not stand out.
   */
  accept(verdict: Verdict): void;
  /** Reads the verdict, and accepts it. */
  check(db: StoreDb): Promise<void>;
  /** Records a failure. Throws 429 when others have reached the limit meanwhile, so that nothing is learnt beyond it. */
  fail(db: StoreDb): Promise<void>;
  /** Records an accepted success: the owner's address is trusted, failures from it are forgotten. */
  succeed(db: StoreDb, verdict: Verdict): Promise<void>;
}

const tooMany = (seconds: number): ApiError =>
  retryLater(429, 'Too Many Requests', 'Too many failed attempts, please try again later', seconds);

/** `limits.account` and `limits.address` come from the configuration. */
export function createThrottle(options: { readonly masterKey: MasterKey; readonly limits: ThrottleLimits }): Throttle {
  const { masterKey, limits } = options;
  const isOff = limits.account === 0 && limits.address === 0;

  function parametersOf({ account, secret, clientAddress }: Attempt, now: Date): VerdictParameters {
    const ago = (milliseconds: number) => new Date(now.getTime() - milliseconds);
    return {
      account_key: masterKey.digest(`account\n${account}`, 16),
      address_key: masterKey.digest(`address\n${networkOf(clientAddress)}`, 16),
      attempt_key: masterKey.digest(`attempt\n${account}\n${secret}`, 8),
      accountLimit: limits.account,
      strangersLimit: limits.account * strangersFactor,
      addressLimit: limits.address,
      since: ago(windowMs),
      repeatSince: ago(repeatMs),
      trustSince: ago(trustMs),
    };
  }

  return {
    watch: (attempt, now) => {
      const parameters = parametersOf(attempt, now);
      const oldBefore = { failuresBefore: parameters.since, trustBefore: parameters.trustSince };

      async function read(db: StoreDb): Promise<Verdict> {
        const found = await db.first(selectVerdict, parameters);
        if (found === undefined) throw new Error('the attempt was not judged');
        return found;
      }

      function accept({ full_since: fullSince }: Verdict): void {
        if (fullSince === null) return;
        throw tooMany(Math.max(1, (Date.parse(fullSince) + windowMs - now.getTime()) / 1000));
      }

      return {
        parameters,
        accept,
        check: async db => {
          if (!isOff) accept(await read(db));
        },
        fail: async db => {
          if (isOff) return;
          // A refusal is thrown after the commit: undoing the lock's transaction would be an error in the log.
          const found = await db.inTransaction(async tx => {
            await tx.first(lockAccount, parameters);
            const current = await read(tx);
            if (current.full_since === null && !current.is_repeat) {
              await tx.all(insertFailure, { ...parameters, id: newId(new Date()), now });
              await tx.all(forgetOld, oldBefore);
            }
            return current;
          });
          accept(found);
        },
        succeed: async (db, { trusted_at: trustedAt, failures }) => {
          if (isOff) return;
          const isNewlyTrusted = Date.parse(trustedAt ?? '') > now.getTime() - renewTrustMs;
          if (isNewlyTrusted && failures === 0) return;
          await db.all(trustAddress, { ...parameters, now });
          await db.all(forgetOld, oldBefore);
        },
      };
    },
  };
}

/** An IPv4 address, or the /64 network of an IPv6 address, which is what one client holds. */
function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  return parsed.kind() === 'ipv4' ? parsed.toString() : ipaddr.IPv6.networkAddressFromCIDR(`${parsed}/64`).toString();
}
