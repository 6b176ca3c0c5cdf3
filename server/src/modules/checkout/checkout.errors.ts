import { apiError, keywordError } from '../../platform/errors.ts';
import { rules } from '../../platform/http/validation-errors.ts';

const nameOf = (path: string) => path.split('.').at(-1);

/** Errors of checkout (reference: carts-and-checkout.md, "Checkout"). */
export const checkoutErrors = {
  emptyCart: apiError(400, 'Bad Request', 'The cart is empty'),
  customerRequired: () => keywordError('required', 'data.customer', 'customer is required'),
  customerNotFound: apiError(404, 'Not Found', 'customer not found'),
  required: (path = '<member>') => keywordError('required', `data.${path}`, `${nameOf(path)} is required`),
  wrongEmail: () => keywordError('format', 'data.customer.email', `email ${rules.email()}`),
  wrongType: (path = '<member>') => keywordError('type', `data.${path}`, `${nameOf(path)} ${rules.type('string')}`),
  wrongCharacters: (path = '<member>') =>
    keywordError('format', `data.${path}`, `${nameOf(path)} ${rules.characters()}`),
  tooLong: (path = '<member>', most = 64) =>
    keywordError('max', `data.${path}`, `${nameOf(path)} ${rules.maxLength(most)}`),
};
