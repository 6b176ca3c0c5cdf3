import type { StoreTx } from '../../platform/db/database.ts';
import { isUuid, newId } from '../../platform/text/uuid.ts';
import type { Context } from '../access/context.ts';
import { requireSignedIn } from '../customers/customers.service.ts';
import { getGateway } from '../gateways/gateways.service.ts';
import { allocateStock, deallocateStock } from '../inventories/stock.service.ts';
import { logOrder } from '../orders/orders.audit.ts';
import { orderErrors } from '../orders/orders.errors.ts';
import {
  getOrder,
  lockOrderById,
  type OrderRow,
  type OrderWithItems,
  settleOrder,
  stockLines,
} from '../orders/orders.service.ts';
import { paymentErrors } from './payments.errors.ts';
import type { NewPayment } from './payments.schema.ts';
import { insertTransaction, selectTransactions, type TransactionRow, updateTransaction } from './payments.store.ts';

/** A transaction with the order it belongs to. */
export interface OrderTransaction {
  readonly order: OrderRow;
  readonly transaction: TransactionRow;
}

/** Brings an order's amounts, state and stock in line with its transactions. */
async function settle(tx: StoreTx, ctx: Context, order: OrderWithItems): Promise<OrderRow> {
  const complete = (await tx.all(selectTransactions, { orderId: order.id })).filter(each => each.status === 'complete');
  const open = complete.filter(each => each.type === 'authorize');
  const paid = complete.filter(each => each.type !== 'authorize');
  const sum = (rows: readonly TransactionRow[], member: 'amount' | 'refunded_amount') =>
    rows.reduce((total, row) => total + row[member], 0);
  const holdsStock = complete.length > 0 && order.status !== 'cancelled' && order.shipping !== 'fulfilled';
  if (order.is_stock_allocated && !holdsStock) await deallocateStock(tx, stockLines(order), ctx.now);
  const settled = await settleOrder(tx, order, {
    authorized: sum(open, 'amount'),
    paid: sum(paid, 'amount'),
    refunded: sum(paid, 'refunded_amount'),
    authorizations: open.length,
    payments: paid.length,
    refunds: paid.filter(each => each.type === 'refund').length,
    isStockAllocated: holdsStock,
    now: ctx.now,
  });
  await logOrder(tx, ctx, order, settled);
  return settled;
}

/** What is neither authorized nor paid. */
const owedOf = (order: OrderRow) => order.with_tax - order.authorized - order.paid;

function amountToPay(order: OrderRow, asked: number | null | undefined): number {
  const owed = owedOf(order);
  // An order of nothing takes one payment of nothing.
  const isPayable = order.status !== 'cancelled' && (owed > 0 || (order.with_tax === 0 && order.payment === 'unpaid'));
  if (!isPayable) throw paymentErrors.notPayable();
  const amount = asked ?? owed;
  if (amount > owed) throw paymentErrors.tooMuch(owed);
  const least = Math.min(owed, 1);
  if (amount < least) throw paymentErrors.tooLittle(least);
  return amount;
}

/**
 * Pays an order, or a part of it. The first payment takes the stock of its items: all of it, or nothing is paid. Whoever
 * knows an order's id may pay it, but not with the token of another customer (reference: ambiguities.md, A11).
 */
export async function payOrder(ctx: Context, orderId: string, input: NewPayment): Promise<OrderTransaction> {
  if (ctx.shopper !== undefined) await requireSignedIn(ctx);
  return ctx.db.inTransaction(async tx => {
    const order = await lockOrderById(tx, orderId);
    const isForeign = order.customer_id !== null && order.customer_id !== ctx.shopper?.customerId;
    if (ctx.role === 'storefront' && ctx.shopper !== undefined && isForeign) throw orderErrors.notFound();
    const gateway = await getGateway({ ...ctx, db: tx }, input.gateway);
    if (!gateway.isEnabled) throw paymentErrors.gatewayDisabled();
    const amount = amountToPay(order, input.amount);
    if (!order.is_stock_allocated) {
      const missing = await allocateStock(tx, stockLines(order), ctx.now);
      if (missing !== undefined) throw insufficientStock(order, missing.product_id);
    }
    const transaction = await tx.first(insertTransaction, {
      id: newId(ctx.now),
      order_id: order.id,
      gateway: gateway.slug,
      reference: gateway.isSimulated ? 'simulated' : gateway.slug,
      custom_reference: input.paymentmethod_meta?.custom_reference || null,
      name: input.paymentmethod_meta?.name || null,
      type: input.method as 'authorize' | 'purchase',
      amount,
      is_simulated: gateway.isSimulated,
      now: ctx.now,
    });
    if (transaction === undefined) throw new Error('the transaction was not stored');
    return { order: await settle(tx, ctx, { ...order, is_stock_allocated: true }), transaction };
  });
}

