/** A slug made of a name: `Loyalty tier` is `loyalty_tier`. */
export const slugOf = (name: string, separator: '_' | '-'): string =>
  name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim()
    .replaceAll(' ', separator);
