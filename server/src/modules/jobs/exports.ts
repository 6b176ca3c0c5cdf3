import type { StoreDb } from '../../platform/db/database.ts';
import { checkCustomerFilter } from '../customers/customers.export.ts';
import { checkOrderFilter } from '../orders/orders.export.ts';
import type { Export } from './csv.ts';
import { exportCustomerRows } from './customer-export.ts';
import type { JobType } from './jobs.schema.ts';
import { exportOrderRows } from './order-export.ts';

interface Exporter {
  /** How the names of its files begin. */
  readonly fileName: string;
  /** Throws 400 for a filter that cannot be used. */
  check(db: StoreDb, filter: string): Promise<void>;
  open(db: StoreDb, filter: string): Promise<Export>;
}

/** How each `job_type` is exported. */
export const exporters: Readonly<Record<JobType, Exporter>> = {
  order_export: { fileName: 'orders', check: checkOrderFilter, open: exportOrderRows },
  customer_export: { fileName: 'customers', check: checkCustomerFilter, open: exportCustomerRows },
};
