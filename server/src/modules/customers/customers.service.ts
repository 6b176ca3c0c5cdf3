import { hashPassword } from '../../platform/crypto/password-hash.ts';
import type { StoreDb, StoreTx } from '../../platform/db/database.ts';
import { violatedConstraint } from '../../platform/db/pool.ts';
import { type ExpectedTags, isExpected } from '../../platform/db/row-tags.ts';
import { anyShard } from '../../platform/db/totals.ts';
import { commonErrors } from '../../platform/errors.ts';
import type { Rule, UncheckedData } from '../../platform/http/all-faults.ts';
import { requireSameId } from '../../platform/http/validation.ts';
import { filterErrors } from '../../platform/query/filter.ts';
import { parseFilter } from '../../platform/query/filter-parameter.ts';
import type { Page } from '../../platform/query/page.ts';
import type { RawQuery } from '../../platform/query/query-string.ts';
import { foldCase } from '../../platform/text/fold.ts';
import { isUuid, newId } from '../../platform/text/uuid.ts';
import { accessErrors } from '../access/access.errors.ts';
import type { Context } from '../access/context.ts';
import { entryParameters, listAuditOfCustomer, logDeletedCustomer } from '../audit/audit.service.ts';
import { type Extended, extendedResource, type ListedPage, type Restrict } from '../flows/extended-resource.ts';
import { flowErrors } from '../flows/flows.errors.ts';
import type { WriteFields } from '../flows/resource-entries.service.ts';
import { searchRanking } from '../search/customer-search.list.ts';
import { isSearch, readSearch, termsOf } from '../search/search-query.ts';
import { customerLines } from '../search/search-texts.ts';
import { deleteOtherSessions, ownRows } from '../sessions/sessions.store.ts';
import { customerErrors } from './customers.errors.ts';
import { allCustomers, customerListing } from './customers.list.ts';
import type { CustomerPatch, NewCustomer } from './customers.schema.ts';
import {
  type CustomerChanges,
  type CustomerRow,
  clearPassword,
  deleteCustomer,
  emailConstraint,
  insertCustomer,
  type ListedCustomerRow,
  lockAddresses,
  lockCustomer,
  lockNextCustomers,
  selectCustomer,
  selectCustomersById,
  updateCustomer,
  upgradePasswordHash,
} from './customers.store.ts';
import { checkNewPassword } from './password-rules.ts';
import { knowsTags, tagsToStore } from './tags.ts';

export type { CustomerRow } from './customers.store.ts';

const customers = extendedResource('customers');

/**
 * What to answer when a statement found no customer: with a customer token its session has ended, since a session never
 * outlives its customer; without one the customer does not exist.
 */
export function customerMissing(ctx: Context): Error {
  return ctx.shopper === undefined ? customerErrors.notFound() : accessErrors.invalidCustomerToken();
}

/** The parameters of a statement on one customer. Throws 404 for what is no id. */
function oneCustomer(ctx: Context, id: string): { id: string; sessionId: string | null } {
  if (!isUuid(id)) throw customerErrors.notFound();
  return { id, sessionId: ctx.shopper?.sessionId ?? null };
}

async function mapEmailTaken<T>(write: Promise<T>): Promise<T> {
  try {
    return await write;
  } catch (error) {
    if (violatedConstraint(error) === emailConstraint) throw customerErrors.emailTaken();
    throw error;
  }
}

/** A text to set as password, or undefined when the input changes nothing (reference: ambiguities.md, A8). */
function newPasswordOf(input: { readonly password?: unknown }): string | undefined {
  return typeof input.password === 'string' && input.password !== '' ? input.password : undefined;
}

/** What the body of a new customer must obey beyond its schema; of a change of the customer `id`, where there is one. */
export function customerRules(ctx: Context, data: UncheckedData, id?: string): Rule[] {
  const password = newPasswordOf(data);
  return [
    async () => {
      if (password !== undefined) await checkNewPassword(ctx.store, password);
    },
    ...customers.rules(ctx.db, data, id),
  ];
}

async function hashNewPassword(ctx: Context, password: string | undefined): Promise<string | null> {
  if (password === undefined) return null;
  await checkNewPassword(ctx.store, password);
  return hashPassword(password);
}

