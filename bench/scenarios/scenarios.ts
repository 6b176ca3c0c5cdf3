import type { Scenario } from '../scenario.ts';
import { addAddress } from './add-address.ts';
import { createCustomer } from './create-customer.ts';
import { findByEmail } from './find-by-email.ts';
import { getCustomer } from './get-customer.ts';
import { listAddresses } from './list-addresses.ts';
import { listCustomers } from './list-customers.ts';

/** In the order of the table. Those that add rows come last. */
export const scenarios: readonly Scenario[] = [
  getCustomer,
  listAddresses,
  findByEmail,
  listCustomers(25),
  listCustomers(100),
  createCustomer,
  addAddress,
];
