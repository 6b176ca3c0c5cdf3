import type { RawBuilder } from 'kysely';
import { MAX } from 'uuid';
import { type FilterClause, type FilterOperator, type FilterValue, filterErrors } from '../query/filter.ts';
import { parseTimeOperand } from '../query/time-operand.ts';
import { foldCase } from '../text/fold.ts';
import { isUuid, leastUuidFrom } from '../text/uuid.ts';
import type { Condition, FilterAttribute } from './filter-plan.ts';
import { sql } from './statement.ts';

/** The operators that compare by order, in SQL. */
export const comparisons = { eq: '=', gt: '>', ge: '>=', lt: '<', le: '<=' } as const;

function only(clause: FilterClause): FilterValue {
  const [value, ...rest] = clause.values;
  if (value === undefined || rest.length > 0) throw filterErrors.syntax();
  return value;
}

/** `*` matches any run of characters; nothing else is special (reference: README.md, "Filtering"). */
const likePattern = (value: FilterValue, fold: (text: string) => string) =>
  value.segments.map(segment => fold(segment).replace(/[\\%_]/g, '\\$&')).join('%');

/** Equality with one value: told of an array of unknown length, PostgreSQL would plan each execution anew. */
const one = {
  shape: 'eq',
  equals: (column: RawBuilder<unknown>, value: unknown) => sql<boolean>`${column} = ${value}::text`,
  toParameter: ([value]: readonly string[]): unknown => value,
};

const several = {
  shape: 'in',
  equals: (column: RawBuilder<unknown>, values: unknown) => sql<boolean>`${column} = any(${values}::text[])`,
  toParameter: (values: readonly string[]): unknown => values,
};

/** As `left()` of PostgreSQL counts: by code points. */
function firstCharacters(text: string, count: number): string {
  return text.length <= count ? text : [...text].slice(0, count).join('');
}

interface TextColumn {
  /** The column as stored. */
  readonly column: string;
  /** The column folded by `foldCase`, where the table has one: `like` compares it, and it carries the index. */
  readonly folded?: string;
  /** Compare without regard to case throughout. */
  readonly ignoresCase?: boolean;
  /** Read a space as a plus: the SDK sends `+` raw, and an e-mail address holds no spaces (ambiguities.md, A6). */
  readonly spaceIsPlus?: boolean;
  /** The length of the indexed prefix, where the index holds no more. */
  readonly indexedPrefix?: number;
  readonly isUnique?: boolean;
  readonly isSkewed?: boolean;
  readonly operators: readonly FilterOperator[];
}

/** A text attribute. `eq` and `in` regard case unless the column ignores it; `like` never does. */
export function textAttribute(text: TextColumn): FilterAttribute {
  const column = sql.ref(text.column);
  const folded = text.folded === undefined ? column : sql.ref(text.folded);
  const exact = text.ignoresCase ? folded : column;
  const read = (value: string) => (text.spaceIsPlus ? value.replaceAll(' ', '+') : value);
  const operand = (value: FilterValue) => (text.ignoresCase ? foldCase(read(value.text)) : read(value.text));
  const { indexedPrefix } = text;
  const isFolded = text.folded !== undefined && !text.ignoresCase;
  const key = isFolded ? { column: folded, operand: foldCase } : { column, operand: (value: string) => value };

  /** The column as the index holds it, where that is not as it is compared, and an operand in the same form. */
  const indexed =
    indexedPrefix !== undefined
      ? {
          column: sql`left(${key.column}, ${sql.lit(indexedPrefix)})`,
          operand: (value: string) => firstCharacters(key.operand(value), indexedPrefix),
        }
      : isFolded
        ? key
        : undefined;

  return {
    operators: text.operators,
    isUnique: text.isUnique === true,
    isSkewed: text.isSkewed === true,
    toConditions: clause => {
      switch (clause.operator) {
        case 'eq':
        case 'in': {
          const values = clause.values.map(operand);
          const { shape, equals, toParameter } = values.length === 1 ? one : several;
          if (indexed === undefined)
            return { shape, values: [toParameter(values)], condition: bind => equals(exact, bind(0)) };
          return {
            shape,
            values: [toParameter(values), toParameter(values.map(indexed.operand))],
            condition: bind => sql`(${equals(exact, bind(0))} and ${equals(indexed.column, bind(1))})`,
          };
        }
        case 'like': {
          const segments = only(clause).segments.map(read);
          const pattern = likePattern({ ...only(clause), segments }, foldCase);
          const beginning = foldCase(segments[0] ?? '');
          if (isFolded && indexed !== undefined && indexedPrefix !== undefined && beginning !== '')
            return {
              shape: 'like from the beginning',
              values: [
                pattern,
                likePattern({ ...only(clause), segments: [firstCharacters(beginning, indexedPrefix), ''] }, foldCase),
              ],
              condition: bind => sql`(${folded} like ${bind(0)} and ${indexed.column} like ${bind(1)})`,
            };
          return {
            shape: 'like',
            values: [pattern],
            condition: bind => sql`${folded} like ${bind(0)}`,
          };
        }
        case 'is_null':
          return { shape: 'is_null', values: [], condition: () => sql`${indexed?.column ?? column} is null` };
        default:
          throw filterErrors.syntax();
      }
    },
  };
}

