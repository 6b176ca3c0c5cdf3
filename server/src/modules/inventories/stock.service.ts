import { v7 as uuidv7 } from 'uuid';
import type { StoreTx } from '../../platform/db/database.ts';
import {
  lockStocks,
  moveStocks,
  type StockAction,
  type StockRow,
  selectExistingProducts,
} from './inventories.store.ts';

/** A quantity of a product. The same product may stand on several lines: they add up. */
export interface StockLine {
  readonly product_id: string;
  readonly quantity: number;
}

type Movement = readonly [action: Exclude<StockAction, 'create'>, productId: string, quantity: number];

/** The quantity of each product, in the order of the lines. */
function addUp(lines: readonly StockLine[]): ReadonlyMap<string, number> {
  const wanted = new Map<string, number>();
  for (const { product_id, quantity } of lines) wanted.set(product_id, (wanted.get(product_id) ?? 0) + quantity);
  return wanted;
}

async function lock(tx: StoreTx, productIds: Iterable<string>): Promise<ReadonlyMap<string, StockRow>> {
  const rows = await tx.all(lockStocks, { ids: [...productIds] });
  return new Map(rows.map(row => [row.id, row]));
}

async function move(tx: StoreTx, movements: readonly Movement[], now: Date): Promise<void> {
  const moving = movements.filter(([, , quantity]) => quantity > 0);
  if (moving.length === 0) return;
  await tx.all(moveStocks, {
    ids: moving.map(() => uuidv7({ msecs: now.getTime() })),
    actions: moving.map(([action]) => action),
    productIds: moving.map(([, productId]) => productId),
    quantities: moving.map(([, , quantity]) => quantity),
    now,
  });
}

/**
 * Sets quantities aside for an order, of all lines or of none. Answers the first product of which too little is available;
 * then nothing has changed. Products that no longer exist are skipped. The stocks stay locked until the transaction ends.
 */
export async function allocateStock(
  tx: StoreTx,
  lines: readonly StockLine[],
  now: Date,
): Promise<undefined | { readonly product_id: string }> {
  const wanted = addUp(lines);
  const stocks = await lock(tx, wanted.keys());
  const short = [...wanted].filter(([id, quantity]) => (stocks.get(id)?.available ?? 0) < quantity).map(([id]) => id);
  // Without a stock there is nothing to allocate, unless the product is gone too.
  const existing = new Set(
    (short.length === 0 ? [] : await tx.all(selectExistingProducts, { ids: short })).map(row => row.id),
  );
  const first = short.find(id => existing.has(id));
  if (first !== undefined) return { product_id: first };
  const movements = [...wanted].filter(([id]) => stocks.has(id));
  await move(
    tx,
    movements.map(([id, quantity]): Movement => ['allocate', id, quantity]),
    now,
  );
  return undefined;
}

/** How much of each line is still allocated: staff may have freed some of it by hand since. */
async function stillAllocated(tx: StoreTx, lines: readonly StockLine[]): Promise<[id: string, quantity: number][]> {
  const wanted = addUp(lines);
  const stocks = await lock(tx, wanted.keys());
  return [...wanted].map(([id, quantity]) => [id, Math.min(quantity, stocks.get(id)?.allocated ?? 0)]);
}

/** Makes quantities that were allocated available again. Products that no longer exist are skipped. */
export async function deallocateStock(tx: StoreTx, lines: readonly StockLine[], now: Date): Promise<void> {
  const quantities = await stillAllocated(tx, lines);
  await move(
    tx,
    quantities.map(([id, quantity]): Movement => ['deallocate', id, quantity]),
    now,
  );
}

/** Takes quantities that were allocated out of the stock: they have left the house. Products that no longer exist are skipped. */
export async function fulfilStock(tx: StoreTx, lines: readonly StockLine[], now: Date): Promise<void> {
  const quantities = await stillAllocated(tx, lines);
  await move(
    tx,
    // The contract knows no action of its own for this; these two together reduce allocated and total.
    quantities.flatMap(([id, quantity]): Movement[] => [
      ['deallocate', id, quantity],
      ['decrement', id, quantity],
    ]),
    now,
  );
}
