import Type from 'typebox';
import { mandatoryText, typeOf, Uuid } from '../../platform/http/schemas.ts';
import { passwordMinLengths } from '../stores/stores.limits.ts';

const fields = {
  name: mandatoryText({ maxLength: 255, examples: ['Default store'] }),
  is_sign_up_open: Type.Boolean({ description: 'Whether public access tokens may create customers' }),
  password_min_length: Type.Integer({
    ...passwordMinLengths,
    description: 'The fewest characters of a new password of a customer',
    examples: [8],
  }),
  is_common_password_refused: Type.Boolean({
    description: 'Whether customers may have none of the commonest passwords',
  }),
  is_checkout_token_required: Type.Boolean({
    description: 'Whether a checkout by customer id needs the token of that customer',
  }),
  is_gateway_simulation_allowed: Type.Boolean({
    description: 'Whether other gateways than manual may be simulated: development only',
  }),
};

/** Changes of a store: what is not sent stays. */
export const StorePatch = Type.Object(
  { type: typeOf('store'), ...Type.Partial(Type.Object(fields)).properties },
  { title: 'StorePatch' },
);

/** A store with those of its settings that the contract does not know. */
export const Store = Type.Object({ id: Uuid, type: Type.Literal('store'), ...fields }, { title: 'Store' });

export type StorePatch = Type.Static<typeof StorePatch>;
export type Store = Type.Static<typeof Store>;
