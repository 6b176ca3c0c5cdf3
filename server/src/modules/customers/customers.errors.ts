import { apiError } from '../../platform/errors.ts';

/** Errors of customers (reference: customers.md, "Errors"). */
export const customerErrors = {
  notFound: apiError(404, 'Not Found', 'The requested customer could not be found'),
  emailTaken: apiError(409, 'Conflict', 'A customer with this email already exists', 'data.email'),
};
