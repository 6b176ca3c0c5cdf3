import type pg from 'pg';
import type { Scenario } from '../scenario.ts';
import { orderHistory } from './order-history.ts';

const orders = 10_000;
const limit = 10;

/** Gives a customer 10,000 copies of an order of another, unless there are orders already. */
async function addOrders(database: pg.Pool, customerId: string, modelOf: string): Promise<void> {
  await database.query(
    `with model as (
       select store_id, id from orders
       where customer_id = $2 and not exists (select from orders where customer_id = $1) limit 1
     ), made as (
       insert into orders
       select copy.* from (select n, gen_random_uuid() as id from generate_series(1, $3::int) n) given
       cross join (select orders.* from orders join model using (store_id, id)) original
       cross join lateral jsonb_populate_record(null::orders, to_jsonb(original) || jsonb_build_object(
         'id', given.id, 'customer_id', $1::uuid, 'created_at', original.created_at - n * interval '1 minute')) copy
       returning store_id, id
     ), items as (
       insert into order_items
       select copy.* from made cross join (
         select order_items.* from order_items join model on order_id = model.id and order_items.store_id = model.store_id
       ) original
       cross join lateral jsonb_populate_record(
         null::order_items, to_jsonb(original) || jsonb_build_object('order_id', made.id)) copy
     )
     insert into order_counts (store_id, customer_id, order_count)
     select store_id, $1::uuid, count(*) from made group by store_id
     on conflict (store_id, customer_id) do update set order_count = order_counts.order_count + excluded.order_count`,
    [customerId, modelOf, orders],
  );
  await database.query('vacuum analyze orders, order_items');
}

interface Links {
  readonly links: { readonly next: string };
}

/**
 * A page of a shopper with 10,000 orders, beside the bare query for the first page of one with ten. `by` cursor: as the link
 * of the page before has it.
 */
export const longOrderHistory = (page: string, offset: number, by: 'offset' | 'cursor' = 'offset'): Scenario => ({
  name: `order history of ${orders}, ${page} page${by === 'cursor' ? ' by cursor' : ''}`,
  requests: async (shop, database) => {
    const [shopper, regular] = [shop.shoppers.at(-1), shop.regulars[0]];
    if (shopper === undefined || regular === undefined) throw new Error('the shop has no shoppers');
    await addOrders(database, shopper.id, regular.id);
    const { headers } = shopper;
    const pathAt = (start: number) => `/v2/orders?include=items&page[limit]=${limit}&page[offset]=${start}`;
    if (by === 'offset') return [{ method: 'GET', path: pathAt(offset), headers }];
    const { next } = (await shop.get<Links>(headers, pathAt(offset - limit))).links;
    return [{ method: 'GET', path: next.slice(new URL(next).origin.length), headers }];
  },
  ...(orderHistory.floor && { floor: orderHistory.floor }),
});
