import { apiError } from '../../platform/errors.ts';

/** At most so many currencies has a store (reference: README.md, "Quotas"). */
export const currencyLimit = 10;

/** Errors of currencies (reference: catalog-minimum.md, "Currency"). */
export const currencyErrors = {
  notFound: apiError(404, 'Not Found', 'currency not found'),
  codeTaken: apiError(
    400,
    'Currency already exists',
    'The specified currency code already exists for this store',
    'data.code',
  ),
  defaultDeleted: apiError(400, 'Cannot delete the default currency', 'Make another currency the default before'),
  defaultDisabled: apiError(
    400,
    'Cannot disable the default currency',
    'Make another currency the default before',
    'data.enabled',
  ),
  defaultUnset: apiError(
    400,
    'Cannot unset the default currency',
    'Make another currency the default instead',
    'data.default',
  ),
  limitReached: apiError(422, 'Failed Validation', `A store has at most ${currencyLimit} currencies`),
};
