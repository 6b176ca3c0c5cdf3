import { apiError } from '../../platform/errors.ts';

/** Errors of inventories (reference: catalog-minimum.md, "Inventory"). */
export const inventoryErrors = {
  notFound: apiError(404, 'Not Found', 'The requested stock could not be found'),
  productNotFound: apiError(404, 'Product not found', 'The requested product could not be found'),
  transactionNotFound: apiError(404, 'Not Found', 'The requested stock transaction could not be found'),
  exists: apiError(409, 'Conflict', 'The product has a stock already'),
  insufficient: apiError(
    422,
    'Cannot complete request',
    'Your request could not be completed due to insufficient stock levels',
  ),
};
