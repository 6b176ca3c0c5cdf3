import type { ErrorEntry } from '../../platform/errors.ts';
import { keywordError } from '../../platform/errors.ts';
import type { Context } from '../access/context.ts';
import type { ValueReader } from '../flows/extended-resource.ts';
import type { WriteFields } from '../flows/resource-entries.service.ts';
import type { Cart, CartCurrency } from './cart.ts';
import { type Entries, type Entry, entryReader, Refusals } from './cart-entries.ts';
import { CartItemPatch, CartItemPatchOfMany } from './cart-items.schema.ts';
import { addToLines, type CartLine, changeLine, lineOf } from './cart-lines.ts';
import { checkStock } from './cart-prices.ts';
import { checkCurrency, currencyToAdd, merchandiseOf, type Products, readProducts } from './cart-products.ts';
import { type FindReorderLines, isSource, type Wanted, wantedBy } from './cart-wanted.ts';
import { changeLines, inCart } from './carts.change.ts';
import { cartErrors } from './carts.errors.ts';
import { cartItems, type ShownLine, showLines } from './carts.fields.ts';
import { cartLimits } from './carts.limits.ts';
import { saveChanges } from './carts.store.ts';
import { readCustomInputs } from './custom-inputs.ts';

/** A cart after a change, and what of the request was refused. */
export interface ChangedCart {
  readonly cart: Cart<ShownLine>;
  readonly errors: readonly ErrorEntry[];
}

interface AddRequest extends Entries {
  /** The code of X-Moltin-Currency. */
  readonly currency: string | undefined;
  readonly findReorderLines: FindReorderLines;
}

/**
 * Adds to a cart what the entries want, in order, and makes the cart when there is none. Throws the errors when nothing
 * could be added, or when all was to be added or nothing.
 */
export async function addItems(ctx: Context, reference: string, request: AddRequest): Promise<ChangedCart> {
  if (request.entries.filter(isSource).length > cartLimits.sources) throw cartErrors.tooManySources();
  return cartItems.writeMany(ctx.db, (db, values) => addByFields({ ...ctx, db }, reference, request, values));
}

async function addByFields(
  ctx: Context,
  reference: string,
  { entries, isAllOrNothing, currency: asked, findReorderLines }: AddRequest,
  values: ValueReader,
): Promise<ChangedCart> {
  const refusals = new Refusals();
  // All reads are on the connection of the change: one that is held while waiting for a turn could be the last.
  const { cart, result } = await changeLines(ctx, reference, 'touch or create', async (tx, before) => {
    const inside = { ...ctx, db: tx };
    const wanted: Wanted[] = [];
    for (const entry of entries) {
      wanted.push(
        ...((await refusals.attempt(entry, () => wantedBy(inside, { reference, findReorderLines, values }, entry))) ??
          []),
      );
    }
    const references = wanted.flatMap(({ what }) => ('product' in what ? [what.product] : []));
    const products = await readProducts(ctx, tx, references);
    const preferred = wanted.find(each => each.preferredCurrency !== undefined)?.preferredCurrency;
    const currency = await currencyToAdd(tx, before, asked ?? (before.currency ? undefined : preferred));
    let { lines } = before;
    for (const each of wanted) {
      await refusals.attempt(each.entry, () => {
        lines = addWanted(ctx, lines, each, { products, currency });
      });
    }
    const isAnythingDone = lines !== before.lines;
    return {
      lines,
      currency,
      fieldVersion: values.version,
      result: refusals.settle({ isAllOrNothing, isAnythingDone }),
    };
  });
  return { cart: await showLines(ctx.db, cart), errors: result };
}

/** Throws what forbids it. */
function addWanted(
  ctx: Context,
  lines: readonly CartLine[],
  wanted: Wanted,
  { products, currency }: { products: Products; currency: CartCurrency },
): readonly CartLine[] {
  const { what } = wanted;
  if ('custom' in what) {
    if (what.currency !== undefined) checkCurrency(currency, what.currency);
    return addToLines(lines, { ...wanted, merchandise: what.custom }, ctx.now);
  }
  const product = products.find(what.product);
  if (product === undefined) {
    if (what.isSkippedWhenMissing) return lines;
    throw cartErrors.productNotFound();
  }
  const added = addToLines(lines, { ...wanted, merchandise: merchandiseOf(product, currency) }, ctx.now);
  checkStock(added, [product]);
  return added;
}

interface Update {
  readonly entry: Entry;
  readonly lineId: string;
  readonly patch: CartItemPatch;
}

const readPatch = entryReader<CartItemPatch>(CartItemPatch);
const readPatchOfMany = entryReader<CartItemPatchOfMany>(CartItemPatchOfMany);

