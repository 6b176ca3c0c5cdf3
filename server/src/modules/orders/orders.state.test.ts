import { expect, test } from 'vitest';
import { type OrderFacts, orderState } from './orders.state.ts';

const nothing: OrderFacts = {
  with_tax: 1000,
  authorized: 0,
  paid: 0,
  authorizations: 0,
  payments: 0,
  refunds: 0,
  is_fulfilled: false,
  is_cancelled: false,
};
const authorized = (amount: number) => ({ authorized: amount, authorizations: 1 });
const paid = (amount: number) => ({ paid: amount, payments: 1 });

// reference: orders.md, "State transitions", row by row.
test.each([
  ['no complete transaction', {}, 'unpaid', 'incomplete'],
  ['a part authorized', authorized(400), 'partially_authorized', 'incomplete'],
  ['a part authorized, a part paid', { ...authorized(400), ...paid(300) }, 'partially_authorized', 'incomplete'],
  ['a part paid', paid(400), 'partially_paid', 'incomplete'],
  ['all authorized', authorized(1000), 'authorized', 'processing'],
  ['a part authorized, the rest paid', { ...authorized(400), ...paid(600) }, 'authorized', 'processing'],
  ['all paid', paid(1000), 'paid', 'complete'],
  ['all paid, a part refunded', { ...paid(1000), refunds: 0 }, 'paid', 'complete'],
  ['all refunded', { ...paid(1000), refunds: 1 }, 'refunded', 'complete'],
  ['one of two payments refunded', { paid: 1000, payments: 2, refunds: 1 }, 'paid', 'complete'],
  ['paid and fulfilled', { ...paid(1000), is_fulfilled: true }, 'paid', 'complete'],
  ['cancelled unpaid', { is_cancelled: true }, 'unpaid', 'cancelled'],
  ['cancelled, paid', { ...paid(1000), is_cancelled: true }, 'paid', 'cancelled'],
  ['cancelled, refunded', { ...paid(1000), refunds: 1, is_cancelled: true }, 'refunded', 'cancelled'],
  ['an order of nothing, unpaid', { with_tax: 0 }, 'unpaid', 'incomplete'],
  ['an order of nothing, authorized', { with_tax: 0, ...authorized(0) }, 'authorized', 'processing'],
  ['an order of nothing, paid', { with_tax: 0, ...paid(0) }, 'paid', 'complete'],
])('an order with %s', (_, facts, payment, status) => {
  expect(orderState({ ...nothing, ...facts })).toEqual({ payment, status });
});
