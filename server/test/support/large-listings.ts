import { afterAll, beforeAll } from 'vitest';
import { smallListing } from '../../src/platform/db/known-sizes.ts';

const { rows } = smallListing;

const begin = () => {
  smallListing.rows = -1;
};
const end = () => {
  smallListing.rows = rows;
};

/** Meanwhile all listings are read as large ones are, by the counts of values. */
export function asLargeListings(work: () => Promise<void>): Promise<void> {
  begin();
  return work().finally(end);
}

/** The same for all of a file. */
export function readAsLargeListings(): void {
  beforeAll(begin);
  afterAll(end);
}
