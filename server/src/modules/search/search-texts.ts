import { foldForSearch } from '../../platform/text/fold-for-search.ts';

/** Where the texts of a customer come from: a member of their own, or an address or a field by its id. */
export type SearchSource = 'name' | 'email' | { readonly id: string };

/** The texts of a source. */
export interface SearchText {
  readonly source: SearchSource;
  readonly texts: readonly string[];
}

/** Longer texts are searched by their beginning: so many characters, and so many once they are folded and spelled. */
const maxCharacters = 500;
const maxFolded = 2500;

/** Whether a text is a number with or without punctuation, such as that of a phone, which is found either way. */
export const isNumber = (text: string): boolean => /^[\d\s()+./-]+$/.test(text) && /\d/.test(text);

function foldedForms(text: string): string[] {
  const beginning = text.slice(0, maxCharacters);
  const words = foldForSearch(beginning).slice(0, maxFolded).trim();
  return isNumber(beginning) && words.includes(' ') ? [words, words.replaceAll(' ', '')] : [words];
}

/** Stand for hexadecimal digits: no search asks for them, they have no trigrams, and no regular expression means anything by them. */
const digits = "!#%&',-/:;<=>@~_";
const markers = { name: '!', email: '#' };

/** Begins the line of a source. Half of an id is enough to tell the addresses and fields of one customer apart. */
function markerOf(source: SearchSource): string {
  if (typeof source === 'string') return markers[source];
  const tail = source.id.replaceAll('-', '').slice(-16);
  return [...tail].map(digit => digits[Number.parseInt(digit, 16)]).join('');
}

/** The line that holds the texts of a source: each folded, with a quote before and after it and a space before its words. */
export function searchLine({ source, texts }: SearchText): string {
  const folded = new Set(texts.flatMap(foldedForms));
  folded.delete('');
  return `${markerOf(source)}"${[...folded].map(text => ` ${text}"`).join('')}\n`;
}

/** A regular expression for the lines of these sources. */
export function linesOf(sources: readonly SearchSource[]): string {
  return `(?n)^(?:${sources.map(markerOf).join('|')})"[^\\n]*\\n`;
}

/** The fields of an address that a search looks at, beside its name. */
const addressFields = ['company_name', 'phone_number', 'line_1', 'line_2', 'postcode'] as const;

/** The line of an address. */
export function addressLine(
  addressId: string,
  address: Readonly<Record<(typeof addressFields)[number] | 'first_name' | 'last_name', string>>,
): string {
  const name = `${address.first_name} ${address.last_name}`;
  // Many write a postcode without its space.
  const postcode = address.postcode.replaceAll(' ', '');
  return searchLine({
    source: { id: addressId },
    texts: [name, ...addressFields.map(field => address[field]), postcode],
  });
}

/** What is to be written of a customer: the lines of what was sent, and the expression for those whose place they take. */
export interface SearchChange {
  /** Empty: nothing. */
  readonly searchLines: string;
  readonly replacedLines: string;
}

/** The lines of a customer's own texts, and of those of their fields, as far as they are sent. */
export function customerLines(
  sent: { readonly name?: string | undefined; readonly email?: string | undefined },
  fields: readonly SearchText[] = [],
): SearchChange {
  const own = (['name', 'email'] as const).flatMap(source => {
    const text = sent[source];
    return text === undefined ? [] : [{ source, texts: [text] }];
  });
  const all = [...own, ...fields];
  return {
    searchLines: all.map(searchLine).join(''),
    replacedLines: linesOf(all.map(({ source }) => source)),
  };
}
