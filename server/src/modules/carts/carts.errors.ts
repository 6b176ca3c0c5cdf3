import { apiError, apiErrorAbout, notFoundError } from '../../platform/errors.ts';
import { cartLimits } from './carts.limits.ts';

/** Errors of carts (reference: carts-and-checkout.md, "Errors of carts", "Currency rules", "Stock rules", "Tax items"). */
export const cartErrors = {
  taken: apiError(409, 'Conflict', 'A cart with this id already exists', 'data.id'),

  itemNotFound: apiError(404, 'Not Found', "The Item doesn't exist in the cart"),
  productNotFound: notFoundError('product', 'Product not found'),
  promotionNotFound: apiError(404, 'Not Found', 'No promotion could be found with the given code.'),
  orderNotFound: notFoundError('order'),
  itself: apiError(400, 'Bad Request', 'A cart cannot be merged into itself', 'data.cart_id'),
  tooManySources: apiError(
    400,
    'Bad Request',
    `At most ${cartLimits.sources} carts and orders may be added at once`,
    'data',
  ),

  tooManyLines: apiError(400, 'Bad Request', 'Cart item limit reached'),
  tooManyExtras: apiError(
    400,
    'max',
    `custom_inputs, custom fields and tax items of a cart may not be greater than ${cartLimits.extrasBytes} bytes in all`,
    'data',
  ),
  tooManyUnits: apiError(400, 'max', `quantity may not be greater than ${cartLimits.quantity} in all`, 'data.quantity'),
  lineTooDear: apiError(
    400,
    'Bad Request',
    `The amount of a line may not be greater than ${cartLimits.lineAmount} minor units`,
  ),

  /** Gap: `code`. */
  invalidCurrency: apiErrorAbout(400, 'Invalid currency', 'The currency {code} is unknown or disabled'),
  /** Gap: `code`. */
  otherCurrency: apiErrorAbout(400, 'Invalid currency', 'The currency of the cart is {code}'),
  /** Gaps: `name`, `code`. */
  noPrice: apiErrorAbout(400, 'Product has no price in this currency', '{name} has no price in {code}'),
  /** Gap: `name`. */
  outOfStock: apiErrorAbout(400, 'Insufficient stock', 'There is not enough stock to add {name} to your cart'),

  secondCustomer: apiError(403, 'Forbidden', 'Cannot associate more than one customer'),
  unknownCustomer: notFoundError('customer'),

  taxNotFound: notFoundError('tax item'),
  tooManyTaxes: apiErrorAbout(
    422,
    'Tax item not added to cart item.',
    `Cannot exceed tax item limit of (${cartLimits.taxes}) on cart item.`,
  ),
  taxOfUnknownItem: apiErrorAbout(404, 'Tax item not added to cart item.', "The Item doesn't exist in the cart"),
  /** Gaps: `named`, `type`. */
  taxOfOtherType: apiErrorAbout(
    404,
    'Tax item not added to cart item.',
    'Mismatch between the named type ({named}) and the type of the item ({type}).',
  ),
};
