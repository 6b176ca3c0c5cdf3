import { apiError, apiErrorAbout, keywordError, notFoundError, validationError } from '../../platform/errors.ts';

const refused = (detail: string) => () => validationError('data', detail);

/** Errors of payments and transactions (reference: orders.md, "Payments", "Transaction"). */
export const paymentErrors = {
  notPayable: apiError(422, 'Failed Validation', 'The order cannot be paid'),
  gatewayDisabled: apiError(422, 'Gateway is not enabled', 'Gateway is not enabled', 'data.gateway'),
  tooLittle: (least: number | string = '{least}') =>
    keywordError('min', 'data.amount', `amount must be at least ${least}`),
  tooMuch: (owed: number | string = '{owed}') =>
    keywordError('max', 'data.amount', `amount may not be greater than ${owed}`),
  insufficientStock: apiErrorAbout(400, 'Insufficient stock', 'There is not enough stock of {name} to pay the order'),
  refundTooMuch: (rest: number | string = '{rest}') =>
    validationError('data.amount', `The data.amount may not be greater than ${rest}.`),
  transactionNotFound: notFoundError('transaction'),
  notCapturable: refused('Only a complete authorization can be captured.'),
  notRefundable: refused(
    'Only a payment that was purchased or captured, of an order that is complete or cancelled, can be refunded.',
  ),
  notCancellable: refused('Only an authorization that is not captured can be cancelled.'),
  notConfirmable: refused('The transaction does not need to be confirmed.'),
};
