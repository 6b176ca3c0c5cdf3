import type { Scenario } from '../scenario.ts';
import { addAddress } from './add-address.ts';
import { addToCart } from './add-to-cart.ts';
import { checkout } from './checkout.ts';
import { createCustomer } from './create-customer.ts';
import { findByEmail } from './find-by-email.ts';
import { getCustomer } from './get-customer.ts';
import { listAddresses } from './list-addresses.ts';
import { listCustomers } from './list-customers.ts';
import { longOrderHistory } from './long-order-history.ts';
import { orderHistory } from './order-history.ts';
import { pay } from './pay.ts';

/** In the order of the table. Those that add rows come last. */
export const scenarios: readonly Scenario[] = [
  getCustomer,
  listAddresses,
  findByEmail,
  orderHistory,
  longOrderHistory('first', 0),
  longOrderHistory('middle', 5000),
  longOrderHistory('last', 9990),
  longOrderHistory('middle', 5000, 'cursor'),
  longOrderHistory('last', 9990, 'cursor'),
  listCustomers(25),
  listCustomers(100),
  createCustomer,
  addAddress,
  addToCart,
  checkout,
  pay,
];
