import Type from 'typebox';
import { text } from '../../platform/http/schemas.ts';

/** The fields of a billing address, in the order of the contract (reference: orders.md, "Order object"). */
export const billingFields = [
  'first_name',
  'last_name',
  'company_name',
  'line_1',
  'line_2',
  'city',
  'postcode',
  'county',
  'region',
  'country',
] as const;

/** A shipping address has two more. */
export const shippingFields = [...billingFields, 'phone_number', 'instructions'] as const;

export type BillingAddress = Readonly<Record<(typeof billingFields)[number], string>>;
export type ShippingAddress = Readonly<Record<(typeof shippingFields)[number], string>>;

const examples: Readonly<Record<string, string>> = {
  first_name: 'Ada',
  last_name: 'Okafor',
  line_1: '12 Mill Lane',
  city: 'Leeds',
  county: 'West Yorkshire',
  postcode: 'LS1 4AB',
  country: 'GB',
};

const field = (name: string) =>
  Type.Optional(
    Type.Unsafe<string | null>({
      ...text({ ...(examples[name] !== undefined && { examples: [examples[name]] }) }),
      type: ['string', 'number', 'null'],
      textual: true,
    }),
  );

/** An address of an order as it is sent, with whatever fields: a number stands for its digits, null for nothing. */
export const addressInput = <F extends string>(fields: readonly F[], description: string) =>
  Type.Object(Object.fromEntries(fields.map(name => [name, field(name)])) as Record<F, ReturnType<typeof field>>, {
    description,
  });

const mandatory = ['first_name', 'last_name', 'line_1', 'postcode', 'country'] as const;

const isBlank = (value: string | null | undefined) => value === undefined || value === null || value.trim() === '';

/** The mandatory fields that an address lacks (reference: carts-and-checkout.md, "Checkout"): county or region is enough. */
export function missingFields(address: { readonly [Field in keyof BillingAddress]?: string | null }): string[] {
  const missing: string[] = mandatory.filter(name => isBlank(address[name]));
  if (isBlank(address.county) && isBlank(address.region)) missing.push('county');
  return missing;
}
