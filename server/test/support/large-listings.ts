import { afterAll, beforeAll } from 'vitest';
import { smallListing } from '../../src/platform/db/known-sizes.ts';

/** In this file all listings are read as large ones are, by the counts of values. */
export function readAsLargeListings(): void {
  const { rows } = smallListing;
  beforeAll(() => {
    smallListing.rows = -1;
  });
  afterAll(() => {
    smallListing.rows = rows;
  });
}