/** Creates a customer. Throws 409 when the e-mail is taken, in whatever case. */
export async function createCustomer(ctx: Context, input: NewCustomer): Promise<Extended<CustomerRow>> {
  if (ctx.role === 'storefront' && !ctx.store.is_sign_up_open) throw accessErrors.notPermitted();
  await requireSignedIn(ctx);
  const passwordHash = await hashNewPassword(ctx, newPasswordOf(input));
  const id = newId(ctx.now);
  const row = await customers.write(ctx.db, { id, body: input, isNew: true }, (db, values) =>
    mapEmailTaken(
      db.first(values.pick(insertCustomer), {
        ...values.parameters,
        id,
        name: input.name,
        nameKey: foldCase(input.name),
        email: input.email,
        emailKey: foldCase(input.email),
        passwordHash,
        externalRef: input.external_ref ?? null,
        tags: tagsToStore(ctx, input) ?? [],
        ...customerLines(input, values.searchTexts),
        now: ctx.now,
        shard: anyShard(),
        ...entryParameters(ctx),
      }),
    ),
  );
  if (row === undefined) throw new Error('the customer was not stored');
  return row;
}

/** A customer token that came along must be good, also where it gives no right (reference: authentication.md). Throws 403. */
export async function requireSignedIn(ctx: Context): Promise<void> {
  if (ctx.shopper !== undefined) await getCustomer(ctx, ctx.shopper.customerId);
}

/** A customer. Throws 404 when there is none. */
export async function getCustomer(ctx: Context, id: string): Promise<Extended<CustomerRow>> {
  const [row] = await customers.show(ctx.db, await ctx.db.all(selectCustomer, oneCustomer(ctx, id)));
  if (row === undefined) throw customerMissing(ctx);
  return row;
}

/** The customers with these ids, those that there are, in no order. */
export async function findCustomers(ctx: Context, ids: readonly string[]): Promise<Extended<CustomerRow>[]> {
  return customers.show(ctx.db, await ctx.db.all(selectCustomersById, { ids }));
}

/** The next customers in the order of their ids, locked against all changes of them, and new addresses. */
export function lockCustomersAfter(tx: StoreTx, afterId: string, limit: number) {
  return tx.all(lockNextCustomers, { afterId, limit });
}

/** What a query searches for, by the parameter or in its filter, is ranked, unless it asks for a sort. */
const rankSearch =
  (query: RawQuery): Restrict =>
  asked => {
    const search = readSearch(query);
    const filter = search === undefined ? asked : [search, ...asked];
    const sought = query.sort ? undefined : filter.find(isSearch);
    if (sought === undefined) return { filter };
    return { filter: filter.filter(clause => clause !== sought), ranking: searchRanking(termsOf(sought)) };
  };

/** Nobody learns by a filter what they may not see. Throws 400, as for a name that customers do not have. */
function refuseTags(query: RawQuery): void {
  if (parseFilter(query.filter ?? '').some(({ attribute }) => attribute === 'tags')) throw filterErrors.syntax();
}

/** A page of customers, of those that a search finds if there is one; with a customer token, of that customer alone. */
export async function listCustomers(ctx: Context, query: RawQuery): Promise<ListedPage<Extended<ListedCustomerRow>>> {
  if (!knowsTags(ctx)) refuseTags(query);
  const scope = ctx.shopper === undefined ? allCustomers : ownRows('id', ctx.shopper);
  const page = await customers.list(ctx, customerListing, query, scope, rankSearch(query));
  if (page === undefined) throw accessErrors.invalidCustomerToken();
  return page;
}

/** Throws 404 when there is no such customer, and 412 when the customer is in no expected state. */
async function requireExpected(ctx: Context, id: string, expected: ExpectedTags): Promise<void> {
  if (!isExpected(expected, await getCustomer(ctx, id))) throw commonErrors.preconditionFailed();
}

function changesOf(ctx: Context, patch: CustomerPatch, passwordHash: string | null): CustomerChanges {
  return {
    name: patch.name ?? null,
    nameKey: patch.name === undefined ? null : foldCase(patch.name),
    email: patch.email ?? null,
    emailKey: patch.email === undefined ? null : foldCase(patch.email),
    passwordHash,
    setsExternalRef: patch.external_ref !== undefined,
    externalRef: patch.external_ref ?? null,
    tags: tagsToStore(ctx, patch),
  };
}

/**
 * Changes a customer: keys not sent keep their value. A new password ends the customer's other sessions. Throws 412 when
 * the customer is in no expected state.
 */
