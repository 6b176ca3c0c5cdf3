import { apiError } from '../../platform/errors.ts';

/** Errors of staff. */
export const staffErrors = {
  setupEnded: apiError(404, 'Not Found', 'This link was used already, or has expired'),
  notFound: apiError(404, 'Not Found', 'The requested member of staff could not be found'),
  emailTaken: apiError(409, 'Conflict', 'A member of staff with this email already exists', 'data.email'),
  lastOwner: apiError(409, 'Conflict', 'There must be an owner who can sign in'),
  viewNotFound: apiError(404, 'Not Found', 'The requested view could not be found'),
  tooManyViews: apiError(409, 'Conflict', 'There cannot be more than 200 views of one member of staff'),
  tooMany: apiError(409, 'Conflict', 'There cannot be more than 500 members of staff'),
  unknownStore: apiError(422, 'Failed Validation', 'The selected data.store_ids is invalid.', 'data.store_ids'),
  ownerOfAllStores: apiError(422, 'Failed Validation', 'An owner is for every store.', 'data.store_ids'),
};
