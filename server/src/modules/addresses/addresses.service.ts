import { NIL } from 'uuid';
import type { StoreTx } from '../../platform/db/database.ts';
import { violatedConstraint } from '../../platform/db/pool.ts';
import { type ExpectedTags, isExpected } from '../../platform/db/row-tags.ts';
import { commonErrors, failedMember, throwAny } from '../../platform/errors.ts';
import type { Rule, UncheckedData } from '../../platform/http/all-faults.ts';
import { requireSameId } from '../../platform/http/validation.ts';
import { wordings } from '../../platform/http/validation-errors.ts';
import type { Page } from '../../platform/query/page.ts';
import { isUuid, newId } from '../../platform/text/uuid.ts';
import { accessErrors } from '../access/access.errors.ts';
import type { Context } from '../access/context.ts';
import { entryParameters } from '../audit/audit.service.ts';
import { type Extended, extendedResource } from '../flows/extended-resource.ts';
import { flowErrors } from '../flows/flows.errors.ts';
import type { WriteFields } from '../flows/resource-entries.service.ts';
import { addressLine, linesOf, type SearchChange } from '../search/search-texts.ts';
import { addressErrors } from './addresses.errors.ts';
import { mandatoryByDefault } from './addresses.mandatory.ts';
import { type AddressField, type AddressPatch, addressFields, type NewAddress } from './addresses.schema.ts';
import {
  type AddressRow,
  type AddressTexts,
  deleteAddress,
  insertAddress,
  lockAddress,
  lockAddressesOfCustomers,
  selectAddress,
  selectAddresses,
  selectAddressPage,
  updateAddress,
} from './addresses.store.ts';

const addresses = extendedResource('addresses');

/** What to answer when no customer was found: see customerMissing in customers.service.ts. */
function customerMissing(ctx: Context): Error {
  return ctx.shopper === undefined ? addressErrors.customerNotFound() : accessErrors.invalidCustomerToken();
}

function ofCustomer(ctx: Context, customerId: string): { customerId: string; sessionId: string | null } {
  if (!isUuid(customerId)) throw addressErrors.customerNotFound();
  return { customerId, sessionId: ctx.shopper?.sessionId ?? null };
}

/** The texts of an input; null clears. */
function textsOf(input: NewAddress | AddressPatch): Partial<AddressTexts> {
  const sent = addressFields.filter(field => input[field] !== undefined);
  return Object.fromEntries(sent.map(field => [field, input[field] ?? '']));
}

/** Either of them is enough, by default. */
const placeFields: readonly AddressField[] = ['county', 'region'];

const isBlank = (text: string | undefined) => text === undefined || text.trim() === '';

/** Throws 422 for every mandatory field among `checked` that would be blank. */
function checkMandatory(ctx: Context, texts: Partial<AddressTexts>, checked: readonly AddressField[]): void {
  const own = ctx.store.address_mandatory_fields as AddressField[] | null;
  const missing = (own ?? mandatoryByDefault).filter(field => {
    if (own === null && field === 'county') {
      return placeFields.some(name => checked.includes(name)) && placeFields.every(name => isBlank(texts[name]));
    }
    return checked.includes(field) && isBlank(texts[field]);
  });
  throwAny(missing.map(field => failedMember(`data.${field}`, wordings.required(`data.${field}`))));
}

/** What the body of a new address must obey beyond its schema; of a change of the address `id`, where there is one. */
export function addressRules(ctx: Context, data: UncheckedData, id?: string): Rule[] {
  const isNew = id === undefined;
  // Of a change it is not known here whether the address has the one of county and region that was not sent.
  const checked = addressFields.filter(field => isNew || (data[field] !== undefined && !placeFields.includes(field)));
  // What is no text has a fault of its own, and is not missing.
  const textOf = (value: unknown) => (typeof value === 'string' ? value : typeof value);
  const texts = Object.fromEntries(checked.map(field => [field, textOf(data[field] ?? '')]));
  return [() => checkMandatory(ctx, texts, checked), ...addresses.rules(ctx.db, data, id)];
}

/** Every address of a customer, oldest first. */
export async function listAddresses(ctx: Context, customerId: string): Promise<Extended<AddressRow>[]> {
  const rows = await ctx.db.all(selectAddresses, ofCustomer(ctx, customerId));
  if (rows.length === 0) throw customerMissing(ctx);
  return addresses.show(
    ctx.db,
    rows.filter(row => row.id !== null),
  );
}

/** The addresses of these customers, locked against changes. */
export function lockAddressesOf(tx: StoreTx, customerIds: readonly string[]): Promise<AddressRow[]> {
  return tx.all(lockAddressesOfCustomers, { customerIds });
}

