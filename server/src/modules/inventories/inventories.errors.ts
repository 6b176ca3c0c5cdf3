import { apiError, notFoundError } from '../../platform/errors.ts';

/** Errors of inventories (reference: catalog-minimum.md, "Inventory"). */
export const inventoryErrors = {
  notFound: notFoundError('stock'),
  productNotFound: notFoundError('product', 'Product not found'),
  transactionNotFound: notFoundError('stock transaction'),
  exists: apiError(409, 'Conflict', 'The product has a stock already'),
  insufficient: apiError(
    422,
    'Cannot complete request',
    'Your request could not be completed due to insufficient stock levels',
  ),
};
