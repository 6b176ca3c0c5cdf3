import type { FilterClause, FilterOperator, FilterValue } from '../../../../server/src/platform/query/filter.ts';
import type { customerTagsQuery } from '../../api/bulk.ts';
import { dayOf, formatIsoDay, isIsoDay, nextDay, previousDay, startOfDay } from '../../dates.ts';
import { formatNumber } from '../../numbers.ts';
import { texts } from '../../texts.ts';

const t = texts.filters;

/** What a list can be narrowed down by: an attribute of the API's filters, and how people choose its values. */
export interface FilterField {
  /** As filters call it. */
  readonly name: string;
  readonly label: string;
  /** A date asks for times, between days of the reader; a day for days of the calendar. */
  readonly kind: 'flag' | 'choice' | 'target' | 'text' | 'number' | 'date' | 'day';
  /** Of a flag or a choice: the values, and what people call them. */
  readonly options?: readonly { readonly value: string; readonly label: string }[];
  /** Of a choice of which the options are only the first: finds those that begin with a text. */
  readonly find?: typeof customerTagsQuery;
  readonly isWhole?: boolean;
  /** Of a target: the records among which one chooses. */
  readonly target?: string;
}

/** What is asked of a field. Numbers and days have two ends, each of which may be open; the others have values. */
export interface Criteria {
  readonly values: readonly string[];
  readonly from: string;
  readonly to: string;
  /** Of a text: whether it need only be a part. */
  readonly isPart: boolean;
}

export const noCriteria: Criteria = { values: [], from: '', to: '', isPart: true };

/** Whether nothing can lie between the ends that are asked for. Days are written so that they sort as text. */
export function areEndsDisordered({ kind }: FilterField, { from, to }: Criteria): boolean {
  if (from === '' || to === '') return false;
  return kind === 'number' ? Number(from) > Number(to) : (kind === 'date' || kind === 'day') && from > to;
}

const whole = (text: string): FilterValue => ({ text, segments: [text], quoted: false });
const partOf = (text: string): FilterValue => ({ text: `*${text}*`, segments: ['', text, ''], quoted: false });

/** The clauses of a filter that ask for these criteria; none when nothing is asked. Of times, days begin at midnight of the reader. */
export function clausesOf({ name, kind }: FilterField, { values, from, to, isPart }: Criteria): FilterClause[] {
  const clause = (operator: FilterOperator, operands: readonly string[]): FilterClause[] =>
    operands.length === 0 ? [] : [{ operator, attribute: name, values: operands.map(whole) }];
  const given = (text: string) => (text === '' ? [] : [text]);
  switch (kind) {
    case 'date':
      return [
        ...clause('ge', given(from).map(startOfDay)),
        ...clause(
          'lt',
          given(to).map(day => startOfDay(nextDay(day))),
        ),
      ];
    case 'day':
      return [...clause('ge', given(from)), ...clause('lt', given(to).map(nextDay))];
    case 'number':
      return from !== '' && from === to
        ? clause('eq', [from])
        : [...clause('ge', given(from)), ...clause('le', given(to))];
    case 'text': {
      const [text = ''] = values;
      if (!isPart) return clause('eq', given(text));
      return text === '' ? [] : [{ operator: 'like', attribute: name, values: [partOf(text)] }];
    }
    default:
      return clause(values.length > 1 ? 'in' : 'eq', values);
  }
}

/** What the clauses of one field ask, as its input shows it; undefined when it cannot. */
export function criteriaOf({ kind }: FilterField, clauses: readonly FilterClause[]): Criteria | undefined {
  let criteria = noCriteria;
  for (const { operator, values } of clauses) {
    const operands = values.map(({ text }) => text);
    const [first = ''] = operands;
    const part = partIn(values[0]);
    const asked = `${kind} ${operator}`;
    const isChoice = kind === 'flag' || kind === 'choice' || kind === 'target';
    if (isChoice && (operator === 'eq' || operator === 'in')) criteria = { ...criteria, values: operands };
    else if (asked === 'text eq') criteria = { ...criteria, values: operands, isPart: false };
    else if (asked === 'text like' && part !== undefined) criteria = { ...criteria, values: [part], isPart: true };
    else if (asked === 'number eq') criteria = { ...criteria, from: first, to: first };
    else if (asked === 'number ge') criteria = { ...criteria, from: first };
    else if (asked === 'number le') criteria = { ...criteria, to: first };
    else if (asked === 'date ge' && dayOf(first)) criteria = { ...criteria, from: dayOf(first) };
    else if (asked === 'date lt' && dayOf(first)) criteria = { ...criteria, to: previousDay(dayOf(first)) };
    else if (asked === 'day ge' && isIsoDay(first)) criteria = { ...criteria, from: first };
    else if (asked === 'day lt' && isIsoDay(first)) criteria = { ...criteria, to: previousDay(first) };
    else return undefined;
  }
  return criteria;
}

/** The text that must be a part, if that is what a `like` asks. */
function partIn(value: FilterValue | undefined): string | undefined {
  const [before, part, after, ...rest] = value?.segments ?? [];
  return before === '' && after === '' && rest.length === 0 ? part : undefined;
}

/** The criteria in words. */
export function describeCriteria({ kind, options = [] }: FilterField, { values, from, to, isPart }: Criteria): string {
  if (kind === 'text') return isPart ? t.contains(values[0] ?? '') : t.equals(values[0] ?? '');
  if (kind === 'flag' || kind === 'choice')
    return values.map(value => options.find(option => option.value === value)?.label ?? value).join(', ');
  const isNumber = kind === 'number';
  const shown = (end: string) => (isNumber ? formatNumber(Number(end)) : formatIsoDay(end));
  if (from === to) return shown(from);
  if (to === '') return isNumber ? t.atLeast(shown(from)) : t.since(shown(from));
  if (from === '') return isNumber ? t.atMost(shown(to)) : t.until(shown(to));
  return t.between(shown(from), shown(to));
}
