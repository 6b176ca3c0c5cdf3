import type { Currency } from '../../server/src/contract.ts';

type Places = Pick<Currency, 'decimal_places'>;

/** An amount of the API, in minor units, as people write it; and back. */
export const toMajor = (amount: number, { decimal_places: places }: Places): number => amount / 10 ** places;
export const toMinor = (value: number, { decimal_places: places }: Places): number => Math.round(value * 10 ** places);
