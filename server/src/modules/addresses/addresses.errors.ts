import { apiError } from '../../platform/errors.ts';

/** Errors of addresses (reference: addresses.md, "Endpoints"). */
export const addressErrors = {
  customerNotFound: apiError(404, 'Not Found', 'customer not found'),
  notFound: apiError(404, 'Not Found', 'The requested address could not be found'),
};
