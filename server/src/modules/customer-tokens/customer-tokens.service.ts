import { needsRehash, verifyPassword } from '../../platform/crypto/password-hash.ts';
import type { Page } from '../../platform/query/page.ts';
import { foldCase } from '../../platform/text/fold.ts';
import { isUuid, newId } from '../../platform/text/uuid.ts';
import type { Context } from '../access/context.ts';
import type { Services } from '../access/services.ts';
import { customerErrors } from '../customers/customers.errors.ts';
import {
  type CustomerRow,
  customerMissing,
  findCustomerByEmail,
  strengthenPasswordHash,
} from '../customers/customers.service.ts';
import {
  deleteSession,
  deleteSessions,
  insertSession,
  type SessionRow,
  selectSessions,
} from '../sessions/sessions.store.ts';
import { sessionErrors } from './customer-tokens.errors.ts';
import type { CustomerToken, NewCustomerToken } from './customer-tokens.schema.ts';

const maxUserAgentLength = 255;

/** How often a sign-in is decided anew because the stored hash was replaced while the old one was verified. */
const maxDecisions = 3;

/**
 * Signs a customer in. Throws the same 401, after the same work, for an unknown e-mail, a wrong password and a customer
 * without one; 429 when there were too many failures; 503 when too many sign-ins are waiting.
 */
export async function signIn(ctx: Context, services: Services, input: NewCustomerToken): Promise<CustomerToken> {
  const throttle = services.throttles.signIn;
  // The request may run in a transaction (modules/idempotency), which begins with the session: a failure is remembered
  // even when it is undone, and no connection is held while the password is hashed.
  const outside = services.database.forStore(ctx.store.id);
  const attempt = {
    account: `${ctx.store.id} ${foldCase(input.email)}`,
    secret: input.password,
    clientAddress: ctx.clientAddress,
  };
  const issued = Math.floor(ctx.now.getTime() / 1000);
  const expires = issued + services.config.CLIENTELE_CUSTOMER_TOKEN_TTL;
  let [customer] = await Promise.all([
    findCustomerByEmail(outside, input.email),
    throttle.check(outside, attempt, ctx.now),
  ]);
  for (let decision = 0; decision < maxDecisions; decision += 1) {
    const isRight = await verifyPassword(input.password, customer?.password_hash);
    if (customer === undefined || customer.password_hash === null || !isRight) break;
    if (decision === 0) await throttle.succeed(outside, attempt, ctx.now);
    const session = await openSession(ctx, customer, customer.password_hash, input.password, new Date(expires * 1000));
    if (session !== undefined) {
      const claims = { sub: customer.id, name: customer.name, jti: session.id };
      return {
        type: 'token',
        id: session.id,
        customer_id: customer.id,
        token: services.tokens.sign('customer', claims, { issued, expires }),
        expires,
      };
    }
    // Meanwhile the password was changed, or its hash strengthened by another sign-in, or the customer deleted.
    customer = await findCustomerByEmail(outside, input.email);
  }
  await throttle.fail(outside, attempt, ctx.now);
  throw sessionErrors.wrongCredentials();
}

/** Opens a session unless the hash that was verified is no longer the customer's. */
async function openSession(
  ctx: Context,
  customer: CustomerRow,
  verifiedHash: string,
  password: string,
  expires: Date,
): Promise<SessionRow | undefined> {
  const passwordHash = needsRehash(verifiedHash)
    ? await strengthenPasswordHash(ctx.db, customer, password)
    : verifiedHash;
  return ctx.db.first(insertSession, {
    id: newId(ctx.now),
    customerId: customer.id,
    passwordHash,
    userAgent: ctx.userAgent.slice(0, maxUserAgentLength),
    now: ctx.now,
    expires,
  });
}

/** Ends the session behind a token: log out. With a customer token, only a session of that customer. */
export async function signOut(ctx: Context, tokenId: string): Promise<void> {
  const ended = isUuid(tokenId)
    ? await ctx.db.first(deleteSession, {
        id: tokenId,
        customerId: ctx.shopper?.customerId ?? null,
        sessionId: ctx.shopper?.sessionId ?? null,
      })
    : undefined;
  if (ended !== undefined) return;
  // With a token whose session has ended, this is about the token, not about what it asks for.
  if (ctx.shopper !== undefined) await listSessions(ctx, ctx.shopper.customerId, { limit: 1, offset: 0 });
  throw sessionErrors.tokenNotFound();
}

function ofCustomer(ctx: Context, customerId: string): { customerId: string; sessionId: string | null } {
  if (!isUuid(customerId)) throw customerErrors.notFound();
  return { customerId, sessionId: ctx.shopper?.sessionId ?? null };
}

/** A page of the live sessions of a customer, newest first. */
export async function listSessions(
  ctx: Context,
  customerId: string,
  page: Page,
): Promise<{ rows: SessionRow[]; total: number }> {
  const rows = await ctx.db.all(selectSessions, { ...ofCustomer(ctx, customerId), ...page, now: ctx.now });
  const [first] = rows;
  if (first === undefined) throw customerMissing(ctx);
  return { rows: rows.filter((row): row is typeof row & { id: string } => row.id !== null), total: first.total };
}

/** Ends every session of a customer, the one that asks included. */
export async function endSessions(ctx: Context, customerId: string): Promise<void> {
  const found = await ctx.db.first(deleteSessions, { ...ofCustomer(ctx, customerId), id: null });
  if (found === undefined) throw customerMissing(ctx);
}

/** Ends one session of a customer. */
export async function endSession(ctx: Context, customerId: string, sessionId: string): Promise<void> {
  const of = ofCustomer(ctx, customerId);
  const found = await ctx.db.first(deleteSessions, { ...of, id: isUuid(sessionId) ? sessionId : customerId });
  if (found === undefined) throw customerMissing(ctx);
  if (found.ended === 0) throw sessionErrors.notFound();
}
