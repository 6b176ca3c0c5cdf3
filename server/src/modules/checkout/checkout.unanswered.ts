import type { Context } from '../access/context.ts';

/** Checkouts of this process that ask for the same of one cart, and of which one at least is not answered yet. */
export interface Unanswered {
  /** The order that one of them has made, in a transaction that may not have ended yet. */
  orderId: string | null;
}

interface Entry extends Unanswered {
  open: number;
}

const entries = new Map<string, Entry>();
const keys = new WeakMap<Context, string>();

/** Takes a checkout in, beside those that ask for the same. `key`: the store, the cart and what is asked for. */
export function joinUnanswered(ctx: Context, key: string): Unanswered {
  const entry = entries.get(key) ?? { orderId: null, open: 0 };
  entries.set(key, entry);
  entry.open += 1;
  keys.set(ctx, key);
  return entry;
}

/** To be called when the answer to a checkout is sent. */
export function leaveUnanswered(ctx: Context): void {
  const key = keys.get(ctx);
  const entry = key === undefined ? undefined : entries.get(key);
  if (key === undefined || entry === undefined) return;
  entry.open -= 1;
  if (entry.open === 0) entries.delete(key);
}
