import { createHash } from 'node:crypto';

/** A place in the order of a listing: that of one record. */
export interface Position {
  /** What carries the order, as text; null for a record without a value, which come last. */
  readonly key: string | null;
  readonly id: string;
}

/** A longer key gives no cursor: its text would not fit into a URL. */
const maxKeyBytes = 1024;

const digestOf = (listing: unknown) =>
  createHash('sha256').update(JSON.stringify(listing)).digest('base64url').slice(0, 16);

/** The text that names a place in a listing; undefined when it would be too long. `listing`: what it is bound to, as JSON. */
export function printCursor(listing: unknown, { key, id }: Position): string | undefined {
  if (key !== null && Buffer.byteLength(key) > maxKeyBytes) return undefined;
  return Buffer.from(JSON.stringify([digestOf(listing), id, key])).toString('base64url');
}

/** The place that a text names; undefined for what was not printed for this listing. Key and id may be anybody's text. */
export function parseCursor(listing: unknown, text: string): Position | undefined {
  let read: unknown;
  try {
    read = JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    return undefined;
  }
  if (!Array.isArray(read) || read.length !== 3) return undefined;
  const [digest, id, key] = read;
  if (digest !== digestOf(listing) || typeof id !== 'string') return undefined;
  if (key !== null && (typeof key !== 'string' || Buffer.byteLength(key) > maxKeyBytes)) return undefined;
  return { key, id };
}