export async function changeCustomer(
  ctx: Context,
  id: string,
  patch: CustomerPatch,
  expected: ExpectedTags,
): Promise<Extended<CustomerRow>> {
  const one = oneCustomer(ctx, id);
  requireSameId(patch.id, id);
  const password = newPasswordOf(patch);
  // A hash is dear: it is not made for whoever may not change the customer.
  if (password !== undefined) await requireExpected(ctx, id, expected);
  const passwordHash = await hashNewPassword(ctx, password);
  const changes = { ...one, ...changesOf(ctx, patch, passwordHash), ...entryParameters(ctx), now: ctx.now, expected };
  const row = await customers.write(ctx.db, { id, body: patch, isNew: false }, (db, values) => {
    const change = (on: StoreDb) =>
      on.first(values.pick(updateCustomer), {
        ...changes,
        ...values.parameters,
        ...customerLines(patch, values.searchTexts),
      });
    if (passwordHash === null) return mapEmailTaken(change(db));
    return mapEmailTaken(
      db.inTransaction(async tx => {
        // A sign-in with the old password may be under way: with the lock its session is seen, and ended.
        await tx.first(lockCustomer, one);
        const changed = await change(tx);
        if (changed !== undefined) await tx.all(deleteOtherSessions, { customerId: id, keptId: one.sessionId });
        return changed;
      }),
    );
  });
  if (row !== undefined) return row;
  if (expected === null) throw customerMissing(ctx);
  await getCustomer(ctx, id);
  throw commonErrors.preconditionFailed();
}

/** Writes fields of a customer that stays locked until it is done. Throws 404 when there is none. */
export const writeCustomerFields: WriteFields = (ctx, { id }, fieldsOf) =>
  ctx.db.inTransaction(async tx => {
    const row = await tx.first(lockCustomer, oneCustomer(ctx, id));
    if (row === undefined) throw flowErrors.entryNotFound();
    return changeCustomer({ ...ctx, db: tx }, id, await fieldsOf(tx, row.custom_values), null);
  });

/**
 * Removes the password of a customer, if there is one, and ends all their sessions. Throws 404 when there is no customer,
 * and 412 when the customer is in no expected state.
 */
export async function removePassword(ctx: Context, id: string, tags: ExpectedTags): Promise<void> {
  const one = oneCustomer(ctx, id);
  await ctx.db.inTransaction(async tx => {
    // As with a new password: a sign-in with the old one may be under way.
    const locked = await tx.first(lockCustomer, one);
    if (locked === undefined) throw customerMissing(ctx);
    if (!isExpected(tags, locked)) throw commonErrors.preconditionFailed();
    const cleared = await tx.first(clearPassword, { id, now: ctx.now, ...entryParameters(ctx) });
    if (cleared !== undefined) await tx.all(deleteOtherSessions, { customerId: id, keptId: null });
  });
}

/** Stores a stronger hash of the password that was just verified. */
export async function strengthenPasswordHash(
  db: StoreDb,
  { id, verifiedHash }: { readonly id: string; readonly verifiedHash: string },
  password: string,
): Promise<string> {
  const to = await hashPassword(password);
  await db.all(upgradePasswordHash, { id, from: verifiedHash, to });
  return to;
}

/**
 * Deletes a customer with their addresses and sessions. Throws 404 when there is none, and 412 when the customer is in no
 * expected state.
 */
export async function removeCustomer(ctx: Context, id: string, expected: ExpectedTags): Promise<void> {
  const one = oneCustomer(ctx, id);
  await ctx.db.inTransaction(async tx => {
    // Locked first, so that nobody adds an address with values of fields meanwhile, or values to one.
    const locked = await tx.first(lockCustomer, one);
    if (locked === undefined) throw customerMissing(ctx);
    if (!isExpected(expected, locked)) throw commonErrors.preconditionFailed();
    await tx.all(lockAddresses, { customerId: id });
    await tx.first(deleteCustomer, { id, shard: anyShard() });
    await logDeletedCustomer(tx, ctx, id);
  });
}

/** A page of what was done to a customer, their addresses and sessions, newest first. Throws 404 when there is no customer. */
export async function listCustomerLogs(ctx: Context, id: string, page: Page) {
  const found = await listAuditOfCustomer(ctx, oneCustomer(ctx, id).id, page);
  if (found.total === 0) await getCustomer(ctx, id);
  return found;
}
