import type { RawBuilder } from 'kysely';
import { sql } from '../../platform/db/statement.ts';

/** What is available of a product, as an expression for the statements of other modules; 0 when it has no stock. */
export function availableStock(storeId: unknown, productId: RawBuilder<unknown>): RawBuilder<number> {
  return sql`coalesce(
    (select stocks.available from stocks where stocks.store_id = ${storeId} and stocks.id = ${productId}), 0)`;
}
