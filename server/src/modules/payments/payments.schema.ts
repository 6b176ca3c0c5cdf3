import Type, { type Static, type TProperties } from 'typebox';
import { Timestamps, text, Uuid } from '../../platform/http/schemas.ts';
import { Money } from '../prices/prices.schema.ts';

const optionalText = (description: string) => Type.Optional(Type.Union([text(), Type.Null()], { description }));

const PaymentMeta = Type.Object({
  name: optionalText('Kept on the transaction'),
  custom_reference: optionalText('Your own reference'),
});

/** A payment of an order. What a real gateway would need besides (`payment`, `options`) is accepted and ignored. */
export const NewPayment = Type.Object(
  {
    gateway: text({ description: 'Slug of an enabled gateway', examples: ['manual'] }),
    method: Type.String({ enum: ['authorize', 'purchase'] }),
    amount: Type.Optional(
      Type.Unsafe<number | null>({
        type: ['integer', 'null'],
        description: 'Minor units, from 1 to what is owed; all of it when left out. 0 for an order of nothing',
        examples: [3600],
      }),
    ),
    paymentmethod_meta: Type.Optional(
      Type.Unsafe<Static<typeof PaymentMeta> | null>({ ...PaymentMeta, type: ['object', 'null'] }),
    ),
  },
  { title: 'NewPayment' },
);

/** A body that may be left out: the SDK sends none. */
const optionalBody = <T extends TProperties>(members: T) => {
  const body = Type.Object({ data: Type.Optional(Type.Object(members)) });
  return Type.Unsafe<Static<typeof body> | null>({ ...body, type: ['object', 'null'] });
};

/** A capture. */
export const Capture = optionalBody({ custom_reference: optionalText('Your own reference') });

/** A refund of an amount, or of the whole rest. */
export const Refund = optionalBody({
  amount: Type.Optional(
    Type.Unsafe<number | null>({
      type: ['integer', 'null'],
      minimum: 1,
      description: 'Minor units; the whole rest when left out',
    }),
  ),
});

/** A transaction of an order (reference: orders.md, "Transaction"). */
export const Transaction = Type.Object(
  {
    id: Uuid,
    type: Type.Literal('transaction'),
    reference: Type.String({ examples: ['manual'] }),
    custom_reference: Type.Optional(Type.String()),
    name: Type.Optional(Type.String()),
    gateway: Type.String({ examples: ['manual'] }),
    amount: Type.Integer({ description: 'Minor units' }),
    refunded_amount: Type.Integer({ description: 'Minor units' }),
    currency: Type.String({ examples: ['GBP'] }),
    transaction_type: Type.String({ enum: ['authorize', 'purchase', 'capture', 'refund'] }),
    'transaction-type': Type.String({ description: 'The same, as older clients spell it' }),
    status: Type.String({ enum: ['complete', 'failed', 'pending', 'cancelled'] }),
    simulated: Type.Optional(Type.Literal(true, { description: 'No money has moved: the gateway is simulated' })),
    relationships: Type.Object({
      order: Type.Object({ data: Type.Object({ type: Type.Literal('order'), id: Uuid }) }),
    }),
    meta: Type.Object({
      display_price: Money,
      display_refunded_amount: Type.Object({ total: Money }),
      ...Timestamps.properties,
    }),
  },
  { title: 'Transaction', additionalProperties: true },
);

export type NewPayment = Type.Static<typeof NewPayment>;
export type Transaction = Type.Static<typeof Transaction>;
