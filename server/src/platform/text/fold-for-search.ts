/** Letters that Unicode does not take apart into a letter and a mark. */
const plainLetters: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ħ: 'h',
  ı: 'i',
  ł: 'l',
  þ: 'th',
};

/** A letter outside of ASCII in capitals, which no folded text has: one that says how long it is, then its number in hexadecimal. */
function spell(letter: string): string {
  const plain = plainLetters[letter];
  if (plain !== undefined) return plain;
  const digits = (letter.codePointAt(0) ?? 0).toString(16).padStart(3, '0');
  const capitals = [...digits].map(digit => String.fromCharCode(65 + Number.parseInt(digit, 16)));
  return `${'TUVWXYZ'[digits.length]}${capitals.join('')}`;
}

/**
 * Folds a text for a search that sees neither case nor accents: words of ASCII letters and digits, separated by one space
 * each. Letters of other scripts are spelled in ASCII, so that the trigrams of PostgreSQL are the same in every locale, and a
 * single Chinese character has some. Apostrophes vanish (`O’Neill` is `oneill`); other punctuation separates words.
 */
export function foldForSearch(text: string): string {
  const lower = text.normalize('NFKD').toLowerCase().replaceAll('ς', 'σ');
  return lower
    .replace(/[\p{Mn}\p{Cf}'’‘ʼ`´]+/gu, '')
    .replace(/[^\p{L}\p{N}\p{Mc}]+/gu, ' ')
    .replace(/[^ a-z0-9]/gu, spell)
    .trim();
}
