import { apiError } from '../../platform/errors.ts';

/** At most so many fields has a flow (reference: README.md, "Quotas"). */
export const fieldLimit = 100;

/** Errors of flows and fields (reference: flows.md). */
export const flowErrors = {
  notFound: apiError(404, 'Not Found', 'The requested flow could not be found'),
  slugTaken: apiError(409, 'Conflict', 'A flow with this slug already exists', 'data.slug'),
  entryNotFound: apiError(404, 'Not Found', 'The requested entry could not be found'),
  entryOfResource: apiError(
    422,
    'Failed Validation',
    'The entries of this flow are made with the resources that it extends',
  ),
  fieldNotFound: apiError(404, 'Not Found', 'The requested field could not be found'),
  fieldSlugTaken: apiError(409, 'Conflict', 'The flow already has a field with this slug', 'data.slug'),
  fieldNotUnique: apiError(
    422,
    'Failed Validation',
    'The field cannot become unique: some resources have the same value.',
    'data.unique',
  ),
  fieldLimitReached: apiError(422, 'Failed Validation', `A flow has at most ${fieldLimit} fields`),
};
