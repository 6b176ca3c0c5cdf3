import type { RawBuilder } from 'kysely';
import { type FilterClause, type FilterOperator, filterErrors } from '../query/filter.ts';

export type Condition = RawBuilder<boolean>;
/** Stands for a value that is given when the statement runs; `storeId` is always among them. */
export type Bind = (name: string) => unknown;

/** What a filter clause becomes: the SQL by its shape, and the values it needs when it runs. */
interface ClauseConditions {
  /** Clauses of the same attribute with the same shape have the same SQL. */
  readonly shape: string;
  readonly values: readonly unknown[];
  condition(bind: (index: number) => unknown, storeId: unknown): Condition;
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
  const plans = clauses.map(clause => {
    const attribute = Object.hasOwn(attributes, clause.attribute) ? attributes[clause.attribute] : undefined;
    if (attribute === undefined || !attribute.operators.includes(clause.operator)) throw filterErrors.syntax();
    const isOfOne = attribute.isUnique === true && clause.operator === 'eq' && clause.values.length === 1;
    const isRange = attribute.isSkewed === true || ranges.has(clause.operator);
    return { name: attribute.kind ?? clause.attribute, isOfOne, isRange, ...attribute.toConditions(clause) };
  });
  return {
    shape: plans.map(plan => `${plan.name}.${plan.shape}`).join(':'),
    values: Object.fromEntries(
      plans.flatMap((plan, clause) => plan.values.map((value, index) => [`filter_${clause}_${index}`, value])),
    ),
    isRange: plans.some(plan => plan.isRange),
    isOfOne: plans.some(plan => plan.isOfOne),
    conditions: bind =>
      plans.map((plan, clause) => plan.condition(index => bind(`filter_${clause}_${index}`), bind('storeId'))),
  };
}
