import { ApiError, apiError, type ErrorEntry } from '../../platform/errors.ts';
import { cartLimits } from './carts.limits.ts';

/** An error about a product, which names it. */
function aboutProduct(entry: ErrorEntry, product: { readonly id: string; readonly sku: string }): ApiError {
  return new ApiError([{ ...entry, meta: { id: product.id, sku: product.sku } }]);
}

interface Named {
  readonly id: string;
  readonly sku: string;
  readonly name: string;
}

/** Errors of carts (reference: carts-and-checkout.md, "Errors of carts", "Currency rules", "Stock rules", "Tax items"). */
export const cartErrors = {
  taken: apiError(409, 'Conflict', 'A cart with this id already exists', 'data.id'),
  itemNotFound: apiError(404, 'Not Found', "The Item doesn't exist in the cart"),
  productNotFound: apiError(404, 'Product not found', 'The requested product could not be found'),
  promotionNotFound: apiError(404, 'Not Found', 'No promotion could be found with the given code.'),
  orderNotFound: apiError(404, 'Not Found', 'The requested order could not be found'),
  itself: apiError(400, 'Bad Request', 'A cart cannot be merged into itself', 'data.cart_id'),
  tooManySources: apiError(
    400,
    'Bad Request',
    `At most ${cartLimits.sources} carts and orders may be added at once`,
    'data',
  ),
  tooManyLines: apiError(400, 'Bad Request', 'Cart item limit reached'),
  lineTooDear: apiError(
    400,
    'Bad Request',
    `The amount of a line may not be greater than ${cartLimits.lineAmount} minor units`,
  ),
  tooManyOf: (quantity: number) =>
    new ApiError([
      {
        status: 400,
        title: 'max',
        detail: `A line may hold at most ${cartLimits.quantity} units, not ${quantity}`,
        source: 'data.quantity',
      },
    ]),
  invalidCurrency: (code: string) =>
    new ApiError([{ status: 400, title: 'Invalid currency', detail: `The currency ${code} is unknown or disabled` }]),
  otherCurrency: (code: string) =>
    new ApiError([{ status: 400, title: 'Invalid currency', detail: `The currency of the cart is ${code}` }]),
  noPrice: (product: Named, code: string) =>
    aboutProduct(
      {
        status: 400,
        title: 'Product has no price in this currency',
        detail: `${product.name} has no price in ${code}`,
      },
      product,
    ),
  outOfStock: (product: Named) =>
    aboutProduct(
      {
        status: 400,
        title: 'Insufficient stock',
        detail: `There is not enough stock to add ${product.name} to your cart`,
      },
      product,
    ),
  secondCustomer: apiError(403, 'Forbidden', 'Cannot associate more than one customer'),
  unknownCustomer: apiError(404, 'Not Found', 'The requested customer could not be found'),
  taxNotFound: apiError(404, 'Not Found', 'The requested tax item could not be found'),
  tooManyTaxes: (lineId: string) =>
    new ApiError([
      {
        status: 422,
        title: 'Tax item not added to cart item.',
        detail: `Cannot exceed tax item limit of (${cartLimits.taxes}) on cart item.`,
        meta: { id: lineId },
      },
    ]),
  taxOfUnknownLine: (lineId: string, detail: string) =>
    new ApiError([{ status: 404, title: 'Tax item not added to cart item.', detail, meta: { id: lineId } }]),
};
