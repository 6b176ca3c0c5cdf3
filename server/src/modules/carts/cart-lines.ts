import { isDeepStrictEqual } from 'node:util';
import type { ErrorSubject } from '../../platform/errors.ts';
import { newId } from '../../platform/text/uuid.ts';
import type { CustomValues } from '../flows/custom-values.ts';
import { priceLine } from '../prices/prices.ts';
import { cartErrors } from './carts.errors.ts';
import { cartLimits } from './carts.limits.ts';

/** A tax of a line. */
export interface TaxItem {
  readonly id: string;
  readonly name: string;
  readonly jurisdiction: string;
  readonly code: string;
  /** A decimal fraction with up to six places: 0.2 is 20 %. */
  readonly rate: number;
}

export type CustomInputs = Readonly<Record<string, unknown>>;

/** A line of a cart. */
export interface CartLine {
  readonly id: string;
  readonly type: 'cart_item' | 'custom_item';
  /** Lines stand in this order, that in which they were added. */
  readonly position: number;
  readonly product_id: string | null;
  readonly name: string;
  readonly description: string;
  readonly sku: string;
  readonly slug: string;
  readonly manage_stock: boolean;
  readonly quantity: number;
  /** Minor units. */
  readonly unit_amount: number;
  readonly includes_tax: boolean;
  readonly taxes: readonly TaxItem[];
  readonly custom_inputs: CustomInputs | null;
  readonly custom_values: CustomValues;
  readonly created_at: string;
  readonly updated_at: string;
}

/** What the price of a line is made of. */
export type LineSummary = Pick<CartLine, 'id' | 'type' | 'quantity' | 'unit_amount' | 'includes_tax' | 'taxes'>;

/** What a line copies of its product, or of what was sent for a custom item. */
export type Merchandise = Pick<
  CartLine,
  'type' | 'product_id' | 'name' | 'description' | 'sku' | 'slug' | 'manage_stock' | 'unit_amount' | 'includes_tax'
>;

/** Merchandise to put into a cart. */
export interface Addition {
  readonly merchandise: Merchandise;
  readonly quantity: number;
  readonly taxes: readonly TaxItem[];
  /** Whether a line that is there already takes these taxes for its own. */
  readonly replaces_taxes: boolean;
  readonly custom_inputs: CustomInputs | null;
  /** Not taken by a line that is there already. */
  readonly custom_values: CustomValues;
}

/** Whether two pieces of merchandise share a line (reference: ambiguities.md, A44). */
function isSame(
  line: CartLine,
  { merchandise, custom_inputs }: { readonly merchandise: Merchandise } & Pick<CartLine, 'custom_inputs'>,
): boolean {
  if (line.type !== merchandise.type) return false;
  if (merchandise.type === 'custom_item') return merchandise.sku !== '' && line.sku === merchandise.sku;
  return line.product_id === merchandise.product_id && isDeepStrictEqual(line.custom_inputs ?? {}, custom_inputs ?? {});
}

/** Throws 400 for a line that is out of bounds, 422 for one with too many taxes. */
function checkBounds(line: CartLine, about: ErrorSubject = {}): CartLine {
  if (line.quantity > cartLimits.quantity) throw cartErrors.tooManyUnits();
  if (line.taxes.length > cartLimits.taxes) throw cartErrors.tooManyTaxes(about);
  // By this method a line never costs less than by the other.
  if (priceLine(line, 'line').value.with_tax > cartLimits.lineAmount) throw cartErrors.lineTooDear();
  return line;
}

const byteLength = (value: object) => Buffer.byteLength(JSON.stringify(value));

/**
 * Throws 400 when what shoppers add to lines is too much in all: an order takes it over, and a page has a hundred orders
 * with all their items.
 */
export function checkExtras(lines: readonly CartLine[]): void {
  const bytes = lines.reduce(
    (sum, { custom_inputs, custom_values, taxes }) => sum + byteLength([custom_inputs, custom_values, taxes]),
    0,
  );
  if (bytes > cartLimits.extrasBytes) throw cartErrors.tooManyExtras();
}

const replaceLine = (lines: readonly CartLine[], changed: CartLine) =>
  lines.map(line => (line.id === changed.id ? changed : line));

/**
 * Puts merchandise into a cart: into the line that has the same already, or into a new one. Of a product, the line takes
 * today's price; of a custom item, it keeps what it has. Throws 400 when a limit is exceeded.
 */
export function addToLines(lines: readonly CartLine[], addition: Addition, now: Date): readonly CartLine[] {
  const { merchandise, quantity, taxes, replaces_taxes, custom_inputs, custom_values } = addition;
  const known = lines.find(each => isSame(each, addition));
  const time = now.toISOString();
  if (known === undefined) {
    if (lines.length >= cartLimits.lines) throw cartErrors.tooManyLines();
    const line = checkBounds({
      ...merchandise,
      id: newId(now),
      position: (lines.at(-1)?.position ?? 0) + 1,
      quantity,
      taxes,
      custom_inputs,
      custom_values,
      created_at: time,
      updated_at: time,
    });
    return [...lines, line];
  }
  const line = checkBounds({
    ...known,
    ...(merchandise.type === 'cart_item' && priceOf(merchandise)),
    quantity: known.quantity + quantity,
    taxes: replaces_taxes ? taxes : known.taxes,
    updated_at: time,
  });
  return replaceLine(lines, line);
}

/** What a line takes from its product again whenever it changes. */
function priceOf({ unit_amount, includes_tax, manage_stock }: Merchandise) {
  return { unit_amount, includes_tax, manage_stock };
}

/** Changes to a line; `merchandise` is that of the product, when there still is one. */
export interface LineChange {
  readonly quantity: number;
  readonly custom_inputs: CustomInputs | null;
  readonly custom_values: CustomValues;
  readonly merchandise: Merchandise | undefined;
}

/**
 * Changes a line. When that makes it the same as another, it takes the other in, as adding would have (reference:
 * ambiguities.md, A44). Throws 400 when a limit is exceeded.
 */
export function changeLine(
  lines: readonly CartLine[],
  known: CartLine,
  change: LineChange,
  now: Date,
): readonly CartLine[] {
  const { custom_inputs, custom_values } = change;
  const twins = lines.filter(each => each !== known && isSame(each, { merchandise: known, custom_inputs }));
  const line = checkBounds({
    ...known,
    ...(change.merchandise && priceOf(change.merchandise)),
    quantity: twins.reduce((sum, twin) => sum + twin.quantity, change.quantity),
    custom_inputs,
    custom_values,
    updated_at: now.toISOString(),
  });
  return replaceLine(
    lines.filter(each => !twins.includes(each)),
    line,
  );
}

/** Gives a line other taxes. Throws 422 for too many, 400 when the line becomes too dear. */
export function taxLine(
  lines: readonly CartLine[],
  known: CartLine,
  taxes: readonly TaxItem[],
  now: Date,
): readonly CartLine[] {
  const line = { ...known, taxes, updated_at: now.toISOString() };
  return replaceLine(lines, checkBounds(line, { meta: { id: known.id } }));
}

/** The line with this id. Throws 404. */
export function lineOf(lines: readonly CartLine[], id: string): CartLine {
  const line = lines.find(each => each.id === id.toLowerCase());
  if (line === undefined) throw cartErrors.itemNotFound();
  return line;
}
