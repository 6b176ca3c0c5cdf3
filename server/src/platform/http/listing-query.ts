import Type from 'typebox';
import { CursorPageQuery } from './schemas.ts';

interface Documented {
  readonly filterable: Readonly<Record<string, { readonly operators: readonly string[] }>>;
  readonly sorts: readonly string[];
  readonly defaultSort: { readonly field: string; readonly descending: boolean };
}

/**
 * Query parameters of a filtered, sorted and paged listing, made from its declaration, for the documentation; read by
 * platform/query. `note`: what is special about its filters.
 */
export function listingQuery(
  { filterable, sorts, defaultSort }: Documented,
  options: { readonly filters: readonly string[]; readonly note?: string },
) {
  const attributes = Object.entries(filterable).map(
    ([name, { operators }]) => `* \`${name}\`: ${operators.join(', ')}`,
  );
  const filter = [
    'Clauses `operator(attribute,value)` joined by `:`, at most 10, all of which must hold. `*` in a `like` stands for any ' +
      'run of characters; `in` lists up to 100 values. A value with other characters than letters, digits, spaces and ' +
      '`$ - _ * . @ + : / { } |` goes into double quotes, where `\\` escapes. Times are `2021-03-04` (that day, UTC), ISO 8601 or milliseconds. Percent-encode the whole.',
    attributes.join('\n'),
    ...(options.note === undefined ? [] : [options.note]),
  ].join('\n\n');
  const fallback = `${defaultSort.descending ? '-' : ''}${defaultSort.field}`;
  return Type.Object({
    filter: Type.Optional(Type.String({ description: filter, examples: [...options.filters] })),
    sort: Type.Optional(
      Type.String({
        description: `One of ${sorts.join(', ')}; descending with a minus before it. Without it: \`${fallback}\``,
        examples: [fallback],
      }),
    ),
    ...CursorPageQuery.properties,
  });
}
