import { apiError, notFoundError } from '../../platform/errors.ts';

/** Errors of addresses (reference: addresses.md, "Endpoints"). */
export const addressErrors = {
  customerNotFound: apiError(404, 'Not Found', 'customer not found'),
  notFound: notFoundError('address'),
};
