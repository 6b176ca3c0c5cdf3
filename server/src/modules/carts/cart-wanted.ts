import { keywordError } from '../../platform/errors.ts';
import { accessErrors } from '../access/access.errors.ts';
import type { Context } from '../access/context.ts';
import type { ValueReader } from '../flows/extended-resource.ts';
import { type Entry, entryReader } from './cart-entries.ts';
import { CartToMerge, NewCartItem, NewCustomItem, OrderToRepeat } from './cart-items.schema.ts';
import type { Addition, Merchandise } from './cart-lines.ts';
import type { ProductReference } from './cart-products.ts';
import type { NewTaxItem } from './cart-taxes.schema.ts';
import { newTaxItem } from './cart-taxes.ts';
import { readCart } from './carts.change.ts';
import { cartErrors } from './carts.errors.ts';
import { selectCart } from './carts.read.ts';
import { readCustomInputs } from './custom-inputs.ts';

/** Something that a request wants in the cart. */
export interface Wanted extends Omit<Addition, 'merchandise'> {
  /** What the errors are about. */
  readonly entry: Entry;
  /** A product by reference; or anything else, `currency` being that of its amount where it may differ from the cart's. */
  readonly what:
    | { readonly product: ProductReference; readonly isSkippedWhenMissing?: true }
    | { readonly custom: Merchandise; readonly currency?: string };
  /** The currency that an empty cart takes when the request names none. */
  readonly preferredCurrency?: string;
}

/** The products of an earlier order; undefined when there is none that the caller may see. */
export type FindReorderLines = (
  ctx: Context,
  orderId: string,
) => Promise<readonly { readonly product_id: string; readonly quantity: number }[] | undefined>;

interface Target {
  /** The cart to add to. */
  readonly reference: string;
  readonly findReorderLines: FindReorderLines;
  /** Of the fields of lines. */
  readonly values: ValueReader;
}

type Reader = (ctx: Context, target: Target, entry: Entry) => Promise<readonly Wanted[]> | readonly Wanted[];

/** The members that products and custom items share. Throws 403 for taxes from anybody but client_credentials. */
function commonOf(
  ctx: Context,
  values: ValueReader,
  input: Readonly<Record<string, unknown>> & {
    readonly quantity: number;
    readonly tax?: NewTaxItem[] | null;
    readonly custom_inputs?: Record<string, unknown> | null;
  },
): Omit<Addition, 'merchandise'> {
  const isTaxed = input.tax !== undefined && input.tax !== null;
  if (isTaxed && ctx.role !== 'admin') throw accessErrors.notPermitted();
  return {
    quantity: input.quantity,
    taxes: isTaxed ? input.tax.map(tax => newTaxItem(tax, ctx.now)) : [],
    replaces_taxes: isTaxed,
    custom_inputs: readCustomInputs(input.custom_inputs),
    custom_values: values.read(input, true),
  };
}

const readCartItem = entryReader<NewCartItem>(NewCartItem);
const readCustomItem = entryReader<NewCustomItem>(NewCustomItem);
const readCartToMerge = entryReader<CartToMerge>(CartToMerge);
const readOrderToRepeat = entryReader<OrderToRepeat>(OrderToRepeat);

const wantProduct: Reader = (ctx, { values }, entry) => {
  const input = readCartItem(entry);
  const common = commonOf(ctx, values, input);
  if (input.id !== undefined) return [{ entry, what: { product: { id: input.id } }, ...common }];
  if (input.sku !== undefined) return [{ entry, what: { product: { sku: input.sku } }, ...common }];
  throw keywordError('required', 'data.id', 'id or sku is required');
};

const wantCustomItem: Reader = (ctx, { values }, entry) => {
  const input = readCustomItem(entry);
  const custom: Merchandise = {
    type: 'custom_item',
    product_id: null,
    name: input.name,
    description: input.description ?? '',
    sku: input.sku ?? '',
    slug: '',
    manage_stock: false,
    unit_amount: input.price.amount,
    includes_tax: input.price.includes_tax ?? true,
  };
  return [{ entry, what: { custom }, ...commonOf(ctx, values, input) }];
};

/** A line of another cart or order as an entry of its own, so that an error names it. */
const entryOfLine = (entry: Entry, value: Entry['value']): Entry => ({ ...entry, value, isOneOfMany: true });

const wantLinesOfCart: Reader = async (ctx, { reference }, entry) => {
  const { cart_id } = readCartToMerge(entry);
  if (cart_id === reference) throw cartErrors.itself();
  const other = await readCart(ctx, ctx.db, cart_id, selectCart);
  if (other.currency === undefined) return [];
  const { code, is_enabled } = other.currency;
  return other.lines.map(line => ({
    entry: entryOfLine(entry, { id: line.product_id ?? line.id, sku: line.sku }),
    what: line.product_id === null ? { custom: line, currency: code } : { product: { id: line.product_id } },
    quantity: line.quantity,
    taxes: line.taxes.map(tax => newTaxItem(tax, ctx.now)),
    replaces_taxes: false,
    custom_inputs: line.custom_inputs,
    custom_values: line.custom_values,
    ...(is_enabled && { preferredCurrency: code }),
  }));
};

const wantProductsOfOrder: Reader = async (ctx, { findReorderLines }, entry) => {
  const lines = await findReorderLines(ctx, readOrderToRepeat(entry).order_id.toLowerCase());
  if (lines === undefined) throw cartErrors.orderNotFound();
  return lines.map(({ product_id, quantity }) => ({
    entry: entryOfLine(entry, { id: product_id }),
    what: { product: { id: product_id }, isSkippedWhenMissing: true },
    quantity,
    taxes: [],
    replaces_taxes: false,
    custom_inputs: null,
    custom_values: {},
  }));
};

const readers: Readonly<Record<string, Reader>> = {
  cart_item: wantProduct,
  custom_item: wantCustomItem,
  promotion_item: () => {
    throw cartErrors.promotionNotFound();
  },
  cart_items: wantLinesOfCart,
  order_items: wantProductsOfOrder,
};

/** Whether an entry stands for the lines of another cart or order, which must be read. */
export const isSource = ({ value: { type } }: Entry): boolean => type === 'cart_items' || type === 'order_items';

/** Everything that an entry wants in a cart. Throws what is wrong with it. */
export const wantedBy: Reader = (ctx, target, entry) => {
  const { type } = entry.value;
  if (type === undefined) throw keywordError('required', 'data.type', 'type is required');
  const reader = typeof type === 'string' && Object.hasOwn(readers, type) ? readers[type] : undefined;
  if (reader === undefined) {
    throw keywordError('enum', 'data.type', `type must be one of ${Object.keys(readers).join(', ')}`);
  }
  return reader(ctx, target, entry);
};
