import { verifyPassword } from '../../platform/crypto/password-hash.ts';
import type { StoreDb } from '../../platform/db/database.ts';
import { throttleErrors } from './throttle.errors.ts';
import type { WatchedAttempt } from './throttle.service.ts';
import type { Verdict } from './verdict.ts';

/** How often a sign-in is decided anew because the stored hash was replaced while the old one was verified. */
const maxDecisions = 3;

/** What a session keeps of its user agent. */
export const maxUserAgentLength = 255;

/** What the statement before the hash finds: the account, nulls when there is none, and the verdict. */
interface Found extends Verdict {
  readonly id: string | null;
  readonly password_hash: string | null;
}

/** What the statement after the hash answers: no session when the hash is no longer the account's, or the verdict is against it. */
interface Opened extends Verdict {
  readonly session_id: string | null;
}

/**
 * Signs an account in: a verdict and the account, the hash, another verdict and the session. Throws the same 401, after the
 * same work, for an unknown account, a wrong password and an account without one; 429 when there were too many failures; 503
 * when too many are waiting.
 */
export async function signInByPassword<Account extends Found, Session extends Opened>(options: {
  readonly attempt: WatchedAttempt;
  readonly password: string;
  /** Where failures and successes are recorded: outside of a transaction that may be undone. */
  readonly db: StoreDb;
  readonly find: () => Promise<Account | undefined>;
  readonly open: (account: { readonly id: string; readonly hash: string }) => Promise<Session | undefined>;
}): Promise<{ readonly account: Account & { readonly id: string }; readonly sessionId: string }> {
  const { attempt, password, db, find, open } = options;
  for (let decision = 0; decision < maxDecisions; decision += 1) {
    const account = judged(await find());
    attempt.accept(account);
    const { id, password_hash: hash } = account;
    const isRight = await verifyPassword(password, hash);
    if (id === null || hash === null || !isRight) break;
    const opened = judged(await open({ id, hash }));
    attempt.accept(opened);
    // Without a session the password was changed meanwhile, its hash strengthened, or the account deleted.
    if (opened.session_id === null) continue;
    await attempt.succeed(db, opened);
    return { account: { ...account, id }, sessionId: opened.session_id };
  }
  await attempt.fail(db);
  throw throttleErrors.wrongCredentials();
}

function judged<T>(row: T | undefined): T {
  if (row === undefined) throw new Error('the attempt was not judged');
  return row;
}
