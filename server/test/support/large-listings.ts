import { afterAll, beforeAll } from 'vitest';
import { smallListing } from '../../src/platform/db/known-sizes.ts';

const { rows } = smallListing;

/** Meanwhile all listings are read as large ones are, by the counts of values. */
export async function asLargeListings(work: () => Promise<void>): Promise<void> {
  smallListing.rows = -1;
  await work().finally(() => {
    smallListing.rows = rows;
  });
}

/** The same for all of a file. */
export function readAsLargeListings(): void {
  beforeAll(() => {
    smallListing.rows = -1;
  });
  afterAll(() => {
    smallListing.rows = rows;
  });
}
