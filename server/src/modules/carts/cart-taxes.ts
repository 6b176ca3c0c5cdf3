import { newId } from '../../platform/text/uuid.ts';
import { toRate } from '../prices/prices.ts';
import type { TaxItem } from './cart-lines.ts';
import type { NewTaxItem } from './cart-taxes.schema.ts';

/** A tax item as it is kept. */
export function newTaxItem({ name, jurisdiction = '', code = '', rate }: NewTaxItem, now: Date): TaxItem {
  return { id: newId(now), name, jurisdiction, code, rate: toRate(rate) };
}
