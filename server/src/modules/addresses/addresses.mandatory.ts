import type { AddressField } from './addresses.schema.ts';

/** Mandatory unless the store has a list of its own; of county and region one is enough. */
export const mandatoryByDefault: readonly AddressField[] = [
  'first_name',
  'last_name',
  'line_1',
  'postcode',
  'country',
  'county',
];
