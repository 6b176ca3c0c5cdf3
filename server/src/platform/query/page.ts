import { apiError } from '../errors.ts';
import { type RawQuery, refuseRepeated } from './query-string.ts';

/** A larger limit is read as this one (reference: ambiguities.md, A27). */
export const maxLimit = 100;

/** The largest offset. */
export const maxOffset = Number.MAX_SAFE_INTEGER;

/** A part of a listing: at most `limit` records, after skipping `offset`, or after the record that `cursor` names. */
export interface Page {
  readonly limit: number;
  /** With a cursor, only told in `meta`. */
  readonly offset: number;
  readonly cursor?: string | undefined;
}

/** What a page says of the listing beyond its records. */
export interface Extent {
  /** The number of matching records, over all pages. */
  readonly total: number;
  /** Names the last record of the page, for the next one to go on after it. */
  readonly cursor?: string | undefined;
  /** Whether there are more matches than `total`, which is as many as are listed. */
  readonly isMore?: boolean;
  /** Whether records follow; where it is not known, the total tells. */
  readonly hasMore?: boolean;
}

interface PageMeta {
  readonly page: { readonly limit: number; readonly offset: number; readonly current: number; readonly total: number };
  readonly results: { readonly total: number; readonly more?: true };
}

interface PageLinks {
  readonly current: string;
  readonly first: string;
  readonly last: string | null;
  readonly prev: string | null;
  readonly next: string | null;
}

/** The errors of the page parameters (reference: README.md, "Pagination"). */
export const pageErrors = {
  limit: apiError(400, 'Bad Request', 'The page[limit] must be an integer greater than 0.', 'page[limit]'),
  offset: apiError(
    400,
    'Bad Request',
    `The page[offset] must be an integer between 0 and ${maxOffset}.`,
    'page[offset]',
  ),
  cursor: apiError(
    400,
    'Bad Request',
    'The page[cursor] must come from a link to the next page, with the same filter, search and sort.',
    'page[cursor]',
  ),
};

const digits = /^\d+$/;

/**
 * The page that a query asks for. Throws 400 for a limit or offset that is no integer in range, for repeated parameters
 * (reference: README.md, "Pagination"; offsets above 10000 work: design.md §7), and for a cursor: no link has one here.
 */
export function parsePage(query: RawQuery, defaultLimit: number): Page {
  const page = parseCursorPage(query, defaultLimit);
  if (page.cursor !== undefined) throw pageErrors.cursor();
  return page;
}

/** The same where links carry a cursor, which the listing reads. */
export function parseCursorPage(query: RawQuery, defaultLimit: number): Page {
  refuseRepeated(query);
  const limit = query['page[limit]'];
  const offset = query['page[offset]'];
  return {
    limit: limit === undefined ? defaultLimit : parseLimit(limit),
    offset: offset === undefined ? 0 : parseOffset(offset),
    cursor: query['page[cursor]'],
  };
}

function parseLimit(text: string): number {
  const limit = digits.test(text) ? Number(text) : 0;
  if (limit < 1) throw pageErrors.limit();
  return Math.min(limit, maxLimit);
}

function parseOffset(text: string): number {
  const offset = digits.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(offset)) throw pageErrors.offset();
  return offset;
}

const pageNames = ['page[limit]', 'page[offset]', 'page[cursor]'];

/** Whether a query has a page parameter, valid or not: some listings return all rows unless asked for a page. */
export function isPageRequested(query: RawQuery): boolean {
  return pageNames.some(name => query[name] !== undefined);
}

/** The `meta` of a page (reference: README.md, "Pagination"). */
export function pageMeta({ limit, offset }: Page, { total, isMore }: Extent): PageMeta {
  return {
    page: { limit, offset, current: Math.floor(offset / limit) + 1, total: countPages(limit, total) },
    results: { total, ...(isMore && { more: true }) },
  };
}

function countPages(limit: number, total: number): number {
  return Math.max(1, Math.ceil(total / limit));
}

/**
 * The `links` of a page: absolute, with the filter, search, sort and include of the request (reference: README.md, "Pagination");
 * the one to the next page with a cursor before the offset (design.md §7). `baseUrl` has no slash at its end, `path` starts
 * with one.
 */
export function pageLinks(
  request: { readonly baseUrl: string; readonly path: string; readonly query: RawQuery },
  { limit, offset, cursor }: Page,
  { total, cursor: nextCursor, hasMore = offset + limit < total }: Extent,
): PageLinks {
  const { filter, search, sort, include } = request.query;
  let prefix = `${request.baseUrl}${request.path}?`;
  if (filter) prefix += `filter=${escapeUnsafe(filter)}&`;
  if (search) prefix += `search=${encode(search)}&`;
  if (sort) prefix += `sort=${encode(sort)}&`;
  if (include) prefix += `include=${encode(include)}&`;
  const at = (first: number, after?: string) =>
    `${prefix}${after === undefined ? '' : `page[cursor]=${encode(after)}&`}page[limit]=${limit}&page[offset]=${first}`;
  const pages = countPages(limit, total);
  return {
    current: at(offset, cursor),
    first: at(0),
    last: pages === 1 ? null : at((pages - 1) * limit),
    prev: offset === 0 ? null : at(Math.max(0, offset - limit)),
    next: hasMore ? at(Math.min(offset + limit, maxOffset), nextCursor) : null,
  };
}

const unsafe = /%(?![0-9A-Fa-f]{2})|[^A-Za-z0-9%\-._~!$()*+,:=@/?]/gu;

/** Keeps an encoded value as it was sent, but for characters that a URL does not carry or that end a parameter. */
function escapeUnsafe(raw: string): string {
  return raw.toWellFormed().replace(unsafe, character => (character === "'" ? '%27' : encodeURIComponent(character)));
}

/** Encodes a decoded value, leaving the commas of a list. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll('%2C', ',').replaceAll("'", '%27');
}
