import { needsRehash } from '../../platform/crypto/password-hash.ts';
import type { Page } from '../../platform/query/page.ts';
import { foldCase } from '../../platform/text/fold.ts';
import { isUuid, newId } from '../../platform/text/uuid.ts';
import type { Context } from '../access/context.ts';
import type { Services } from '../access/services.ts';
import { entryParametersOfOthers } from '../audit/audit.service.ts';
import { customerErrors } from '../customers/customers.errors.ts';
import { customerMissing, strengthenPasswordHash } from '../customers/customers.service.ts';
import { deleteSession, deleteSessions, type SessionRow, selectSessions } from '../sessions/sessions.store.ts';
import { maxUserAgentLength, signInByPassword } from '../throttle/password-sign-in.ts';
import { sessionErrors } from './customer-tokens.errors.ts';
import type { CustomerToken, NewCustomerToken } from './customer-tokens.schema.ts';
import { insertSession, selectSignIn } from './customer-tokens.store.ts';

/**
 * Signs a customer in. Throws the same 401, after the same work, for an unknown e-mail, a wrong password and a customer
 * without one; 429 when there were too many failures; 503 when too many sign-ins are waiting.
 */
export async function signIn(ctx: Context, services: Services, input: NewCustomerToken): Promise<CustomerToken> {
  // The request may run in a transaction (modules/idempotency), which begins with the session: a failure is remembered
  // even when it is undone, and no connection is held while the password is hashed.
  const outside = services.database.forStore(ctx.store.id);
  const { password } = input;
  const emailKey = foldCase(input.email);
  const attempt = services.throttles.signIn.watch(
    { account: `${ctx.store.id} ${emailKey}`, secret: password, clientAddress: ctx.clientAddress },
    ctx.now,
  );
  const issued = Math.floor(ctx.now.getTime() / 1000);
  const expires = issued + services.config.CLIENTELE_CUSTOMER_TOKEN_TTL;
  const { account, sessionId } = await signInByPassword({
    attempt,
    password,
    db: outside,
    find: () => outside.first(selectSignIn, { ...attempt.parameters, emailKey }),
    open: async ({ id, hash }) => {
      const passwordHash = needsRehash(hash)
        ? await strengthenPasswordHash(ctx.db, { id, verifiedHash: hash }, password)
        : hash;
      return ctx.db.first(insertSession, {
        ...attempt.parameters,
        id: newId(ctx.now),
        customerId: id,
        passwordHash,
        userAgent: ctx.userAgent.slice(0, maxUserAgentLength),
        now: ctx.now,
        expires: new Date(expires * 1000),
      });
    },
  });
  const claims = { sub: account.id, name: account.name, jti: sessionId };
  return {
    type: 'token',
    id: sessionId,
    customer_id: account.id,
    token: services.tokens.sign('customer', claims, { issued, expires }),
    expires,
  };
}

/** Ends the session behind a token: log out. With a customer token, only a session of that customer. */
export async function signOut(ctx: Context, tokenId: string): Promise<void> {
  const ended = isUuid(tokenId)
    ? await ctx.db.first(deleteSession, {
        id: tokenId,
        customerId: ctx.shopper?.customerId ?? null,
        sessionId: ctx.shopper?.sessionId ?? null,
        ...entryParametersOfOthers(ctx),
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
  const found = await ctx.db.first(deleteSessions, {
    ...ofCustomer(ctx, customerId),
    ...entryParametersOfOthers(ctx),
    id: null,
  });
  if (found === undefined) throw customerMissing(ctx);
}

/** Ends one session of a customer. */
export async function endSession(ctx: Context, customerId: string, sessionId: string): Promise<void> {
  const of = ofCustomer(ctx, customerId);
  const found = await ctx.db.first(deleteSessions, {
    ...of,
    ...entryParametersOfOthers(ctx),
    id: isUuid(sessionId) ? sessionId : customerId,
  });
  if (found === undefined) throw customerMissing(ctx);
  if (found.ended === 0) throw sessionErrors.notFound();
}
