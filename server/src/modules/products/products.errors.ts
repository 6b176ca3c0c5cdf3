import { apiError } from '../../platform/errors.ts';

/** Errors of products (reference: catalog-minimum.md, "Product"). */
export const productErrors = {
  notFound: apiError(404, 'Product not found', 'The requested product could not be found'),
  slugTaken: apiError(409, 'Conflict', 'A product with this slug already exists', 'data.slug'),
  skuTaken: apiError(409, 'Conflict', 'A product with this SKU already exists', 'data.sku'),
};
