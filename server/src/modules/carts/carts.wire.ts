import type { Extended } from '../flows/extended-resource.ts';
import { type Money, money, noMoney } from '../prices/money.ts';
import type { CalculationMethod, LinePrice, Price } from '../prices/prices.ts';
import type { Cart, CartCurrency } from './cart.ts';
import type { CartItemResource, CartItemsDocument } from './cart-items.schema.ts';
import type { CartLine, LineSummary, TaxItem } from './cart-lines.ts';
import { priceCart } from './cart-prices.ts';
import type { TaxItemOfLineResource, TaxItemResource } from './cart-taxes.schema.ts';
import type { ShownLine } from './carts.fields.ts';
import type { CartMeta, Cart as CartResource } from './carts.schema.ts';

/** What the look of a cart depends on beside the cart. */
export interface View {
  readonly baseUrl: string;
  readonly method: CalculationMethod;
}

/** Totals and times of a cart (reference: carts-and-checkout.md, "Cart"). */
function toMeta({ currency, ...cart }: Cart<LineSummary>, total: Price): CartMeta {
  const show = (amount: number): Money => (currency === undefined ? noMoney : money(currency, amount));
  const { created_at, updated_at, expires_at } = cart;
  return {
    display_price: {
      with_tax: show(total.with_tax),
      without_tax: show(total.without_tax),
      tax: show(total.tax),
      discount: show(0),
      without_discount: show(total.with_tax),
      shipping: show(0),
    },
    timestamps: { created_at, updated_at, ...(expires_at !== undefined && { expires_at }) },
  };
}

/** A cart as the contract shows it. A key of its own wins over a field. */
export function toCart(
  cart: Extended<Cart<LineSummary>>,
  view: View & { readonly mayKnowCustomer: boolean },
): CartResource {
  const items = cart.lines.map(({ type, id }) => ({ type, id }));
  const isCustomerShown = view.mayKnowCustomer && cart.customer_id !== null;
  return {
    ...cart.custom,
    id: cart.id,
    type: 'cart',
    name: cart.name,
    description: cart.description,
    links: { self: `${view.baseUrl}/v2/carts/${encodeURIComponent(cart.id)}` },
    relationships: {
      ...cart.related,
      items: { data: items.length === 0 ? null : items },
      customers: isCustomerShown ? { data: [{ type: 'customer', id: cart.customer_id }] } : {},
    },
    meta: toMeta(cart, priceCart(cart.lines, view.method).total),
  };
}

function toItem(line: ShownLine, price: LinePrice, currency: CartCurrency, { baseUrl }: View): CartItemResource {
  const amount = (minor: number) => ({ amount: minor, currency: currency.code, includes_tax: line.includes_tax });
  const show = (member: keyof Price) => ({
    unit: money(currency, price.unit[member]),
    value: money(currency, price.value[member]),
  });
  return {
    ...line.custom,
    id: line.id,
    type: line.type,
    ...(line.product_id !== null && { product_id: line.product_id }),
    name: line.name,
    description: line.description,
    sku: line.sku,
    slug: line.slug,
    image: { mime_type: '', file_name: '', href: '' },
    quantity: line.quantity,
    manage_stock: line.manage_stock,
    unit_price: amount(line.unit_amount),
    value: amount(line.unit_amount * line.quantity),
    ...(line.custom_inputs !== null && { custom_inputs: line.custom_inputs }),
    links: line.product_id === null ? {} : { product: `${baseUrl}/v2/products/${line.product_id}` },
    ...((line.taxes.length > 0 || line.related) && {
      relationships: {
        ...line.related,
        ...(line.taxes.length > 0 && {
          taxes: { data: line.taxes.map(({ id }) => ({ type: 'tax_item' as const, id })) },
        }),
      },
    }),
    meta: {
      display_price: { with_tax: show('with_tax'), without_tax: show('without_tax'), tax: show('tax') },
      timestamps: { created_at: line.created_at, updated_at: line.updated_at },
    },
  };
}

function toItems({ lines, currency }: Cart<ShownLine>, prices: readonly LinePrice[], view: View): CartItemResource[] {
  if (currency === undefined) return [];
  return lines.flatMap((line, index) => {
    const price = prices[index];
    return price === undefined ? [] : [toItem(line, price, currency, view)];
  });
}

/** A tax item as the contract shows it. */
export const toTaxItem = ({ id, name, jurisdiction, code, rate }: TaxItem): TaxItemResource => ({
  id,
  type: 'tax_item',
  name,
  jurisdiction,
  code,
  rate,
});

/** A tax item with its line. */
export const toTaxItemOfLine = (tax: TaxItem, { id, type }: Pick<CartLine, 'id' | 'type'>): TaxItemOfLineResource => ({
  ...toTaxItem(tax),
  relationships: { item: { data: { type, id } } },
});

/** The lines of a cart with its totals (reference: carts-and-checkout.md, "Endpoints"). */
export function toItemsDocument(cart: Cart<ShownLine>, view: View): Pick<CartItemsDocument, 'data' | 'meta'> {
  const price = priceCart(cart.lines, view.method);
  return { data: toItems(cart, price.lines, view), meta: toMeta(cart, price.total) };
}

/** What is included with carts, of the names asked for; nothing when there is none of it. */
export function toIncluded(carts: readonly Cart<LineSummary | ShownLine>[], names: ReadonlySet<string>, view: View) {
  const items = names.has('items')
    ? carts.flatMap(cart => (isWhole(cart) ? toItems(cart, priceCart(cart.lines, view.method).lines, view) : []))
    : [];
  const taxes = names.has('tax_items') ? carts.flatMap(({ lines }) => lines.flatMap(line => line.taxes)) : [];
  const included = {
    ...(items.length > 0 && { items }),
    ...(taxes.length > 0 && { tax_items: taxes.map(toTaxItem) }),
  };
  return items.length + taxes.length > 0 ? { included } : {};
}

/** Whether a cart was read with whole lines. */
function isWhole(cart: Cart<LineSummary | ShownLine>): cart is Cart<ShownLine> {
  return cart.lines.every(line => 'custom' in line);
}
