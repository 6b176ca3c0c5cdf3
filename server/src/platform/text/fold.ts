/**
 * Folds a text for comparison without regard to case. Done here and not by PostgreSQL, whose `lower()` depends on the
 * locale of the database.
 */
export function foldCase(text: string): string {
  return text.normalize('NFC').toLowerCase();
}
