import type { FilterClause } from './filter.ts';
import { parseFilter } from './filter-parameter.ts';
import { type Extent, type Page, pageLinks, pageMeta, parseCursorPage } from './page.ts';
import type { RawQuery } from './query-string.ts';
import { parseSort, type SortOrder } from './sort.ts';

/** What a listing is asked for. */
export interface ListRequest<Sort extends string> {
  readonly filter: readonly FilterClause[];
  readonly sort: SortOrder<Sort>;
  readonly page: Page;
}

/** Reads filter, sort and page of a query. Throws 400 for any that is not valid. */
export function readListQuery<Sort extends string>(
  query: RawQuery,
  listing: { readonly sorts: readonly Sort[]; readonly defaultSort: SortOrder<Sort> },
  defaultLimit: number,
): ListRequest<Sort> {
  return {
    page: parseCursorPage(query, defaultLimit),
    filter: parseFilter(query.filter ?? ''),
    sort: parseSort(query, listing.sorts, listing.defaultSort),
  };
}

/** The document of a page (reference: README.md, "Document shape", "Pagination"). */
export function pageDocument<T>(
  data: readonly T[],
  asked: { readonly baseUrl: string; readonly path: string; readonly query: RawQuery; readonly page: Page },
  extent: Extent,
) {
  return {
    data: [...data],
    meta: pageMeta(asked.page, extent),
    links: pageLinks(asked, asked.page, extent),
  };
}
