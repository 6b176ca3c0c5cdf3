import type { StoreDb, StoreTx } from '../../platform/db/database.ts';
import { anyShard } from '../../platform/db/totals.ts';
import { newId } from '../../platform/text/uuid.ts';
import {
  deleteStock,
  insertStock,
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

/** What each action adds to available and to allocated, for each unit. */
export const stockEffects = {
  increment: { available: 1, allocated: 0 },
  decrement: { available: -1, allocated: 0 },
  allocate: { available: -1, allocated: 1 },
  deallocate: { available: 1, allocated: -1 },
} as const satisfies Record<Exclude<StockAction, 'create'>, { available: number; allocated: number }>;

type Movement = readonly [action: keyof typeof stockEffects, productId: string, quantity: number];

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
  const moved = [...Map.groupBy(moving, ([, productId]) => productId)];
  const sumOf = (part: 'available' | 'allocated') =>
    moved.map(([, own]) => own.reduce((sum, [action, , quantity]) => sum + quantity * stockEffects[action][part], 0));
  await tx.all(moveStocks, {
    ids: moving.map(() => newId(now)),
    actions: moving.map(([action]) => action),
    productIds: moving.map(([, productId]) => productId),
    quantities: moving.map(([, , quantity]) => quantity),
    stockIds: moved.map(([productId]) => productId),
    availableBy: sumOf('available'),
    allocatedBy: sumOf('allocated'),
    now,
  });
}

/** Gives a product its stock. Answers undefined when it has one. */
export function openStock(db: StoreDb, productId: string, quantity: number, now: Date): Promise<StockRow | undefined> {
  const id = newId(now);
  return db.first(insertStock, { id, productId, quantity, now, shard: anyShard() });
}

/** Takes the stock of a product away, with its transactions. Answers whether it had one. */
export async function closeStock(db: StoreDb, productId: string): Promise<boolean> {
  return (await db.first(deleteStock, { id: productId, shard: anyShard() })) !== undefined;
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

/** A quantity that was allocated, with the stock as it is now: staff may have freed some by hand since. */
interface Allocated extends StockLine {
  readonly stock: StockRow;
}

async function lockAllocated(tx: StoreTx, lines: readonly StockLine[]): Promise<Allocated[]> {
  const wanted = addUp(lines);
  const stocks = await lock(tx, wanted.keys());
  return [...stocks].map(([product_id, stock]) => ({ product_id, quantity: wanted.get(product_id) ?? 0, stock }));
}

/** Frees what is still allocated of a quantity. */
const freed = ({ product_id, quantity, stock }: Allocated): Movement => [
  'deallocate',
  product_id,
  Math.min(quantity, stock.allocated),
];

/** Makes quantities that were allocated available again. Products that no longer exist are skipped. */
export async function deallocateStock(tx: StoreTx, lines: readonly StockLine[], now: Date): Promise<void> {
  const allocated = await lockAllocated(tx, lines);
  await move(tx, allocated.map(freed), now);
}

/**
 * Takes quantities that were allocated out of the stock: they have left the house, also those that staff have freed by hand
 * since, as far as they are still there. Products that no longer exist are skipped.
 */
export async function fulfilStock(tx: StoreTx, lines: readonly StockLine[], now: Date): Promise<void> {
  const allocated = await lockAllocated(tx, lines);
  await move(
    tx,
    // The contract knows no action of its own for this; these two together reduce allocated and total.
    allocated.flatMap((each): Movement[] => {
      const { product_id, quantity, stock } = each;
      return [freed(each), ['decrement', product_id, Math.min(quantity, stock.available + stock.allocated)]];
    }),
    now,
  );
}
