import { apiError, notFoundError } from '../../platform/errors.ts';

/** Errors of customers (reference: customers.md, "Errors"). */
export const customerErrors = {
  notFound: notFoundError('customer'),
  emailTaken: apiError(409, 'Conflict', 'A customer with this email already exists', 'data.email'),
};
