import { notFoundError } from '../../platform/errors.ts';

/** Errors of gateways (reference: orders.md, "Payments", "Gateways"). */
export const gatewayErrors = {
  notFound: notFoundError('gateway', 'Gateway not found'),
};
