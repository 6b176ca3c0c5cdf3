import { defineListing, type Scope } from '../../platform/db/listing.ts';
import { byId } from '../../platform/db/listing-order.ts';
import type { JobRow } from './jobs.store.ts';

/** Jobs, by their ids, which tell when they were made. */
export const jobListing = defineListing<JobRow, 'id'>({
  table: 'jobs',
  filterable: {},
  sortColumns: { id: byId },
  defaultSort: { field: 'id', descending: true },
});

/** Every job of the store. They are deleted in time, so counting them is cheap. */
export const allJobs: Scope = { shape: 'all', values: {} };
