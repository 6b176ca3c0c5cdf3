import type { StoreDb } from '../../platform/db/database.ts';
import { billingFields, shippingFields } from '../orders/orders.address.ts';
import { type ExportedItem, type ExportedOrder, exportOrders } from '../orders/orders.export.ts';
import type { Export } from './csv.ts';

/** A row of the file: one item of an order, beside its order (reference: platform.md, "Jobs"). */
const columns: readonly (readonly [name: string, value: (order: ExportedOrder, item: ExportedItem) => unknown])[] = [
  ['order_id', order => order.id],
  ['order_number', order => order.order_number],
  ['external_ref', order => order.external_ref],
  ['status', order => order.status],
  ['payment', order => order.payment],
  ['shipping', order => order.shipping],
  ['created_at', order => order.created_at],
  ['updated_at', order => order.updated_at],
  ['customer_id', order => order.customer_id],
  ['customer_name', order => order.customer_name],
  ['customer_email', order => order.customer_email],
  ...billingFields.map(field => [`billing_${field}`, (order: ExportedOrder) => order.billing_address[field]] as const),
  ...shippingFields.map(
    field => [`shipping_${field}`, (order: ExportedOrder) => order.shipping_address[field]] as const,
  ),
  ['currency', order => order.currency],
  ['total_with_tax', order => order.with_tax],
  ['total_without_tax', order => order.without_tax],
  ['total_tax', order => order.tax],
  ['item_name', (_, item) => item.name],
  ['item_sku', (_, item) => item.sku],
  ['item_quantity', (_, item) => item.quantity],
  ['item_unit_amount', (_, item) => item.unit_amount],
  ['item_value_with_tax', (_, item) => item.value_with_tax],
  ['item_value_without_tax', (_, item) => item.value_without_tax],
  ['item_value_tax', (_, item) => item.value_tax],
];

const own = new Set(columns.map(([name]) => name));

/** A row for each item of each order that a filter matches, with the fields of both. Amounts in minor units, times in ISO 8601. */
export async function exportOrderRows(db: StoreDb, filter: string): Promise<Export> {
  const { slugs, batches, items } = await exportOrders(db, filter);
  const rowsOf = (order: ExportedOrder) => {
    const ofOrder = slugs.map(slug => order.custom[slug]);
    return (order.items ?? []).map(item => {
      const ofItem = items.show(item.custom_values ?? {});
      return [...columns.map(([, value]) => value(order, item)), ...ofOrder, ...items.slugs.map(slug => ofItem[slug])];
    });
  };
  return {
    columns: [
      ...own,
      ...slugs.map(slug => (own.has(slug) ? `orders.${slug}` : slug)),
      ...items.slugs.map(slug => `order_items.${slug}`),
    ],
    batches: (async function* rows() {
      for await (const orders of batches) yield orders.flatMap(rowsOf);
    })(),
  };
}
