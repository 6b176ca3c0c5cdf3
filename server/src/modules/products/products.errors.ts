import { apiError, notFoundError } from '../../platform/errors.ts';

/** Errors of products (reference: catalog-minimum.md, "Product"). */
export const productErrors = {
  notFound: notFoundError('product', 'Product not found'),
  slugTaken: apiError(409, 'Conflict', 'A product with this slug already exists', 'data.slug'),
  skuTaken: apiError(409, 'Conflict', 'A product with this SKU already exists', 'data.sku'),
};