/** Changes one line. Throws 404 for an unknown one. */
export async function updateItem(
  ctx: Context,
  reference: string,
  lineId: string,
  entry: Entry,
): Promise<Cart<ShownLine>> {
  const patch = readPatch(entry);
  if (patch.id !== undefined && patch.id.toLowerCase() !== lineId) {
    throw keywordError('enum', 'data.id', `id must be ${lineId}`);
  }
  const update = { entry, lineId, patch };
  return (await updateLines(ctx, reference, { isAllOrNothing: true, read: () => [update] })).cart;
}

/** Changes several lines. Throws the errors when nothing could be changed, or when all was to be changed or nothing. */
export async function updateItems(ctx: Context, reference: string, request: Entries): Promise<ChangedCart> {
  const { entries, isAllOrNothing } = request;
  return updateLines(ctx, reference, {
    isAllOrNothing,
    read: async refusals => {
      const updates: Update[] = [];
      for (const entry of entries) {
        const patch = await refusals.attempt(entry, () => readPatchOfMany(entry));
        if (patch !== undefined) updates.push({ entry, lineId: patch.id, patch });
      }
      return updates;
    },
  });
}

interface UpdateRequest {
  readonly isAllOrNothing: boolean;
  readonly read: (refusals: Refusals) => Promise<readonly Update[]> | readonly Update[];
}

function updateLines(ctx: Context, reference: string, request: UpdateRequest): Promise<ChangedCart> {
  return cartItems.writeMany(ctx.db, (db, values) => updateByFields({ ...ctx, db }, reference, request, values));
}

async function updateByFields(
  ctx: Context,
  reference: string,
  { isAllOrNothing, read }: UpdateRequest,
  values: ValueReader,
): Promise<ChangedCart> {
  const refusals = new Refusals();
  const updates = await read(refusals);
  const { cart, result } = await changeLines(ctx, reference, 'touch', async (tx, before) => {
    const changing = new Set(updates.map(({ lineId }) => lineId.toLowerCase()));
    const ids = before.lines.flatMap(({ id, product_id }) => (product_id && changing.has(id) ? [product_id] : []));
    const products = await readProducts(
      ctx,
      tx,
      ids.map(id => ({ id })),
    );
    let { lines } = before;
    for (const update of updates) {
      await refusals.attempt(update.entry, () => {
        lines = updateLine(ctx, lines, update, { products, currency: before.currency, values });
      });
    }
    const isAnythingDone = lines !== before.lines;
    return { lines, fieldVersion: values.version, result: refusals.settle({ isAllOrNothing, isAnythingDone }) };
  });
  return { cart: await showLines(ctx.db, cart), errors: result };
}

function updateLine(
  ctx: Context,
  lines: readonly CartLine[],
  { lineId, patch }: Update,
  { products, currency, values }: { products: Products; currency: CartCurrency | undefined; values: ValueReader },
): readonly CartLine[] {
  const line = lineOf(lines, lineId);
  if (patch.quantity === 0) return lines.filter(each => each !== line);
  // The line of a product that has been deleted keeps what it has.
  const product = line.product_id === null ? undefined : products.findAny(line.product_id);
  const changed = changeLine(
    lines,
    line,
    {
      quantity: patch.quantity,
      custom_inputs: patch.custom_inputs === undefined ? line.custom_inputs : readCustomInputs(patch.custom_inputs),
      custom_values: { ...line.custom_values, ...values.read(patch, false) },
      merchandise: product && currency && merchandiseOf(product, currency),
    },
    ctx.now,
  );
  if (product !== undefined) checkStock(changed, [product]);
  return changed;
}

/** Writes fields of a line of a cart, which stays locked until it is done. Throws 404 when there is none. */
export const writeCartItemFields: WriteFields = (ctx, { id, parent_id }, fieldsOf) =>
  inCart(ctx, parent_id ?? '', 'touch', async (tx, cart) => {
    const line = lineOf(cart.lines, id);
    const body = { ...(await fieldsOf(tx, line.custom_values)) };
    await cartItems.writeMany(tx, async (db, values) => {
      const custom_values = { ...line.custom_values, ...values.read(body, false) };
      const changed = { ...line, custom_values, updated_at: ctx.now.toISOString() };
      const lines = cart.lines.map(each => (each === line ? changed : each));
      await db.inTransaction(nested =>
        saveChanges(nested, cart, { lines, currency: cart.currency, fieldVersion: values.version }),
      );
    });
  });

/** Removes one line. Throws 404 for an unknown one. */
export async function removeItem(ctx: Context, reference: string, lineId: string): Promise<Cart<ShownLine>> {
  const { cart } = await changeLines(ctx, reference, 'touch', async (_tx, { lines }) => {
    const line = lineOf(lines, lineId);
    return { lines: lines.filter(each => each !== line), result: undefined };
  });
  return showLines(ctx.db, cart);
}

/** Removes every line; the cart stays. */
export async function removeItems(ctx: Context, reference: string): Promise<void> {
  await changeLines(ctx, reference, 'touch', async (_tx, { lines }) => ({
    lines: lines.length === 0 ? lines : [],
    result: undefined,
  }));
}
