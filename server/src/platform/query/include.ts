import { type RawQuery, refuseRepeated } from './query-string.ts';

const maxNames = 5;

/**
 * The names of the resources to include, in lower case: the first five that differ. Unknown names are for the caller to
 * ignore (reference: README.md, "Includes").
 */
export function parseInclude(query: RawQuery): ReadonlySet<string> {
  refuseRepeated(query);
  const names = new Set<string>();
  for (const part of (query.include ?? '').split(',')) {
    const name = part.trim().toLowerCase();
    if (name !== '') names.add(name);
    if (names.size === maxNames) break;
  }
  return names;
}
