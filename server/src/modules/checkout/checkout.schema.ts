import Type from 'typebox';
import { document, keywordErrors, text } from '../../platform/http/schemas.ts';
import { billingFields, shippingFields } from '../orders/orders.schema.ts';

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

const address = <F extends string>(fields: readonly F[]) =>
  Type.Object(Object.fromEntries(fields.map(name => [name, field(name)])) as Record<F, ReturnType<typeof field>>, {
    description:
      'Mandatory: first_name, last_name, line_1, postcode, country, and county or region. Other members are ignored.',
  });

/** A checkout (reference: carts-and-checkout.md, "Checkout"). */
export const CheckoutRequest = document(
  Type.Object({
    customer: Type.Optional(
      Type.Unsafe<string | { readonly id?: unknown; readonly name?: unknown; readonly email?: unknown } | null>({
        type: ['object', 'string', 'null'],
        format: 'text',
        description:
          'A returning customer by `id` (or the id itself); a guest by `name` and `email`, who is never linked to a customer. May be left out with a customer token.',
        examples: [{ id: '3f0c1a52-7a0e-4c55-9f0b-6a1d2f9f1c01' }, { name: 'Ada Okafor', email: 'ada@example.com' }],
      }),
    ),
    billing_address: address(billingFields),
    shipping_address: Type.Optional(
      Type.Union([address(shippingFields), Type.Null()], { description: 'As the billing address when left out' }),
    ),
    order_number: Type.Optional(Type.Union([text({ maxLength: 64 }), Type.Null()])),
    external_ref: Type.Optional(Type.Union([text({ maxLength: 64 }), Type.Null()])),
  }),
  keywordErrors,
);

export type CheckoutRequest = Type.Static<typeof CheckoutRequest>['data'];
