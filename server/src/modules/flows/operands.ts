import type { FilterClause, FilterOperator } from '../../platform/query/filter.ts';
import { parseTimeOperand } from '../../platform/query/time-operand.ts';
import { foldCase } from '../../platform/text/fold.ts';
import { timeOfDate } from './field-values.ts';
import type { FieldRow } from './fields.store.ts';

/** Also as JavaScript prints it, with a plus that was sent raw and is a space. */
const numberText = /^-?\d{1,400}(?:\.\d{1,400})?(?:[eE][-+ ]?\d{1,3})?$/;

/** The number that an operand names; NaN for what is none. */
export const numberOf = (text: string) => (numberText.test(text) ? Number(text.replace(' ', '+')) : Number.NaN);

/** A date as any time is written, and as values of fields may be, without a zone. */
export function parseDateOperand(text: string) {
  const from = timeOfDate(text);
  return parseTimeOperand(text) ?? (from && { from, untilExclusive: new Date(from.getTime() + 1) });
}

/** Whether a text matches a pattern: its segments in their order, the first at the beginning, the last at the end. */
function isLike(text: string, segments: readonly string[]): boolean {
  const [first = '', ...rest] = segments;
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  let at = first.length;
  for (const segment of rest) {
    const found = text.indexOf(segment, at);
    if (found === -1) return false;
    at = found + segment.length;
  }
  return at <= text.length - last.length;
}

/**
 * Whether a value that is not null meets a clause whose operands were read: as its row of the index would, for a default,
 * which has none.
 */
export function isMetBy(value: unknown, { field_type: type }: FieldRow, { operator, values }: FilterClause): boolean {
  const [operand] = values;
  if (operand === undefined) return false;
  if (type === 'string') {
    if (operator === 'like') return isLike(foldCase(String(value)), operand.segments.map(foldCase));
    return values.some(({ text }) => text === value);
  }
  if (type === 'boolean') return operand.text === String(value);
  if (type === 'date') {
    const [time, asked] = [timeOfDate(String(value))?.getTime() ?? Number.NaN, parseDateOperand(operand.text)];
    const [from, until] = [asked?.from.getTime() ?? Number.NaN, asked?.untilExclusive.getTime() ?? Number.NaN];
    return operator === 'eq' ? time >= from && time < until : isOrdered(operator, time, from);
  }
  if (operator === 'in') return values.some(({ text }) => numberOf(text) === value);
  return isOrdered(operator, Number(value), numberOf(operand.text));
}

function isOrdered(operator: FilterOperator, one: number, other: number): boolean {
  switch (operator) {
    case 'gt':
      return one > other;
    case 'ge':
      return one >= other;
    case 'lt':
      return one < other;
    case 'le':
      return one <= other;
    default:
      return one === other;
  }
}
