import { ApiError, apiError } from '../../platform/errors.ts';

/** Errors of access tokens, customer tokens and permissions (reference: authentication.md). */
export const accessErrors = {
  invalidToken: () =>
    new ApiError([{ status: 401, title: 'Unauthorized', detail: 'Unable to validate access token' }], {
      'www-authenticate': 'Bearer',
    }),
  invalidCredentials: () =>
    new ApiError([{ status: 401, title: 'Unauthorized', detail: 'Unable to validate client credentials' }], {
      'www-authenticate': 'Bearer',
    }),
  invalidForm: apiError(400, 'Bad Request', 'The request body is not a valid form'),
  unknownGrant: apiError(400, 'Bad Request', 'The grant_type must be implicit or client_credentials', 'grant_type'),
  clientIdRequired: apiError(400, 'Bad Request', 'The client_id field is required.', 'client_id'),
  notPermitted: apiError(403, 'Forbidden', 'This action is not permitted for this access token'),
  otherStore: apiError(403, 'Forbidden', 'The access token does not belong to this store'),
  invalidCustomerToken: apiError(403, 'Forbidden', 'The customer token is invalid or has expired'),
  notFromDashboard: apiError(403, 'Forbidden', 'A staff session is only good for requests of the dashboard itself'),
  notPermittedForRole: apiError(403, 'Forbidden', 'This action is not permitted for your role'),
  storeRequired: apiError(
    400,
    'Bad Request',
    'The header X-Moltin-Auth-Store must name the store',
    'X-Moltin-Auth-Store',
  ),
  storeNotOfStaff: apiError(403, 'Forbidden', 'There is no such store, or you have no access to it'),
  keyNotFound: apiError(404, 'Not Found', 'The requested key could not be found'),
  otherCustomer: apiError(403, 'Forbidden', 'The customer token does not grant access to this customer'),
};
