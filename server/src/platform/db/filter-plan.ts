import type { RawBuilder } from 'kysely';
import { type FilterClause, type FilterOperator, filterErrors } from '../query/filter.ts';

export type Condition = RawBuilder<boolean>;
/** Stands for a value that is given when the statement runs; `storeId` is always among them. */
export type Bind = (name: string) => unknown;

/** Stands for one of the values that SQL needs when it runs. */
export type BindValue = (index: number) => unknown;

/** What filter clauses become: the SQL by its shape, and the values it needs when it runs. */
export interface ClauseConditions {
  /** Clauses of the same attribute with the same shape have the same SQL. */
  readonly shape: string;
  readonly values: readonly unknown[];
  condition(bind: BindValue, storeId: unknown): Condition;
  /** What meets it, of all that there are, where another table tells. */
  readonly elsewhere?: Elsewhere<[bind: BindValue, storeId: unknown]> | undefined;
}

/** What meets a condition, told by another table than the one with the rows. */
export interface Elsewhere<Arguments extends readonly unknown[]> {
  /** The number of rows. */
  count(...given: Arguments): RawBuilder<number>;
  /** A selection of their ids. */
  ids(...given: Arguments): RawBuilder<unknown>;
  /** Whether the row at hand is one of them, looked up by its id; null if not. */
  isAmong(...given: Arguments): RawBuilder<boolean | null>;
}

/** An attribute that filters may name: its operators, and how a clause on it reads in SQL. */
export interface FilterAttribute {
  readonly operators: readonly FilterOperator[];
  /** Attributes of one kind have the same SQL, under whatever name; without one, the name tells. */
  readonly kind?: string;
  /** Whether no two rows of a store have the same value. */
  readonly isUnique?: boolean;
  /** Whether a value may be that of nearly all rows as well as of nearly none. */
  readonly isSkewed?: boolean;
  toConditions(clause: FilterClause): ClauseConditions;
  /** All clauses on it at once, where they are cheaper so than one by one. */
  joinConditions?(clauses: readonly FilterClause[]): ClauseConditions;
}

/** A filter ready to run: `shape` names the statement, `values` are its parameters. */
export interface FilterPlan {
  readonly shape: string;
  readonly values: Readonly<Record<string, unknown>>;
  /** Whether the values may select nearly all rows as well as nearly none, which no plan serves equally. */
  readonly isRange: boolean;
  /** Whether no more than one row can meet it. */
  readonly isOfOne: boolean;
  conditions(bind: Bind): Condition[];
  /** What of the store meets it, where another table tells. */
  readonly elsewhere?: Elsewhere<[bind: Bind]> | undefined;
}

const ranges: ReadonlySet<FilterOperator> = new Set(['like', 'gt', 'ge', 'lt', 'le']);

/**
 * Turns the clauses of a filter into SQL conditions on the attributes of one resource. Throws 400 for an unknown
 * attribute, an operator that it does not have, or an operand that it cannot compare with.
 */
export function planFilter(
  clauses: readonly FilterClause[],
  attributes: Readonly<Record<string, FilterAttribute>>,
): FilterPlan {
  const known = clauses.map(clause => {
    const attribute = Object.hasOwn(attributes, clause.attribute) ? attributes[clause.attribute] : undefined;
    if (attribute === undefined || !attribute.operators.includes(clause.operator)) throw filterErrors.syntax();
    return { clause, attribute };
  });
  const plans = known.flatMap(({ clause, attribute }, at) => {
    const isOfOne = attribute.isUnique === true && clause.operator === 'eq' && clause.values.length === 1;
    const name = attribute.kind ?? clause.attribute;
    const all = attribute.joinConditions ? known.filter(each => each.attribute === attribute) : [{ clause }];
    const isRange = attribute.isSkewed === true || all.some(each => ranges.has(each.clause.operator));
    if (attribute.joinConditions === undefined) return [{ name, isOfOne, isRange, ...attribute.toConditions(clause) }];
    // They stand in the place of the first.
    if (known.findIndex(each => each.attribute === attribute) < at) return [];
    return [{ name, isOfOne, isRange, ...attribute.joinConditions(all.map(each => each.clause)) }];
  });
  const [only, ...others] = plans;
  const elsewhere = others.length === 0 ? only?.elsewhere : undefined;
  const first = (bind: Bind) => [(index: number) => bind(`filter_0_${index}`), bind('storeId')] as const;
  return {
    shape: plans.map(plan => `${plan.name}.${plan.shape}`).join(':'),
    values: Object.fromEntries(
      plans.flatMap((plan, clause) => plan.values.map((value, index) => [`filter_${clause}_${index}`, value])),
    ),
    isRange: plans.some(plan => plan.isRange),
    isOfOne: plans.some(plan => plan.isOfOne),
    conditions: bind =>
      plans.map((plan, clause) => plan.condition(index => bind(`filter_${clause}_${index}`), bind('storeId'))),
    elsewhere: elsewhere && {
      count: bind => elsewhere.count(...first(bind)),
      ids: bind => elsewhere.ids(...first(bind)),
      isAmong: bind => elsewhere.isAmong(...first(bind)),
    },
  };
}
