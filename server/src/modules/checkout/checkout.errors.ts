import { apiError, keywordError } from '../../platform/errors.ts';

/** Errors of checkout (reference: carts-and-checkout.md, "Checkout"). */
export const checkoutErrors = {
  emptyCart: apiError(400, 'Bad Request', 'The cart is empty'),
  customerRequired: () => keywordError('required', 'data.customer', 'customer is required'),
  customerNotFound: apiError(404, 'Not Found', 'customer not found'),
  required: (path = '<member>') => keywordError('required', `data.${path}`, `${path.split('.').at(-1)} is required`),
  wrongEmail: () => keywordError('format', 'data.customer.email', 'email must be a valid email address'),
  wrongType: (path = '<member>') => keywordError('type', `data.${path}`, `${path.split('.').at(-1)} must be a string`),
  tooLong: (path = '<member>', most = 64) =>
    keywordError('max', `data.${path}`, `${path.split('.').at(-1)} may not be greater than ${most} characters`),
};
