import { type FilterClause, filterErrors, readFilter } from './filter.ts';
import { decodeParameter } from './query-string.ts';

/** The longest filter, decoded, in bytes of UTF-8. */
const maxBytes = 8 * 1024;

/** Reads a `filter` parameter as it was sent, undecoded (reference: ambiguities.md, A6). Throws as `readFilter`. */
export function parseFilter(raw: string): readonly FilterClause[] {
  // An escape takes three characters for one byte.
  if (raw.length > 3 * maxBytes) throw filterErrors.syntax();
  const { text, isUtf8 } = decodeParameter(raw);
  if (Buffer.byteLength(text) > maxBytes) throw filterErrors.syntax();
  if (!isUtf8) throw filterErrors.unsupportedCharacters();
  return readFilter(text);
}
