import { apiError } from '../../platform/errors.ts';

/** Errors of jobs (reference: platform.md, "Jobs"). */
export const jobErrors = {
  notFound: apiError(404, 'Not Found', 'The requested job could not be found'),
  noFile: apiError(404, 'Not Found', 'The job has no file: it is not complete, or its file has expired'),
  invalidLink: apiError(403, 'Forbidden', 'The link is not valid or has expired'),
};
