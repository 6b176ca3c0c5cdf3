import { type ErrorEntry, throwAny } from '../../platform/errors.ts';
import { isEmail } from '../../platform/text/email.ts';
import { isStorable } from '../../platform/text/storable.ts';
import {
  type BillingAddress,
  billingFields,
  missingFields,
  type ShippingAddress,
  shippingFields,
} from '../orders/orders.address.ts';
import { checkoutErrors } from './checkout.errors.ts';
import type { CheckoutRequest } from './checkout.schema.ts';

/** Whom a checkout is for, as it was asked for. */
export type Buyer =
  | { readonly kind: 'customer'; readonly id: string }
  | { readonly kind: 'guest'; readonly name: string; readonly email: string }
  /** Nobody was named: the customer token says who it is. */
  | { readonly kind: 'shopper' };

const maxNameLength = 255;

/** Reads `customer`; of an id and a name the id wins. Throws 400 for a guest without name or e-mail. */
export function readBuyer({ customer }: CheckoutRequest): Buyer {
  if (typeof customer === 'string' && customer !== '') return { kind: 'customer', id: customer };
  if (typeof customer !== 'object' || customer === null) return { kind: 'shopper' };
  const { id, name, email } = customer;
  if (id !== undefined && id !== null && id !== '') return { kind: 'customer', id: readText('customer.id', id) };
  if (isAbsent(name) && isAbsent(email)) return { kind: 'shopper' };
  const guest = { name: readText('customer.name', name), email: readText('customer.email', email) };
  if ([...guest.name].length > maxNameLength) throw checkoutErrors.tooLong('customer.name', maxNameLength);
  if (!isEmail(guest.email)) throw checkoutErrors.wrongEmail();
  return { kind: 'guest', ...guest };
}

const isAbsent = (value: unknown) => value === undefined || value === null || value === '';

function readText(path: string, value: unknown): string {
  if (isAbsent(value)) throw checkoutErrors.required(path);
  if (typeof value !== 'string') throw checkoutErrors.wrongType(path);
  if (!isStorable(value)) throw checkoutErrors.wrongCharacters(path);
  if (value.trim() === '') throw checkoutErrors.required(path);
  return value.trim();
}

type Texts<F extends string> = { readonly [Field in F]?: string | null };

const faultsOf = (name: string, address: Texts<(typeof billingFields)[number]>): ErrorEntry[] =>
  missingFields(address).map(field => checkoutErrors.required(`${name}.${field}`).entry);

const texts = <F extends string>(fields: readonly F[], address: Texts<F>) =>
  Object.fromEntries(fields.map(field => [field, address[field] ?? ''])) as Record<F, string>;

/** Both addresses of an order, whole; shipping as billing when it is left out. Throws 400 for what is missing. */
export function readAddresses(request: CheckoutRequest): { billing: BillingAddress; shipping: ShippingAddress } {
  const { billing_address: billing, shipping_address } = request;
  const shipping = shipping_address ?? billing;
  throwAny([
    ...faultsOf('billing_address', billing),
    ...(shipping_address ? faultsOf('shipping_address', shipping_address) : []),
  ]);
  return { billing: texts(billingFields, billing), shipping: texts(shippingFields, shipping) };
}
