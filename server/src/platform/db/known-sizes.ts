import { LRUCache } from 'lru-cache';

/** Of so many rows PostgreSQL's first plan is good enough, and the planning of a better one takes longer. Tests change it. */
export const smallListing = { rows: 10_000 };
const rememberedMs = 60_000;

/** Which listings of which stores are small, as this process has last seen them. */
export interface KnownSizes {
  isSmall(listing: unknown): boolean;
  remember(listing: unknown, rows: number): void;
}

/** Remembers sizes for a minute; a listing is named by anything that becomes the same JSON. */
export function knownSizes(): KnownSizes {
  const known = new LRUCache<string, number>({ max: 10_000, ttl: rememberedMs });
  return {
    isSmall: listing => (known.get(JSON.stringify(listing)) ?? Number.POSITIVE_INFINITY) <= smallListing.rows,
    remember: (listing, rows) => void known.set(JSON.stringify(listing), rows),
  };
}
