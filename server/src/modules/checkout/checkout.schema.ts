import Type from 'typebox';
import { document, fieldsBeside, keywordErrors } from '../../platform/http/schemas.ts';
import { addressInput, billingFields, shippingFields } from '../orders/orders.address.ts';
import { orderReferences } from '../orders/orders.schema.ts';

const address = <F extends string>(fields: readonly F[]) =>
  addressInput(
    fields,
    'Mandatory: first_name, last_name, line_1, postcode, country, and county or region. Other members are ignored.',
  );

/** A checkout (reference: carts-and-checkout.md, "Checkout"). */
export const CheckoutRequest = document(
  Type.Object(
    {
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
      ...orderReferences,
    },
    { title: 'Checkout', ...fieldsBeside('orders') },
  ),
  keywordErrors,
);

export type CheckoutRequest = Type.Static<typeof CheckoutRequest>['data'];
