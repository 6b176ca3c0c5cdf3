import { apiError, notFoundError } from '../../platform/errors.ts';

/** Errors of customer tokens and sessions (reference: customers.md, "Customer tokens"). */
export const sessionErrors = {
  oidcNotConfigured: apiError(
    422,
    'Failed Validation',
    'OpenID Connect is not configured',
    'data.authentication_mechanism',
  ),
  tokenNotFound: notFoundError('token'),
  notFound: notFoundError('session'),
};
