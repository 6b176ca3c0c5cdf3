import { isUtf8 as isValidUtf8 } from 'node:buffer';
import { apiError } from '../errors.ts';

/** At most this many pairs of a query string are read; the rest is ignored. */
const maxPairs = 100;

const knownNames = ['filter', 'search', 'sort', 'include', 'page[limit]', 'page[offset]', 'page[cursor]'] as const;
type KnownName = (typeof knownNames)[number];

/** Holds the known name that a query string gave twice. A symbol, so that no parameter can be called the same. */
const repeatedName: unique symbol = Symbol('repeated name');

/** The parameters of a query string by name: `filter` as it was sent, undecoded, every other one decoded. */
export interface RawQuery {
  readonly [name: string]: string | undefined;
  readonly [repeatedName]?: KnownName;
}

/**
 * Reads a query string without ever throwing, for Fastify. `filter` stays as sent, because only its parser can tell a
 * malformed encoding from text (reference: README.md, "Filtering"). Brackets in names may be encoded (reference:
 * README.md, "Pagination"). A name given twice keeps its first value; see `refuseRepeated`.
 */
export function parseQueryString(raw: string): RawQuery {
  const query: Record<string, string> & { [repeatedName]?: KnownName } = Object.create(null);
  let pairs = 0;
  for (let start = 0; start < raw.length && pairs < maxPairs; ) {
    const ampersand = raw.indexOf('&', start);
    const end = ampersand === -1 ? raw.length : ampersand;
    const pair = raw.slice(start, end);
    start = end + 1;
    if (pair === '') continue;
    pairs += 1;
    const equals = pair.indexOf('=');
    const name = decodeParameter(equals === -1 ? pair : pair.slice(0, equals)).text;
    const value = equals === -1 ? '' : pair.slice(equals + 1);
    if (query[name] === undefined) query[name] = name === 'filter' ? value : decodeParameter(value).text;
    else if (isKnown(name)) query[repeatedName] ??= name;
  }
  return query;
}

function isKnown(name: string): name is KnownName {
  return (knownNames as readonly string[]).includes(name);
}

const repeatedErrors = Object.fromEntries(
  knownNames.map(name => [name, apiError(400, 'Bad Request', `The ${name} parameter must not be repeated.`, name)]),
) as Record<KnownName, ReturnType<typeof apiError>>;

/** Throws 400 if the query string gave one of its known names more than once. */
export function refuseRepeated(query: RawQuery): void {
  const name = query[repeatedName];
  if (name !== undefined) throw repeatedErrors[name]();
}

/** A decoded text; where its bytes were not UTF-8 it holds U+FFFD, and `isUtf8` is false. */
interface Decoded {
  readonly text: string;
  readonly isUtf8: boolean;
}

/**
 * Decodes a name or value of a query string: `+` is a space, a `%` that starts no escape stays a `%` (reference:
 * README.md, "Filtering").
 */
export function decodeParameter(raw: string): Decoded {
  const text = raw.includes('+') ? raw.replaceAll('+', ' ') : raw;
  if (!text.includes('%')) return { text: text.toWellFormed(), isUtf8: text.isWellFormed() };
  let isUtf8 = text.isWellFormed();
  const decoded = text.toWellFormed().replace(/(?:%[0-9A-Fa-f]{2})+/g, escapes => {
    // Not decodeURIComponent: it throws for what is not UTF-8, and a client could ask for thousands of exceptions.
    const bytes = Buffer.from(escapes.replaceAll('%', ''), 'hex');
    isUtf8 &&= isValidUtf8(bytes);
    return bytes.toString();
  });
  return { text: decoded, isUtf8 };
}
