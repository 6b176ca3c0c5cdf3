/** A text in small letters, as people read it. Done here and not by PostgreSQL, whose `lower()` depends on the locale of the database. */
export function lowerCase(text: string): string {
  return text.normalize('NFC').toLowerCase();
}

/**
 * Folds a text for comparison without regard to case. A sigma that ends a word is one like any other: in capitals they are
 * the same, and a part of a word ends elsewhere.
 */
export function foldCase(text: string): string {
  return lowerCase(text).replaceAll('ς', 'σ');
}
