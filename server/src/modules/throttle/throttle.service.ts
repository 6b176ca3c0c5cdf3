import ipaddr from 'ipaddr.js';
import type { MasterKey } from '../../platform/crypto/master-key.ts';
import type { StoreDb } from '../../platform/db/database.ts';
import { type ApiError, retryLater } from '../../platform/errors.ts';
import { newId } from '../../platform/text/uuid.ts';
import {
  type AttemptCounts,
  type AttemptKeys,
  countAttempts,
  forgetOld,
  insertFailure,
  lockAccount,
  trustAddress,
} from './throttle.store.ts';

const windowMs = 15 * 60_000;
/** The SDK repeats one wrong password four times within 7 s (reference: customers.md, "Retry hazard"). */
const repeatMs = 15_000;
/** An address is trusted for so long after the owner's last sign-in from it. */
const trustMs = 90 * 86_400_000;
/** Trust is renewed by a sign-in, at most this often: a write less for every other sign-in. */
const renewTrustMs = 86_400_000;
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
  /** Throws 429 when the attempt must not be decided now. Call before hashing. */
  check(db: StoreDb, attempt: Attempt, now: Date): Promise<void>;
  /** Records a failure. Throws 429 when others have reached the limit meanwhile, so that nothing is learnt beyond it. */
  fail(db: StoreDb, attempt: Attempt, now: Date): Promise<void>;
  /**
   * Records a success: the owner's address is trusted, failures from it are forgotten. Throws 429 when attempts in
   * parallel have reached the limit meanwhile: a right guess among them must not stand out.
   */
  succeed(db: StoreDb, attempt: Attempt, now: Date): Promise<void>;
}

const tooMany = (seconds: number): ApiError =>
  retryLater(429, 'Too Many Requests', 'Too many failed attempts, please try again later', seconds);

/** `limits.account` and `limits.address` come from the configuration. */
export function createThrottle(options: { readonly masterKey: MasterKey; readonly limits: ThrottleLimits }): Throttle {
  const { masterKey, limits } = options;
  const isOff = limits.account === 0 && limits.address === 0;

  function keysOf({ account, secret, clientAddress }: Attempt): AttemptKeys {
    const address = networkOf(clientAddress);
    return {
      account_key: masterKey.digest(`account\n${account}`, 16),
      address_key: masterKey.digest(`address\n${address}`, 16),
      attempt_key: masterKey.digest(`attempt\n${account}\n${secret}`, 8),
    };
  }

  const windowOf = (now: Date) => ({
    since: new Date(now.getTime() - windowMs),
    repeatSince: new Date(now.getTime() - repeatMs),
    trustSince: new Date(now.getTime() - trustMs),
  });

  const oldBefore = (now: Date) => ({
    failuresBefore: new Date(now.getTime() - windowMs),
    trustBefore: new Date(now.getTime() - trustMs),
  });

  async function count(db: StoreDb, keys: AttemptKeys, now: Date): Promise<AttemptCounts> {
    const counts = await db.first(countAttempts, { ...keys, ...windowOf(now) });
    if (counts === undefined) throw new Error('the attempts were not counted');
    return counts;
  }

  /** Seconds to wait, or 0 when the attempt may be decided. */
  function waitSeconds(counts: AttemptCounts, now: Date): number {
    if (counts.is_repeat) return 0;
    const rules = [
      { limit: limits.account, count: counts.pair, oldest: counts.pair_oldest },
      {
        limit: counts.trusted_at === null ? limits.account * strangersFactor : 0,
        count: counts.account,
        oldest: counts.account_oldest,
      },
      { limit: limits.address, count: counts.address, oldest: counts.address_oldest },
    ];
    const waits = rules
      .filter(rule => rule.limit > 0 && rule.count >= rule.limit)
      .map(rule => (Date.parse(rule.oldest ?? '') + windowMs - now.getTime()) / 1000);
    return waits.length === 0 ? 0 : Math.max(1, ...waits);
  }

  async function checkedCount(db: StoreDb, keys: AttemptKeys, now: Date): Promise<AttemptCounts | undefined> {
    if (isOff) return undefined;
    const counts = await count(db, keys, now);
    const wait = waitSeconds(counts, now);
    if (wait > 0) throw tooMany(wait);
    return counts;
  }

  return {
    check: async (db, attempt, now) => {
      await checkedCount(db, keysOf(attempt), now);
    },

    fail: async (db, attempt, now) => {
      if (isOff) return;
      const keys = keysOf(attempt);
      const wait = await db.inTransaction(async tx => {
        await tx.first(lockAccount, keys);
        const counts = await count(tx, keys, now);
        if (counts.is_repeat) return 0;
        const seconds = waitSeconds(counts, now);
        if (seconds === 0) {
          await tx.all(insertFailure, { ...keys, id: newId(new Date()), now });
          await tx.all(forgetOld, oldBefore(now));
        }
        return seconds;
      });
      if (wait > 0) throw tooMany(wait);
    },

    succeed: async (db, attempt, now) => {
      const keys = keysOf(attempt);
      const counts = await checkedCount(db, keys, now);
      if (counts === undefined) return;
      const isNewlyTrusted = Date.parse(counts.trusted_at ?? '') > now.getTime() - renewTrustMs;
      if (isNewlyTrusted && counts.pair === 0) return;
      await db.all(trustAddress, { account_key: keys.account_key, address_key: keys.address_key, now });
      await db.all(forgetOld, oldBefore(now));
    },
  };
}

/** An IPv4 address, or the /64 network of an IPv6 address, which is what one client holds. */
function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  return parsed.kind() === 'ipv4' ? parsed.toString() : ipaddr.IPv6.networkAddressFromCIDR(`${parsed}/64`).toString();
}
