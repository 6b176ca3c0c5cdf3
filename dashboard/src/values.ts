import type { Field } from '../../server/src/contract.ts';
import { formatDate } from './dates.ts';
import { formatNumber } from './numbers.ts';
import { texts } from './texts.ts';

/** A value of a member or field of a resource as people read it, whatever its type. */
export function formatValue(value: unknown): string {
  if (typeof value === 'boolean') return value ? texts.values.yes : texts.values.no;
  if (typeof value === 'number') return formatNumber(value);
  if (Array.isArray(value)) return value.map(formatValue).join(', ') || texts.values.none;
  if (typeof value === 'object' && value !== null) return JSON.stringify(value);
  return value === null || value === undefined || value === '' ? texts.values.none : String(value);
}

/** A value of a store's own field as people read it. */
export const formatFieldValue = ({ field_type: type }: Pick<Field, 'field_type'>, value: unknown): string =>
  type === 'date' && typeof value === 'string' && value !== '' ? formatDate(value) : formatValue(value);
