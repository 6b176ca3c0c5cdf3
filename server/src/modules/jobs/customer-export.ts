import type { StoreDb } from '../../platform/db/database.ts';
import { type ExportedCustomer, exportCustomers } from '../customers/customers.export.ts';
import type { Export } from './csv.ts';

const columns: readonly (readonly [name: string, value: (customer: ExportedCustomer) => unknown])[] = [
  ['id', customer => customer.id],
  ['name', customer => customer.name],
  ['email', customer => customer.email],
  ['password', customer => customer.password_hash !== null],
  ['external_ref', customer => customer.external_ref],
  ['tags', customer => customer.tags.join(',')],
  ['created_at', customer => customer.created_at],
  ['updated_at', customer => customer.updated_at],
];
const own = new Set(columns.map(([name]) => name));

/** A row of the file: a customer, with the fields of the store. Times in ISO 8601. */
export async function exportCustomerRows(db: StoreDb, filter: string): Promise<Export> {
  const { slugs, batches } = await exportCustomers(db, filter);
  const rowOf = (customer: ExportedCustomer) => [
    ...columns.map(([, value]) => value(customer)),
    ...slugs.map(slug => customer.custom[slug]),
  ];
  return {
    columns: [...own, ...slugs.map(slug => (own.has(slug) ? `customers.${slug}` : slug))],
    batches: (async function* rows() {
      for await (const customers of batches) yield customers.map(rowOf);
    })(),
  };
}
