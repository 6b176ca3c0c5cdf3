import { foldCase } from '../../platform/text/fold.ts';
import type { BillingAddress } from './orders.address.ts';

/** The name that filters compare: first name, space, last name. */
export const fullName = (address: BillingAddress) => `${address.first_name} ${address.last_name}`.trim();
export const foldOrNull = (text: string | null) => (text === null ? null : foldCase(text));

/** Columns with those folded for comparison beside them. */
export function withKeys<T extends Readonly<Record<string, string>>>(
  texts: T,
): T & { [Name in keyof T & string as `${Name}_key`]: string } {
  const keys = Object.entries(texts).map(([name, text]) => [`${name}_key`, foldCase(text)]);
  return { ...texts, ...Object.fromEntries(keys) };
}