function insufficientStock(order: OrderWithItems, productId: string): Error {
  const { name = '', sku = '' } = order.items?.find(each => each.product_id === productId) ?? {};
  return paymentErrors.insufficientStock({ gaps: { name }, meta: { id: productId, sku } });
}

type Change = Partial<Pick<TransactionRow, 'type' | 'status' | 'refunded_amount' | 'custom_reference'>>;

/** Changes a transaction as `decide` says, with the order locked. Throws 404 for an unknown one. */
async function changeTransaction(
  ctx: Context,
  orderId: string,
  transactionId: string,
  decide: (transaction: TransactionRow, order: OrderRow) => Change,
): Promise<OrderTransaction> {
  return ctx.db.inTransaction(async tx => {
    const order = await lockOrderById(tx, orderId);
    const before = findById(await tx.all(selectTransactions, { orderId: order.id }), transactionId);
    const { type, status, refunded_amount, custom_reference } = { ...before, ...decide(before, order) };
    const change = { type, status, refunded_amount, custom_reference };
    const transaction = await tx.first(updateTransaction, { ...change, orderId, id: before.id, now: ctx.now });
    if (transaction === undefined) throw new Error('the transaction was not stored');
    return { order: await settle(tx, ctx, order), transaction };
  });
}

function findById(rows: readonly TransactionRow[], id: string): TransactionRow {
  const found = rows.find(row => row.id === id);
  if (found === undefined) throw paymentErrors.transactionNotFound();
  return found;
}

/** An authorization that is neither captured nor voided. */
const isOpen = ({ type, status }: TransactionRow) => type === 'authorize' && status === 'complete';

/** Takes the money of an authorization: the same transaction becomes a capture (reference: ambiguities.md, A36). */
export function captureTransaction(
  ctx: Context,
  orderId: string,
  transactionId: string,
  customReference: string | null | undefined,
): Promise<OrderTransaction> {
  return changeTransaction(ctx, orderId, transactionId, transaction => {
    if (!isOpen(transaction)) throw paymentErrors.notCapturable();
    return { type: 'capture', ...(customReference && { custom_reference: customReference }) };
  });
}

/** Gives money back: an amount, or the whole rest, after which the transaction is a refund. */
export function refundTransaction(
  ctx: Context,
  orderId: string,
  transactionId: string,
  asked: number | null | undefined,
): Promise<OrderTransaction> {
  return changeTransaction(ctx, orderId, transactionId, (transaction, order) => {
    const isPaid = transaction.status === 'complete' && ['purchase', 'capture'].includes(transaction.type);
    if (!isPaid || !['complete', 'cancelled'].includes(order.status)) throw paymentErrors.notRefundable();
    const rest = transaction.amount - transaction.refunded_amount;
    const amount = asked ?? rest;
    if (amount > rest) throw paymentErrors.refundTooMuch(rest);
    return {
      refunded_amount: transaction.refunded_amount + amount,
      ...(amount === rest && { type: 'refund' as const }),
    };
  });
}

/** Voids an authorization that was not captured (reference: ambiguities.md, A20). */
export function cancelTransaction(ctx: Context, orderId: string, transactionId: string): Promise<OrderTransaction> {
  return changeTransaction(ctx, orderId, transactionId, transaction => {
    if (!isOpen(transaction)) throw paymentErrors.notCancellable();
    return { status: 'cancelled' };
  });
}

/** Manual and simulated payments never wait for a confirmation. Throws 404 for an unknown transaction, 422 otherwise. */
export async function confirmTransaction(ctx: Context, orderId: string, transactionId: string): Promise<never> {
  const rows = isUuid(orderId) ? await ctx.db.all(selectTransactions, { orderId }) : [];
  findById(rows, transactionId);
  throw paymentErrors.notConfirmable();
}

/** The transactions of an order, oldest first. Throws 404 for an order out of reach. */
export async function listTransactions(
  ctx: Context,
  orderId: string,
): Promise<{ readonly order: OrderRow; readonly transactions: readonly TransactionRow[] }> {
  const order = await getOrder(ctx, orderId);
  return { order, transactions: await ctx.db.all(selectTransactions, { orderId: order.id }) };
}

/** One of them. */
export async function getTransaction(ctx: Context, orderId: string, transactionId: string): Promise<OrderTransaction> {
  const { order, transactions } = await listTransactions(ctx, orderId);
  return { order, transaction: findById(transactions, transactionId) };
}
