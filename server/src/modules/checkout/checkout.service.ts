import { createHash } from 'node:crypto';
import type { StoreTx } from '../../platform/db/database.ts';
import { isUuid, newId } from '../../platform/text/uuid.ts';
import { accessErrors } from '../access/access.errors.ts';
import type { Context } from '../access/context.ts';
import { mayKnowCustomer } from '../carts/cart.ts';
import { checkStock, priceCart } from '../carts/cart-prices.ts';
import { checkCurrency } from '../carts/cart-products.ts';
import { type CartToCheckOut, findOverlappingOrder, inCheckout, noteCheckout } from '../carts/carts.checkout.ts';
import { showLines } from '../carts/carts.fields.ts';
import { findCustomers, requireSignedIn } from '../customers/customers.service.ts';
import type { SentValues } from '../flows/extended-resource.ts';
import type { Versioned } from '../flows/values.store.ts';
import { createOrder, type NewOrder } from '../orders/orders.create.ts';
import {
  lockOrderById,
  type OrderWithItems,
  orderItems,
  orders,
  type ShownOrder,
  showOrder,
} from '../orders/orders.service.ts';
import { formatOf } from '../prices/money.ts';
import { findProducts } from '../products/products.service.ts';
import { checkoutErrors } from './checkout.errors.ts';
import { type Buyer, readAddresses, readBuyer } from './checkout.input.ts';
import type { CheckoutRequest } from './checkout.schema.ts';
import { joinUnanswered } from './checkout.unanswered.ts';

const digestOf = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest();

/** The customer that a checkout is for; undefined for a guest. Throws 400, 403 (reference: carts-and-checkout.md, "Who the order belongs to"). */
function customerIdOf(ctx: Context, buyer: Buyer): string | undefined {
  if (buyer.kind === 'guest') return undefined;
  if (buyer.kind === 'shopper') {
    if (ctx.shopper === undefined) throw checkoutErrors.customerRequired();
    return ctx.shopper.customerId;
  }
  const id = buyer.id.toLowerCase();
  if (ctx.shopper !== undefined && ctx.shopper.customerId !== id) throw accessErrors.otherCustomer();
  const needsToken = ctx.role === 'storefront' && ctx.store.is_checkout_token_required;
  if (needsToken && ctx.shopper === undefined) throw accessErrors.notPermitted();
  return id;
}

/** The name and e-mail that the order keeps: of the record, or as the guest gave them. */
async function snapshotOf(ctx: Context, tx: StoreTx, buyer: Buyer, customerId: string | undefined) {
  if (buyer.kind === 'guest') return { name: buyer.name, email: buyer.email };
  const ids = customerId !== undefined && isUuid(customerId) ? [customerId] : [];
  const [customer] = await findCustomers({ ...ctx, db: tx }, ids);
  if (customer === undefined) throw checkoutErrors.customerNotFound();
  return { name: customer.name, email: customer.email };
}

/**
 * The lines, each saying whether its product has a stock now: that may have changed since it was added. Throws 400 for a
 * line of which too little is left; products that are gone keep their snapshot.
 */
async function requireStock(tx: StoreTx, lines: CartToCheckOut['lines']): Promise<CartToCheckOut['lines']> {
  const ids = lines.flatMap(({ product_id }) => (product_id ? [{ id: product_id }] : []));
  if (ids.length === 0) return lines;
  const products = await findProducts(tx, ids);
  checkStock(lines, products);
  const hasStock = new Map(products.map(({ id, manage_stock }) => [id, manage_stock]));
  return lines.map(line => ({ ...line, manage_stock: hasStock.get(line.product_id ?? '') ?? line.manage_stock }));
}

/** What the items of the order take from the values of the lines, in their order. */
async function valuesOfItems(tx: StoreTx, cart: CartToCheckOut, { fieldVersion }: SentValues['parameters']) {
  const { lines } = await showLines(tx, cart);
  return orderItems.copy(
    tx,
    fieldVersion,
    lines.map(line => line.custom),
  );
}

/**
 * Makes an order of a cart: the order is one transaction, exists whole or not at all, and its totals are the cart's.
 * Checkouts of one cart that ask for the same and overlap in time make one order, which all of them answer (design.md §7).
 */
export async function checkOut(
  ctx: Context,
  reference: string,
  request: CheckoutRequest,
  askedCurrency: string | undefined,
): Promise<ShownOrder> {
  const buyer = readBuyer(request);
  const { billing, shipping } = readAddresses(request);
  const customerId = customerIdOf(ctx, buyer);
  const asked = digestOf([ctx.role, ctx.shopper?.customerId, askedCurrency, request]).toString('base64');
  const unanswered = joinUnanswered(ctx, `${ctx.store.id} ${asked} ${reference}`);

  const id = newId(ctx.now);
  const input = { id, body: request, isNew: true, checksUnique: true } as const;
  const order = await orders.write(ctx.db, input, (db, values) => makeOrder({ ...ctx, db }, values));
  if (order === undefined) throw new Error('the order was not stored');
  return showOrder(ctx.db, order);

  function makeOrder(ctx: Context, values: SentValues): Promise<OrderWithItems & Versioned> {
    return inCheckout(ctx, reference, async (tx, cart) => {
      if (ctx.shopper !== undefined) await requireSignedIn({ ...ctx, db: tx });
      if (cart?.currency === undefined || cart.lines.length === 0) throw checkoutErrors.emptyCart();
      mayKnowCustomer(ctx, cart);
      checkCurrency(cart.currency, askedCurrency);

      const digest = digestOf([asked, cart.lines]);
      const arrivedMs = performance.now() - ctx.arrivedAt;
      const made = await findOverlappingOrder(tx, cart, { digest, arrivedMs, unanswered: unanswered.orderId });
      const order = made
        ? await lockOrderById(tx, made)
        : await createOrder(tx, { ...(await newOrder(tx, cart, cart.currency, values)), id, values }, ctx.now);
      await noteCheckout(tx, cart.id, { orderId: order.id, digest });
      unanswered.orderId = order.id;
      return order;
    });
  }

  async function newOrder(
    tx: StoreTx,
    cart: CartToCheckOut,
    currency: NewOrder['currency'],
    values: SentValues,
  ): Promise<Omit<NewOrder, 'id' | 'values'>> {
    const customer = await snapshotOf(ctx, tx, buyer, customerId);
    const lines = await requireStock(tx, cart.lines);
    const customValues = await valuesOfItems(tx, cart, values.parameters);
    const price = priceCart(lines, ctx.store.calculation_method);
    return {
      customerId,
      customer,
      cartId: cart.id,
      billingAddress: billing,
      shippingAddress: shipping,
      orderNumber: request.order_number || undefined,
      externalRef: request.external_ref || undefined,
      currency: formatOf(currency),
      total: price.total,
      lines: lines.map((line, index) => {
        const linePrice = price.lines[index];
        if (linePrice === undefined) throw new Error('a line has no price');
        const { type, product_id, name, sku, manage_stock, quantity, unit_amount, includes_tax, taxes } = line;
        const snapshot = { type, product_id, name, sku, manage_stock, quantity, unit_amount, includes_tax, taxes };
        return {
          ...snapshot,
          cart_item_id: line.id,
          custom_inputs: line.custom_inputs,
          custom_values: customValues[index] ?? null,
          price: linePrice,
        };
      }),
    };
  }
}
