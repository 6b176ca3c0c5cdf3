import { sql, storeStatement } from '../../platform/db/statement.ts';
import { type ErrorEntry, throwAny } from '../../platform/errors.ts';
import { isUuid } from '../../platform/text/uuid.ts';
import type { Context } from '../access/context.ts';
import { extendedResource } from '../flows/extended-resource.ts';
import { fieldVersion, noValues, unindexFlow, type Versioned } from '../flows/values.store.ts';
import { logAnonymized } from './orders.audit.ts';
import { orderErrors } from './orders.errors.ts';
import type { OrderRow } from './orders.store.ts';

const extended = extendedResource('orders');

/** What stands where personal data stood (reference: orders.md, "Anonymize"). */
const mask = '**';

const masked = (text: string) => sql`case when ${sql.ref(text)} = '' then '' else ${sql.lit(mask)} end`;
const maskedKeys = (texts: readonly string[]) =>
  sql.join(
    texts.flatMap(text => [sql`${sql.ref(text)} = ${masked(text)}`, sql`${sql.ref(`${text}_key`)} = ${masked(text)}`]),
  );
const maskedObject = (column: string) => sql`${sql.ref(column)} = (
  select jsonb_object_agg(key, case when value = '' then '' else ${sql.lit(mask)} end)
  from jsonb_each_text(${sql.ref(column)}))`;

/**
 * Masks the personal data of those orders that are finished; answers all that there are. What the fields of the store hold
 * of them and of their items, and what shoppers had put on the items, may be personal, too: nothing of it stays.
 */
const anonymize = storeStatement<{ ids: string[]; now: Date }>()(
  p => sql<OrderRow & Versioned & { readonly is_now: boolean }>`
    with anonymized as (
      update orders set
        ${maskedKeys(['customer_name', 'customer_email', 'shipping_name', 'billing_name', 'shipping_postcode', 'billing_postcode'])},
        ${maskedObject('shipping_address')}, ${maskedObject('billing_address')},
        is_anonymized = true, custom_values = ${noValues(p.storeId, 'orders')}, updated_at = ${p.now}
      where store_id = ${p.storeId} and id = any(${p.ids}::uuid[]) and not is_anonymized
        and (shipping = 'fulfilled' or status = 'cancelled' or payment = 'refunded')
      returning *
    ), items as (
      update order_items set custom_values = '{}', custom_inputs = null
      where store_id = ${p.storeId} and order_id in (select id from anonymized)
        and (custom_values <> '{}' or custom_inputs is not null)
    ), ${unindexFlow(p.storeId, 'unindexed', 'orders', sql`select id from anonymized`)}
    select *, ${fieldVersion(p.storeId)} as field_version, true as is_now from anonymized
    union all
    select *, ${fieldVersion(p.storeId)}, false from orders
    where store_id = ${p.storeId} and id = any(${p.ids}::uuid[]) and id not in (select id from anonymized)`,
);

const notAnonymized = (orderId: string): ErrorEntry => ({
  status: 422,
  title: 'Could not anonymize orders',
  detail: 'Only orders that are fulfilled, cancelled or fully refunded can be anonymized',
  meta: { order_id: orderId },
});

/**
 * Removes the personal data of orders for ever; those that cannot be are answered as errors beside the others. Throws
 * when none can.
 */
export async function anonymizeOrders(
  ctx: Context,
  orderIds: readonly string[],
): Promise<{ readonly orders: readonly (OrderRow & Versioned)[]; readonly errors: readonly ErrorEntry[] }> {
  const ids = [...new Set(orderIds.map(id => id.toLowerCase()))];
  const rows = await ctx.db.inTransaction(async tx => {
    const known = ids.filter(isUuid);
    // Locked first, so that nobody gives them values of fields meanwhile.
    await extended.lock(tx, known);
    const found = await tx.all(anonymize, { ids: known, now: ctx.now });
    for (const { id, is_now } of found) if (is_now) await logAnonymized(tx, ctx, id);
    return found;
  });
  const found = new Map(rows.map(row => [row.id, row]));
  const orders = ids.flatMap(id => (found.get(id)?.is_anonymized ? [found.get(id) as OrderRow & Versioned] : []));
  const errors = ids
    .filter(id => found.get(id)?.is_anonymized !== true)
    .map(id => (found.has(id) ? notAnonymized(id) : { ...orderErrors.notFound().entry, meta: { order_id: id } }));
  if (orders.length === 0) throwAny(errors);
  return { orders, errors };
}
