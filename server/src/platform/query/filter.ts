import { apiError } from '../errors.ts';

export const filterOperators = ['eq', 'like', 'in', 'gt', 'ge', 'lt', 'le', 'is_null'] as const;
export type FilterOperator = (typeof filterOperators)[number];

export interface FilterValue {
  /** The value as text. */
  readonly text: string;
  /** The text split at each wildcard `*`; an escaped `\*` inside quotes is a literal star. */
  readonly segments: readonly string[];
  readonly quoted: boolean;
}

export interface FilterClause {
  readonly operator: FilterOperator;
  readonly attribute: string;
  /** One value; one or more for `in`; none for `is_null`. */
  readonly values: readonly FilterValue[];
}

/** The most clauses that one filter may chain. */
export const maxClauses = 10;
/** The most values that one `in` may list. */
const maxValues = 100;
/** The longest text of a `like`: comparing takes as long as both texts multiplied, where they repeat themselves. */
const maxPatternLength = 256;

/** The errors of a filter (reference: README.md, "Filtering"). */
export const filterErrors = {
  syntax: apiError(400, 'Bad Request', 'Could not parse the supplied filter'),
  unsupportedCharacters: apiError(400, 'Bad Request', 'The supplied filter contained unsupported characters'),
  patternTooLong: apiError(400, 'Bad Request', 'The value of like may have at most 256 characters'),
  tooManyClauses: apiError(400, 'Bad Request', 'Too many filter clauses: at most 10 may be chained'),
};

// Each pattern is one class repeated (sticky, at the position), so that reading takes linear time.
const spaces = / */y;
const operatorName = /[a-z_]*/y;
// Fields may be called so that they begin with a digit, `_` or `-`, which the grammar of the reference does not have.
const attributeName = /(?:[A-Za-z0-9_-][A-Za-z0-9_.-]*)?/y;
const bareWord = /[A-Za-z0-9$\-_*.@+:/{}|' \p{L}\p{Nd}\p{M}]*/uy;
const grammarCharacter = /[A-Za-z0-9$\-_*.@+:/{}|'"(), \p{L}\p{Nd}\p{M}]/uy;

/**
 * Reads the text of a filter; an empty one has no clauses. Throws one of `filterErrors` (reference: README.md, "Filtering").
 * Whether an attribute exists and has the operator is for the caller to check. The dashboard reads filters by it, too.
 */
export function readFilter(text: string): readonly FilterClause[] {
  if (text === '') return [];
  if (text.includes('\0')) throw filterErrors.unsupportedCharacters();
  const reader = new FilterReader(text);
  const clauses = [reader.readClause()];
  while (!reader.isAtEnd()) {
    reader.expect(':');
    clauses.push(reader.readClause());
  }
  if (clauses.length > maxClauses) throw filterErrors.tooManyClauses();
  return clauses;
}

class FilterReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  isAtEnd(): boolean {
    return this.#at === this.#text.length;
  }

  expect(character: string): void {
    if (!this.#take(character)) throw this.#error();
  }

  readClause(): FilterClause {
    const name = this.#read(operatorName);
    const operator = filterOperators.find(known => known === name);
    if (operator === undefined) throw this.#error();
    this.expect('(');
    this.#read(spaces);
    const attribute = this.#read(attributeName);
    if (attribute === '') throw this.#error();
    this.#read(spaces);
    const values: FilterValue[] = [];
    const most = operator === 'is_null' ? 0 : operator === 'in' ? maxValues : 1;
    while (this.#take(',')) {
      if (values.length === most) throw filterErrors.syntax();
      values.push(this.#readValue());
    }
    this.expect(')');
    if (values.length === 0 && most > 0) throw filterErrors.syntax();
    if (operator === 'like' && (values[0]?.text.length ?? 0) > maxPatternLength) throw filterErrors.patternTooLong();
    return { operator, attribute, values };
  }

  #readValue(): FilterValue {
    this.#read(spaces);
    const quote = this.#text[this.#at];
    if (quote === '"' || quote === "'") {
      const segments = this.#readQuoted(quote);
      this.#read(spaces);
      return { text: segments.join('*'), segments, quoted: true };
    }
    const text = this.#read(bareWord).trimEnd();
    if (text === '') throw this.#error();
    return { text, segments: text.split('*'), quoted: false };
  }

  #readQuoted(quote: string): string[] {
    const segments: string[] = [];
    let segment = '';
    for (this.#at += 1; !this.#take(quote); this.#at += 1) {
      const character = this.#text[this.#at];
      if (character === '*') {
        segments.push(segment);
        segment = '';
        continue;
      }
      if (character === '\\') this.#at += 1;
      if (this.#at >= this.#text.length) throw filterErrors.syntax();
      segment += this.#text[this.#at];
    }
    segments.push(segment);
    return segments;
  }

  /** Reads what the pattern matches here, which may be nothing. */
  #read(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  /** What is wrong here: a character outside the grammar, or one that does not belong at this position. */
  #error() {
    grammarCharacter.lastIndex = this.#at;
    const isForeign = !this.isAtEnd() && !grammarCharacter.test(this.#text);
    return isForeign ? filterErrors.unsupportedCharacters() : filterErrors.syntax();
  }
}

const bareText = /^[A-Za-z0-9$\-_*.@+:/{}|' \p{L}\p{Nd}\p{M}]+$/u;

/** Prints clauses as a decoded filter: `readFilter(printFilter(clauses))` equals the clauses. */
export function printFilter(clauses: readonly FilterClause[]): string {
  return clauses
    .map(({ operator, attribute, values }) => `${operator}(${[attribute, ...values.map(printValue)].join(',')})`)
    .join(':');
}

function printValue({ text, segments, quoted }: FilterValue): string {
  const isBare =
    bareText.test(text) &&
    !text.startsWith("'") &&
    text === text.trim() &&
    !segments.some(segment => segment.includes('*'));
  return isBare && !quoted ? text : `"${segments.map(segment => segment.replace(/["\\*]/g, '\\$&')).join('*')}"`;
}
