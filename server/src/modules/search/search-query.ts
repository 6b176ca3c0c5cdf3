import { apiError } from '../../platform/errors.ts';
import type { FilterClause } from '../../platform/query/filter.ts';
import { type RawQuery, refuseRepeated } from '../../platform/query/query-string.ts';
import { foldCase } from '../../platform/text/fold.ts';
import { foldForSearch } from '../../platform/text/fold-for-search.ts';
import { isStorable } from '../../platform/text/storable.ts';
import { isNumber } from './search-texts.ts';

/** In characters of a search, and words in it. */
const maxLength = 256;
const maxWords = 10;

/** The errors of a search. */
export const searchErrors = {
  tooLong: apiError(400, 'Bad Request', `The search may not be longer than ${maxLength} characters.`, 'search'),
  empty: apiError(400, 'Bad Request', 'The search must contain a letter or a digit.', 'search'),
  tooManyWords: apiError(400, 'Bad Request', `The search may not have more than ${maxWords} words.`, 'search'),
  unsupportedCharacters: apiError(
    400,
    'Bad Request',
    'The search contains characters that are not supported.',
    'search',
  ),
};

/** What is sought: patterns for `like`, one for each word in each list. */
export interface SearchTerms {
  readonly words: readonly string[];
  /** What a word is looked for by in the index, and then seen whether it is there as a whole; null for all of it. */
  readonly parts: readonly (string | null)[];
  /** The same, where each must begin a word. */
  readonly beginnings: readonly string[];
  /** A whole text of the customer. */
  readonly whole: string;
  /** The words in an order number, which is folded but for its accents; null for one that its index cannot look for. */
  readonly inOrderNumbers: readonly (string | null)[];
  /** All that is sought, folded but for its accents. */
  readonly key: string;
}

const literally = (text: string) => text.replace(/[\\%_]/g, '\\$&');

/** A word of one or two letters has no trigram of its own, so it is sought where a word begins. */
const isShort = (word: string) => word.length < 3;

/**
 * Whether a part of a text has a trigram in every locale: in "C", letters outside of ASCII are none. Order numbers are not
 * spelled in ASCII, and without a trigram all orders would be read.
 */
const hasTrigram = (part: string) => /[a-z0-9]{3}|[a-z0-9]{2}[!-/:-@[-`{-~]|[!-/:-@[-`{-~][a-z0-9]/i.test(part);

/**
 * An address begins with what few have, and ends with the domain of a provider that many have, of which each trigram would be looked
 * for as well. A beginning such as `info` may be the commoner of the two.
 */
function partOf(word: string, address: string): string | null {
  const [local = '', domain] = address.split('@');
  const begun = `${foldForSearch(local)} `;
  return domain !== undefined && /[ \d].|.{10}/.test(begun.trim()) && word.startsWith(begun) ? `%${begun}%` : null;
}

/** The terms of a search. Throws 400 for one without a letter or digit, and for one that is too long. */
export function parseSearch(text: string): SearchTerms {
  if (!isStorable(text)) throw searchErrors.unsupportedCharacters();
  if ([...text].length > maxLength) throw searchErrors.tooLong();
  const fold = (part: string) => (isNumber(part) ? foldForSearch(part).replaceAll(' ', '') : foldForSearch(part));
  const sought = new Map(text.split(/\s+/u).map(part => [fold(part), part]));
  sought.delete('');
  if (sought.size === 0) throw searchErrors.empty();
  if (sought.size > maxWords) throw searchErrors.tooManyWords();
  const words = [...sought.keys()];
  return {
    words: words.map(word => (isShort(word) ? `% ${word}%` : `%${word}%`)),
    parts: [...sought].map(([word, part]) => partOf(word, part)),
    beginnings: words.map(word => `% ${word}%`),
    whole: `%" ${fold(text.trim())}"%`,
    inOrderNumbers: [...sought].map(([word, part]) =>
      isShort(word) || !hasTrigram(part) ? null : `%${literally(foldCase(part))}%`,
    ),
    key: foldCase(text.trim().replace(/\s+/gu, ' ')),
  };
}

/** The parameter `search` as a clause of a filter; undefined when it is not there, or blank. Throws 400 when it is there twice. */
export function readSearch(query: RawQuery): FilterClause | undefined {
  refuseRepeated(query);
  const { search } = query;
  return search === undefined || search.trim() === '' ? undefined : searchClause(search);
}

/** Whether a clause of a filter is a search. */
export const isSearch = ({ attribute, operator }: FilterClause): boolean =>
  attribute === 'search' && operator === 'like';

/** What such a clause searches for. Throws 400 for what cannot be sought. */
export const termsOf = ({ values: [value] }: FilterClause): SearchTerms => parseSearch(value?.segments.join(' ') ?? '');

/** A clause that searches for a text. */
export const searchClause = (text: string): FilterClause => ({
  operator: 'like',
  attribute: 'search',
  values: [{ text, segments: [text], quoted: true }],
});
