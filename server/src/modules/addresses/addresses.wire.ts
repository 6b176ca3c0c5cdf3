import type { Extended } from '../flows/extended-resource.ts';
import { type Address, type AddressField, addressFields } from './addresses.schema.ts';
import type { AddressRow } from './addresses.store.ts';

/** An address as the contract shows it (reference: addresses.md, "Object"). A key of its own wins over a field. */
export function toAddress(row: Extended<AddressRow>, baseUrl: string): Address {
  const texts = {} as Record<AddressField, string>;
  for (const field of addressFields) texts[field] = row[field];
  return {
    ...row.custom,
    id: row.id,
    type: 'address',
    ...texts,
    links: { self: `${baseUrl}/v2/customers/${row.customer_id}/addresses/${row.id}` },
    relationships: { ...row.related, customer: { data: { type: 'customer', id: row.customer_id } } },
    meta: { timestamps: { created_at: row.created_at, updated_at: row.updated_at } },
  };
}
