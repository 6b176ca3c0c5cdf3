import { connectionLeadMs } from '../../platform/http/arrivals.ts';
import type { Context } from '../access/context.ts';

/** Checkouts of this process that ask for the same of one cart, each of which arrived before those before it were answered. */
export interface Unanswered {
  /** The order that one of them has made, in a transaction that may not have ended yet. */
  orderId: string | null;
}

interface Entry extends Unanswered {
  readonly key: string;
  open: number;
  answeredAt: number;
}

const entries = new Map<string, Entry>();
const joined = new WeakMap<Context, Entry>();

/** Takes a checkout in, beside those that ask for the same. `key`: the store, the cart and what is asked for. */
export function joinUnanswered(ctx: Context, key: string): Unanswered {
  const known = entries.get(key);
  const isOverlapping = known !== undefined && (known.open > 0 || known.answeredAt >= ctx.arrivedAt);
  const entry = isOverlapping ? known : { key, orderId: null, open: 0, answeredAt: 0 };
  entries.set(key, entry);
  joined.set(ctx, entry);
  entry.open += 1;
  return entry;
}

/** To be called when the answer to a checkout is sent. */
export function leaveUnanswered(ctx: Context): void {
  const entry = joined.get(ctx);
  if (entry === undefined) return;
  entry.open -= 1;
  const answeredAt = performance.now();
  entry.answeredAt = answeredAt;
  if (entry.open === 0) setTimeout(forget, connectionLeadMs, entry, answeredAt).unref();
}

/** A checkout that had arrived before the answer has been read by now. */
function forget(entry: Entry, answeredAt: number): void {
  const isLast = entry.open === 0 && entry.answeredAt === answeredAt;
  if (isLast && entries.get(entry.key) === entry) entries.delete(entry.key);
}
