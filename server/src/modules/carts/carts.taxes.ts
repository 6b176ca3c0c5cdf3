import type { ErrorEntry } from '../../platform/errors.ts';
import { requireSameId } from '../../platform/http/validation.ts';
import type { Context } from '../access/context.ts';
import { toRate } from '../prices/prices.ts';
import { type Entries, entryReader, Refusals } from './cart-entries.ts';
import { type CartLine, lineOf, type TaxItem, taxLine } from './cart-lines.ts';
import { type NewTaxItem, NewTaxItemOfLine, type TaxItemPatch } from './cart-taxes.schema.ts';
import { newTaxItem } from './cart-taxes.ts';
import { changeLines } from './carts.change.ts';
import { cartErrors } from './carts.errors.ts';

/** A tax item with the line that it belongs to. */
export interface TaxOfLine {
  readonly tax: TaxItem;
  readonly line: Pick<CartLine, 'id' | 'type'>;
}

/** Adds a tax item to a line. Throws 404 for an unknown line, 422 when it has too many. */
export async function addTax(ctx: Context, reference: string, lineId: string, input: NewTaxItem): Promise<TaxItem> {
  const tax = newTaxItem(input, ctx.now);
  await changeLines(ctx, reference, 'touch', async (_tx, { lines }) => {
    const line = lineOf(lines, lineId);
    return { lines: taxLine(lines, line, [...line.taxes, tax], ctx.now), result: undefined };
  });
  return tax;
}

const readTaxOfLine = entryReader<NewTaxItemOfLine>(NewTaxItemOfLine, {});

/** Adds tax items to the lines that they name. Throws the errors when none could be added, or all were to be or none. */
export async function addTaxes(
  ctx: Context,
  reference: string,
  { entries, isAllOrNothing }: Entries,
): Promise<{ readonly added: readonly TaxOfLine[]; readonly errors: readonly ErrorEntry[] }> {
  const { result } = await changeLines(ctx, reference, 'touch', async (_tx, before) => {
    const refusals = new Refusals();
    const added: TaxOfLine[] = [];
    let { lines } = before;
    for (const entry of entries) {
      await refusals.attempt(entry, () => {
        const input = readTaxOfLine(entry);
        const line = taxedLine(lines, input);
        const tax = newTaxItem(input, ctx.now);
        lines = taxLine(lines, line, [...line.taxes, tax], ctx.now);
        added.push({ tax, line });
      });
    }
    const errors = refusals.settle({ isAllOrNothing, isAnythingDone: added.length > 0 });
    return { lines, result: { added, errors } };
  });
  return result;
}

/** The line that a tax item names. Throws 404 for an unknown one, and one of another type. */
function taxedLine(lines: readonly CartLine[], { relationships }: NewTaxItemOfLine): CartLine {
  const { id, type } = relationships.item.data;
  const line = lines.find(each => each.id === id.toLowerCase());
  if (line === undefined) throw cartErrors.taxOfUnknownItem({ meta: { id } });
  if (line.type !== type) {
    throw cartErrors.taxOfOtherType({ gaps: { named: type, type: line.type }, meta: { id } });
  }
  return line;
}

function taxOf({ taxes }: CartLine, taxId: string): TaxItem {
  const tax = taxes.find(each => each.id === taxId);
  if (tax === undefined) throw cartErrors.taxNotFound();
  return tax;
}

/** Names a tax item of a line. */
interface OneTax {
  readonly lineId: string;
  readonly taxId: string;
}

/** Changes a tax item: keys not sent keep their value. Throws 404 for an unknown one. */
export async function changeTax(
  ctx: Context,
  reference: string,
  { lineId, taxId }: OneTax,
  patch: TaxItemPatch,
): Promise<TaxItem> {
  requireSameId(patch.id, taxId);
  const { result } = await changeLines(ctx, reference, 'touch', async (_tx, { lines }) => {
    const line = lineOf(lines, lineId);
    const known = taxOf(line, taxId);
    const { name = known.name, jurisdiction = known.jurisdiction, code = known.code, rate = known.rate } = patch;
    const changed: TaxItem = { id: known.id, name, jurisdiction, code, rate: toRate(rate) };
    const taxes = line.taxes.map(each => (each === known ? changed : each));
    return { lines: taxLine(lines, line, taxes, ctx.now), result: changed };
  });
  return result;
}

/** Removes a tax item. Throws 404 for an unknown one. */
export async function removeTax(ctx: Context, reference: string, { lineId, taxId }: OneTax): Promise<void> {
  await changeLines(ctx, reference, 'touch', async (_tx, { lines }) => {
    const line = lineOf(lines, lineId);
    const known = taxOf(line, taxId);
    const taxes = line.taxes.filter(each => each !== known);
    return { lines: taxLine(lines, line, taxes, ctx.now), result: undefined };
  });
}

/** Removes the tax items of every line. */
export async function removeTaxes(ctx: Context, reference: string): Promise<void> {
  await changeLines(ctx, reference, 'touch', async (_tx, { lines }) => ({
    lines: lines.reduce((all, line) => (line.taxes.length === 0 ? all : taxLine(all, line, [], ctx.now)), lines),
    result: undefined,
  }));
}
