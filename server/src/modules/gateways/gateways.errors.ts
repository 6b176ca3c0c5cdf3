import { apiError } from '../../platform/errors.ts';

/** Errors of gateways (reference: orders.md, "Payments", "Gateways"). */
export const gatewayErrors = {
  notFound: apiError(404, 'Gateway not found', 'The requested gateway could not be found'),
};
