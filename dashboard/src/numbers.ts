// Seventeen digits tell every number from the next; left alone, a fraction is rounded to three.
const exactly = { maximumSignificantDigits: 17 } as const;
const exact = new Intl.NumberFormat(undefined, exactly);
const bare = new Intl.NumberFormat('en-US', { ...exactly, useGrouping: false });

/** A number as the page writes it, by the reader's locale: with so many decimals, or with those that it has. */
export function formatNumber(value: number, places?: number, locale?: string): string {
  if (places === undefined && locale === undefined) return exact.format(value);
  const decimals = places === undefined ? exactly : { minimumFractionDigits: places, maximumFractionDigits: places };
  return new Intl.NumberFormat(locale, decimals).format(value);
}

/** A number as `-1234.5`, however large or small. */
export const plainNumber = (value: number): string => bare.format(value);

/** How a locale writes numbers. */
function notationOf(locale: string | undefined) {
  const grouped = new Intl.NumberFormat(locale, { useGrouping: 'always', maximumFractionDigits: 1 });
  const digits = Array.from({ length: 10 }, (_, digit) => grouped.format(digit));
  /** With 0 to 9, and one kind of what keyboards and locales have several of; without marks of the direction of writing. */
  const unify = (text: string) =>
    digits
      .reduce((said, digit, value) => said.replaceAll(digit, String(value)), text)
      .replace(/[\u061c\u200e\u200f]/g, '')
      .replace(/\s/g, ' ')
      .replace(/’/g, "'")
      .replace(/−/g, '-');
  const separator = (type: 'group' | 'decimal') =>
    unify(grouped.formatToParts(-12_345.6).find(part => part.type === type)?.value ?? '');
  return {
    ...{ unify, group: separator('group'), decimal: separator('decimal') },
    grouped: (whole: string) => unify(grouped.format(BigInt(whole))),
  };
}

/**
 * A number that is written as a locale writes it, as `-1234.5`, without zeros that say nothing; undefined for anything else.
 * Separators of thousands may be left out; where they are, they are where the locale has them.
 */
export function toPlainNumber(text: string, locale?: string): string | undefined {
  const { unify, group, decimal, grouped } = notationOf(locale);
  const said = unify(text.trim());
  const [written = '', fraction = '', ...rest] = said.replace(/^-/, '').split(decimal);
  const whole = written.replaceAll(group, '');
  if (rest.length > 0 || !/^\d*$/.test(whole) || !/^\d+$/.test(whole + fraction)) return undefined;
  if (written !== whole && written !== grouped(whole)) return undefined;
  const digits = [whole.replace(/^0+/, '') || '0', fraction.replace(/0+$/, '')].filter(part => part !== '').join('.');
  return said.startsWith('-') && digits !== '0' ? `-${digits}` : digits;
}

/** How many decimals a number has that is written plainly. */
export const placesOf = (number: string) => (number.split('.')[1] ?? '').length;

/**
 * What is typed as a number with no more than so many decimals; as it is when it is none, or has more digits than numbers
 * keep. An empty text stays one.
 */
export function readNumber(text: string, places = Number.POSITIVE_INFINITY, locale?: string): number | string {
  if (text.trim() === '') return '';
  const number = toPlainNumber(text, locale);
  const isKept = number !== undefined && placesOf(number) <= places && plainNumber(Number(number)) === number;
  return isKept ? Number(number) : text;
}

/** What a number may be. */
export interface NumberKind {
  /** How many decimals at most: those of a currency, none of a whole number. */
  readonly places?: number | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}
