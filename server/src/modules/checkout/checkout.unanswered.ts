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
  /** Whether all that had come in when the last answer was sent has been read since. */
  isRead: boolean;
}

/** A process that takes longer than that, in milliseconds, to read what has come in is held up. */
const heldUpMs = 50;

/**
 * Whether what is read now may have waited since before the last answer, because the process was busy: it overlaps then.
 * Otherwise a client that has its answer may be as fast.
 */
const isHeldUp = ({ isRead, answeredAt }: Entry) => !isRead && performance.now() - answeredAt > heldUpMs;

const entries = new Map<string, Entry>();
const joined = new WeakMap<Context, Entry>();

/** Takes a checkout in, beside those that ask for the same. `key`: the store, the cart and what is asked for. */
export function joinUnanswered(ctx: Context, key: string): Unanswered {
  const known = entries.get(key);
  const isOverlapping = known !== undefined && (known.open > 0 || known.answeredAt >= ctx.arrivedAt || isHeldUp(known));
  const entry = isOverlapping ? known : { key, orderId: null, open: 0, answeredAt: 0, isRead: true };
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
  entry.isRead = false;
  // Between two turns of `setImmediate` the event loop reads all that has come in.
  setImmediate(() => setImmediate(endTurn, entry, answeredAt));
}

function endTurn(entry: Entry, answeredAt: number): void {
  if (entry.answeredAt !== answeredAt) return;
  if (isHeldUp(entry)) entry.answeredAt = performance.now();
  entry.isRead = true;
  if (entry.open === 0) setTimeout(forget, connectionLeadMs, entry, entry.answeredAt).unref();
}

/** A checkout that had arrived before the answer has been read by now. */
function forget(entry: Entry, answeredAt: number): void {
  const isLast = entry.open === 0 && entry.answeredAt === answeredAt;
  if (isLast && entries.get(entry.key) === entry) entries.delete(entry.key);
}
