/** What the state of an order follows from (reference: orders.md, "State transitions"). Amounts in minor units. */
export interface OrderFacts {
  readonly with_tax: number;
  /** Authorized and not captured. */
  readonly authorized: number;
  /** Purchased and captured, refunds not taken off. */
  readonly paid: number;
  /** Complete authorizations that are not captured: an order of nothing is authorized by a payment of nothing. */
  readonly authorizations: number;
  /** Complete purchases and captures, refunded or not. */
  readonly payments: number;
  /** Those of them that are refunded in full. */
  readonly refunds: number;
  readonly is_fulfilled: boolean;
  readonly is_cancelled: boolean;
}

export type OrderStatus = 'incomplete' | 'processing' | 'complete' | 'cancelled';
export type OrderPayment = 'unpaid' | 'partially_authorized' | 'partially_paid' | 'authorized' | 'paid' | 'refunded';

function paymentOf(facts: OrderFacts): OrderPayment {
  if (facts.authorizations === 0 && facts.payments === 0) return 'unpaid';
  if (facts.authorizations === 0 && facts.refunds === facts.payments) return 'refunded';
  const isCovered = facts.authorized + facts.paid >= facts.with_tax;
  if (facts.authorizations > 0) return isCovered ? 'authorized' : 'partially_authorized';
  return isCovered ? 'paid' : 'partially_paid';
}

function statusOf(facts: OrderFacts): OrderStatus {
  if (facts.is_cancelled) return 'cancelled';
  const isCovered = facts.authorized + facts.paid >= facts.with_tax && facts.authorizations + facts.payments > 0;
  if (facts.is_fulfilled || (isCovered && facts.authorizations === 0)) return 'complete';
  return isCovered ? 'processing' : 'incomplete';
}

/** The state of an order, whole: never looked up, always computed. */
export function orderState(facts: OrderFacts): { readonly payment: OrderPayment; readonly status: OrderStatus } {
  return { payment: paymentOf(facts), status: statusOf(facts) };
}
