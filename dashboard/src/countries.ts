const names = new Intl.DisplayNames(undefined, { type: 'region', fallback: 'none' });

/** The name of a country by its code; any other text as it is. */
export const countryName = (text: string) => (/^[A-Z]{2}$/.test(text) ? (names.of(text) ?? text) : text);

/** The countries with their codes, by the names of the reader's language. */
export function listCountries(): readonly { readonly value: string; readonly label: string }[] {
  const letters = Array.from({ length: 26 }, (_, index) => String.fromCharCode(65 + index));
  const codes = letters.flatMap(first => letters.map(second => first + second));
  return codes
    .filter(code => isCountry(code))
    .map(code => ({ value: code, label: names.of(code) }))
    .filter((country): country is { value: string; label: string } => country.label !== undefined)
    .toSorted((one, other) => one.label.localeCompare(other.label));
}

/** Not: codes of unions and private use, and codes that are no more, which stand for another. */
const isCountry = (code: string) =>
  !/^(EU|EZ|UN|QO|XA|XB|ZZ)$/.test(code) && new Intl.Locale(`und-${code}`).region === code;
