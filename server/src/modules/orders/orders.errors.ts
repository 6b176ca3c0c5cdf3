import { notFoundError, validationError } from '../../platform/errors.ts';

const refused = (detail: string, source: string) => () => validationError(source, detail);

/** Errors of orders (reference: orders.md, "Endpoints", "Update"). */
export const orderErrors = {
  notFound: notFoundError('order'),
  notPaid: refused('Only an order that is paid can be fulfilled.', 'data.shipping'),
  notUnfulfilled: refused('An order that is fulfilled cannot be unfulfilled.', 'data.shipping'),
  cancelledShipping: refused('An order that is cancelled cannot be fulfilled.', 'data.shipping'),
  fulfilledAddress: refused(
    'The shipping address of an order that is fulfilled cannot be changed.',
    'data.shipping_address',
  ),
  addressField: (field = '<field>') =>
    validationError(`data.shipping_address.${field}`, `The data.shipping_address.${field} field is required.`),
  fulfilledAlready: refused('The order is fulfilled already.', 'data.shipping'),
  fulfilledStatus: refused('An order that is fulfilled cannot be cancelled.', 'data.status'),
  cancelledAndFulfilled: refused('An order cannot be cancelled and fulfilled at once.', 'data.status'),
  unknownStatus: refused('The data.status can only be set to cancelled.', 'data.status'),
  linked: refused('The order belongs to another customer already.', 'data.id'),
};
