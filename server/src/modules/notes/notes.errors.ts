import { apiError } from '../../platform/errors.ts';

/** Errors of notes, in the wordings of addresses. */
export const noteErrors = {
  notFound: apiError(404, 'Not Found', 'The requested note could not be found'),
};