type Bound = 'gt' | 'ge' | 'lt' | 'le';

/** The comparison with an id that says of every id what the one with a text says. */
function boundOf(operator: Bound, text: string): { readonly operator: Bound; readonly id: string } {
  if (isUuid(text)) return { operator, id: text };
  const isAbove = operator === 'gt' || operator === 'ge';
  const id = leastUuidFrom(text);
  if (id === undefined) return { operator: isAbove ? 'gt' : 'le', id: MAX };
  return { operator: isAbove ? 'ge' : 'lt', id };
}

/** An id attribute. What is no id equals none; as a bound it compares like the texts (reference: README.md, "Filtering"). */
export function idAttribute(column: string, operators: readonly FilterOperator[]): FilterAttribute {
  const ref = sql.ref(column);
  return {
    operators,
    isUnique: column === 'id',
    toConditions: clause => {
      if (clause.operator === 'like') {
        const pattern = likePattern(only(clause), text => text.toLowerCase());
        return { shape: 'like', values: [pattern], condition: bind => sql`${ref}::text like ${bind(0)}` };
      }
      if (clause.operator === 'eq' || clause.operator === 'in') {
        const ids = clause.values.map(value => value.text.toLowerCase()).filter(isUuid);
        return ids.length === 1
          ? { shape: 'eq', values: ids, condition: bind => sql`${ref} = ${bind(0)}::uuid` }
          : { shape: 'in', values: [ids], condition: bind => sql`${ref} = any(${bind(0)}::uuid[])` };
      }
      const text = only(clause).text.toLowerCase();
      const { operator, id } = boundOf(clause.operator as Bound, text);
      return {
        shape: operator,
        values: [id],
        condition: bind => sql`${ref} ${sql.raw(comparisons[operator])} ${bind(0)}::uuid`,
      };
    },
  };
}

/**
 * A time attribute. `eq` on a day means within that day, UTC (reference: README.md, "Filtering"). `parse`: which operands
 * there are, where they are not those of the reference alone.
 */
export function timeAttribute(column: string, parse = parseTimeOperand): FilterAttribute {
  const ref = sql.ref(column);
  return {
    operators: ['eq', 'gt', 'ge', 'lt', 'le'],
    toConditions: clause => {
      const time = parse(only(clause).text);
      if (time === undefined) throw filterErrors.syntax();
      if (clause.operator === 'eq') {
        return {
          shape: 'eq',
          values: [time.from, time.untilExclusive],
          condition: bind => sql`(${ref} >= ${bind(0)}::timestamptz and ${ref} < ${bind(1)}::timestamptz)`,
        };
      }
      const comparison = comparisons[clause.operator as keyof typeof comparisons];
      return {
        shape: clause.operator,
        values: [time.from],
        condition: bind => sql`${ref} ${sql.raw(comparison)} ${bind(0)}::timestamptz`,
      };
    },
  };
}

