import type { StoreDb } from '../../platform/db/database.ts';
import type { Found } from '../../platform/db/listing.ts';
import type { ListRequest } from '../../platform/query/list-query.ts';
import type { Context } from '../access/context.ts';
import { customerTagListing, tagsInUse } from './customer-tags.list.ts';
import { type CustomerTagRow, deleteUnusedTags } from './customer-tags.store.ts';

export type { CustomerTagRow } from './customer-tags.store.ts';

/** A page of the tags that customers of the store have. */
export async function listCustomerTags(ctx: Context, asked: ListRequest<'name'>): Promise<Found<CustomerTagRow>> {
  return (await customerTagListing.select(ctx.db, { ...asked, scope: tagsInUse })) ?? { rows: [], total: 0 };
}

/** Forgets tags that no customer has any more, at most `limit`. Answers how many. */
export async function forgetUnusedTags(db: StoreDb, limit: number): Promise<number> {
  return (await db.first(deleteUnusedTags, { limit }))?.deleted ?? 0;
}
