import { v7 as uuidv7 } from 'uuid';
import { toRate } from '../prices/prices.ts';
import type { TaxItem } from './cart-lines.ts';
import type { NewTaxItem } from './cart-taxes.schema.ts';

/** A tax item as it is kept. */
export function newTaxItem({ name, jurisdiction = '', code = '', rate }: NewTaxItem, now: Date): TaxItem {
  return { id: uuidv7({ msecs: now.getTime() }), name, jurisdiction, code, rate: toRate(rate) };
}
