import { lowerCase } from '../../platform/text/fold.ts';
import type { Context } from '../access/context.ts';

/** A tag as it is stored and compared. */
export const foldTag = (text: string): string => lowerCase(text.trim());

/** Whether who asks may see and set tags: not with a customer token, whoever sends it along. */
export const knowsTags = ({ role, shopper }: Context): boolean => role === 'admin' && shopper === undefined;

const byCodePoints = (one: string, other: string) => Buffer.compare(Buffer.from(one), Buffer.from(other));

/** The tags that a body sets, as they are stored: in the order of PostgreSQL's collation "C"; null when it sets none, or may not. */
export function tagsToStore(ctx: Context, { tags }: { readonly tags?: readonly string[] }): string[] | null {
  return tags === undefined || !knowsTags(ctx) ? null : [...new Set(tags.map(foldTag))].sort(byCodePoints);
}
