import { coreFlowOf } from './core-flows.ts';
import type { FieldRule } from './field-values.ts';
import type { FieldType } from './fields.schema.ts';

// What the dashboard offers, too: nothing here may need more than a browser has.

/** The rules that a field of each type may have (reference: flows.md, "Validation rules"). */
export const rulesOf: Readonly<Record<FieldType, readonly FieldRule['type'][]>> = {
  string: ['enum', 'email', 'slug'],
  integer: ['between', 'enum'],
  float: ['between', 'enum'],
  boolean: [],
  date: ['enum'],
  relationship: ['one-to-one', 'one-to-many'],
};

/** Whether a search can look at a field of a flow: it looks at texts of customers. */
export const canBeSearched = (type: FieldType, flowSlug: string): boolean =>
  type === 'string' && flowSlug === 'customers';

/** Whether a field of a flow can be unique: whether a value is taken is looked up in the index. */
export const canBeUnique = (type: FieldType, flowSlug: string): boolean =>
  type !== 'relationship' && coreFlowOf(flowSlug)?.rows?.isUnindexed !== true;
