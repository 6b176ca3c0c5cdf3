import { apiError, notFoundError } from '../../platform/errors.ts';

/** Errors of jobs (reference: platform.md, "Jobs"). */
export const jobErrors = {
  notFound: notFoundError('job'),
  noFile: apiError(404, 'Not Found', 'The job has no file: it is not complete, or its file has expired'),
  invalidLink: apiError(403, 'Forbidden', 'The link is not valid or has expired'),
};
