import { type RawBuilder, sql } from 'kysely';

/** What changes with every change of a row: the time tells states before and after a restored backup apart. */
interface Changing {
  readonly updated_at: string;
  readonly revision: number;
}

/** The states of a row that a change is meant for, by their tags; null is any. */
export type ExpectedTags = readonly string[] | null;

/** Names the state of a row. `hasExpectedTag` makes the same of its columns. */
export const tagOf = ({ updated_at, revision }: Changing): string => `${Date.parse(updated_at)}-${revision}`;

/** Whether a row, locked or just read, is in an expected state. */
export const isExpected = (tags: ExpectedTags, row: Changing): boolean => tags === null || tags.includes(tagOf(row));

/** For the condition of a statement that writes a row: whether it is in an expected state. */
export const hasExpectedTag = (tags: ExpectedTags): RawBuilder<boolean> => sql<boolean>`(
  ${tags}::text[] is null
  or floor(extract(epoch from updated_at) * 1000)::bigint || '-' || revision = any(${tags}::text[])
)`;
