import { apiError, notFoundError } from '../../platform/errors.ts';

/** At most so many fields has a flow (reference: README.md, "Quotas"). */
export const fieldLimit = 100;

/** Errors of flows and fields (reference: flows.md). */
export const flowErrors = {
  notFound: notFoundError('flow'),
  slugTaken: apiError(409, 'Conflict', 'A flow with this slug already exists', 'data.slug'),
  entryNotFound: notFoundError('entry'),
  entryOfResource: apiError(
    422,
    'Failed Validation',
    'The entries of this flow are made with the resources that it extends',
  ),
  fieldNotFound: notFoundError('field'),
  fieldSlugTaken: apiError(409, 'Conflict', 'The flow already has a field with this slug', 'data.slug'),
  fieldNotUnique: apiError(
    422,
    'Failed Validation',
    'The field cannot become unique: some resources have the same value.',
    'data.unique',
  ),
  fieldHasTargets: apiError(
    422,
    'Failed Validation',
    'The relationship cannot change so: some resources have targets that it would not have.',
    'data.validation_rules',
  ),
  tooManyTargets: apiError(
    422,
    'Failed Validation',
    'The relationship cannot have so many targets: a one-to-one has one, a one-to-many at most 1000',
    'data',
  ),
  fieldLimitReached: apiError(422, 'Failed Validation', `A flow has at most ${fieldLimit} fields`),
};