/** The whole number of a clause. */
function integerOf(clause: FilterClause): number {
  const { text } = only(clause);
  if (!/^-?\d{1,15}$/.test(text)) throw filterErrors.syntax();
  return Number(text);
}

/** A number attribute: minor units, counts. */
export function integerAttribute(column: string): FilterAttribute {
  const ref = sql.ref(column);
  return {
    operators: ['eq', 'gt', 'ge', 'lt', 'le'],
    toConditions: clause => {
      const comparison = comparisons[clause.operator as keyof typeof comparisons];
      return {
        shape: clause.operator,
        values: [integerOf(clause)],
        condition: bind => sql`${ref} ${sql.raw(comparison)} ${bind(0)}::bigint`,
      };
    },
  };
}

/** Whether a clause asks for yes. */
function flagOf(clause: FilterClause): boolean {
  const { text } = only(clause);
  if (text !== 'true' && text !== 'false') throw filterErrors.syntax();
  return text === 'true';
}

/** A yes-or-no attribute. */
export function booleanAttribute(column: string): FilterAttribute {
  return {
    operators: ['eq'],
    toConditions: clause => ({
      shape: 'eq',
      values: [flagOf(clause)],
      condition: bind => sql`${sql.ref(column)} = ${bind(0)}::boolean`,
    }),
  };
}

/** Whether a column has a value. Its shape tells, so that an index of just these rows is used. */
export function presenceAttribute(column: string): FilterAttribute {
  const ref = sql.ref(column);
  return {
    operators: ['eq'],
    toConditions: clause =>
      flagOf(clause)
        ? { shape: 'is set', values: [], condition: () => sql<boolean>`${ref} is not null` }
        : { shape: 'is not set', values: [], condition: () => sql<boolean>`${ref} is null` },
  };
}

/**
 * How many there are of something: a number that another table keeps of each row, where there are any. `exists` tells where
 * it meets a condition, which only a number above zero does.
 */
export function countAttribute(
  column: string,
  exists: (condition: Condition, storeId: unknown) => RawBuilder<boolean>,
): FilterAttribute {
  const count = sql.ref(column);
  return {
    operators: ['eq', 'gt', 'ge', 'lt', 'le'],
    isSkewed: true,
    toConditions: clause => {
      const number = integerOf(clause);
      const is = (comparison: '=' | '>=', than: number, isTrue = true) => ({
        shape: `${isTrue} ${comparison}`,
        values: [than],
        condition: (bind: (index: number) => unknown, storeId: unknown) => {
          const found = exists(sql<boolean>`${count} ${sql.raw(comparison)} ${bind(0)}::int8`, storeId);
          return isTrue ? found : sql<boolean>`not ${found}`;
        },
      });
      const always = { shape: 'always', values: [], condition: () => sql<boolean>`true` };
      const never = { shape: 'never', values: [], condition: () => sql<boolean>`false` };
      const atLeast = (least: number) => (least > 0 ? is('>=', least) : always);
      const below = (most: number) => (most > 0 ? is('>=', most, false) : never);
      switch (clause.operator) {
        case 'ge':
          return atLeast(number);
        case 'gt':
          return atLeast(number + 1);
        case 'lt':
          return below(number);
        case 'le':
          return below(number + 1);
        default:
          if (number === 0) return is('>=', 1, false);
          return number > 0 ? is('=', number) : never;
      }
    },
  };
}

/** An attribute that the contract accepts although nothing has it yet: it matches nothing. */
export const attributeOfNothing: FilterAttribute = {
  operators: ['eq', 'in'],
  toConditions: () => ({ shape: 'nothing', values: [], condition: () => sql`false` }),
};

/** An attribute of the rows of another table, of which nearly all may have one: holds where `exists` finds one that meets the condition. */
export function attributeOfMany(
  attribute: FilterAttribute,
  exists: (condition: Condition, storeId: unknown) => RawBuilder<boolean>,
): FilterAttribute {
  return {
    operators: attribute.operators,
    isSkewed: true,
    toConditions: clause => {
      const { condition, ...rest } = attribute.toConditions(clause);
      return { ...rest, condition: (bind, storeId) => exists(condition(bind, storeId), storeId) };
    },
  };
}