/** A page of the addresses of a customer. */
export async function listAddressPage(
  ctx: Context,
  customerId: string,
  page: Page,
): Promise<{ rows: Extended<AddressRow>[]; total: number }> {
  const rows = await ctx.db.all(selectAddressPage, { ...ofCustomer(ctx, customerId), ...page });
  const [first] = rows;
  if (first === undefined) throw customerMissing(ctx);
  const found = rows.filter(row => row.id !== null);
  return { rows: await addresses.show(ctx.db, found), total: first.total };
}

/** An address. Throws 404 for an unknown one and for one of another customer alike. */
export async function getAddress(ctx: Context, customerId: string, id: string): Promise<Extended<AddressRow>> {
  const of = ofCustomer(ctx, customerId);
  const row = await ctx.db.first(selectAddress, { ...of, id: knownId(id) });
  if (row === undefined) throw customerMissing(ctx);
  const [found] = await addresses.show(ctx.db, row.id === null ? [] : [row]);
  if (found === undefined) throw addressErrors.notFound();
  return found;
}

/** Stands for an id that is none, so that the customer is looked up all the same. */
const knownId = (id: string) => (isUuid(id) ? id : NIL);

const searchChange = (addressId: string, texts: AddressTexts): SearchChange => ({
  searchLines: addressLine(addressId, texts),
  replacedLines: linesOf([{ id: addressId }]),
});

/** Adds an address. */
export async function addAddress(ctx: Context, customerId: string, input: NewAddress): Promise<Extended<AddressRow>> {
  const of = ofCustomer(ctx, customerId);
  const blank = Object.fromEntries(addressFields.map(field => [field, ''])) as AddressTexts;
  const texts: AddressTexts = { ...blank, ...textsOf(input) };
  checkMandatory(ctx, texts, addressFields);
  const id = newId(ctx.now);
  try {
    const fixed = { ...of, ...texts, ...searchChange(id, texts), id, ...entryParameters(ctx), now: ctx.now };
    const row = await addresses.write(ctx.db, { id, body: input, isNew: true }, (db, values) =>
      db.first(values.pick(insertAddress), { ...fixed, ...values.parameters }),
    );
    if (row === undefined) throw customerMissing(ctx);
    return row;
  } catch (error) {
    // The customer was deleted at the same moment.
    if (violatedConstraint(error) === 'addresses_customer_fkey') throw customerMissing(ctx);
    throw error;
  }
}

/**
 * Changes an address: keys not sent keep their value. `updated_at` moves only when something did. Throws 412 when it is in
 * no expected state.
 */
export async function changeAddress(
  ctx: Context,
  customerId: string,
  id: string,
  patch: AddressPatch,
  tags: ExpectedTags,
): Promise<Extended<AddressRow>> {
  const of = ofCustomer(ctx, customerId);
  requireSameId(patch.id, id);
  const changed = await addresses.write(ctx.db, { id, body: patch, isNew: false }, (db, values) =>
    db.inTransaction(async (tx): Promise<AddressRow | undefined> => {
      const row = await tx.first(lockAddress, { ...of, id: knownId(id) });
      if (row === undefined) return undefined;
      if (!isExpected(tags, row)) throw commonErrors.preconditionFailed();
      const sent = textsOf(patch);
      const texts: AddressTexts = { ...row, ...sent };
      checkMandatory(ctx, texts, Object.keys(sent) as AddressField[]);
      const isSame = addressFields.every(field => texts[field] === row[field]) && !values.change(row);
      if (isSame) return row;
      const fixed = { ...texts, ...searchChange(id, texts), customerId, id, ...entryParameters(ctx), now: ctx.now };
      return tx.first(values.pick(updateAddress), { ...fixed, ...values.parameters });
    }),
  );
  // Tells an unknown address from an unknown customer.
  return changed ?? getAddress(ctx, customerId, id);
}

/** Writes fields of an address that stays locked until it is done. Throws 404 when there is none. */
export const writeAddressFields: WriteFields = (ctx, { id, parent_id }, fieldsOf) =>
  ctx.db.inTransaction(async tx => {
    const of = ofCustomer(ctx, parent_id ?? '');
    const row = await tx.first(lockAddress, { ...of, id });
    if (row === undefined) throw flowErrors.entryNotFound();
    return changeAddress({ ...ctx, db: tx }, of.customerId, id, await fieldsOf(tx, row.custom_values), null);
  });

/** Deletes an address. Throws 412 when it is in no expected state. */
export async function removeAddress(ctx: Context, customerId: string, id: string, tags: ExpectedTags): Promise<void> {
  const one = { ...ofCustomer(ctx, customerId), id: knownId(id) };
  const found = await ctx.db.inTransaction(async tx => {
    // Locked first, so that nobody gives it values of fields meanwhile.
    await tx.first(lockAddress, one);
    return tx.first(deleteAddress, { ...one, ...entryParameters(ctx), tags, removedLines: linesOf([{ id: one.id }]) });
  });
  if (found === undefined) throw customerMissing(ctx);
  if (found.deleted) return;
  throw found.found && tags !== null ? commonErrors.preconditionFailed() : addressErrors.notFound();
}
