import { wordings } from '../../platform/http/validation-errors.ts';
import { parseTimeOperand } from '../../platform/query/time-operand.ts';
import { isEmail } from '../../platform/text/email.ts';
import { isStorable } from '../../platform/text/storable.ts';
import type { FieldType } from './fields.schema.ts';
import { isSlug, slugRule } from './slugs.ts';

/** What a field accepts: its rules as `readRules` has proved them. */
export interface ValueRules {
  readonly field_type: FieldType;
  readonly validation_rules: readonly FieldRule[];
}

/** A rule of a field (reference: flows.md, "Validation rules"). */
export type FieldRule =
  | { readonly type: 'enum'; readonly options: readonly (string | number)[] }
  | { readonly type: 'email' | 'slug' }
  | { readonly type: 'between'; readonly options: { readonly from: number; readonly to: number } }
  | { readonly type: 'one-to-one' | 'one-to-many'; readonly to: string };

const longestText = 65_535;
/** Beyond it not every integer can be told from the next. */
const largestInteger = 2 ** 53;
const dateText = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d:\d\d(?:\.\d{1,9})?)(Z|[-+]\d\d:?\d\d)?)?$/;

/** The time that a date value stands for, UTC unless it says otherwise; undefined for what is no date. */
export function timeOfDate(value: string): Date | undefined {
  const [, day, time = '00:00:00', zone = 'Z'] = dateText.exec(value) ?? [];
  return day === undefined ? undefined : parseTimeOperand(`${day}T${time}${zone}`)?.from;
}

function findTypeFault(type: FieldType, value: unknown, path: string): string | undefined {
  switch (type) {
    case 'string':
      if (typeof value !== 'string') return wordings.type(path, 'string');
      // Only a text that is long in UTF-16 has to be counted.
      if (value.length > longestText && [...value].length > longestText) return wordings.maxLength(path, longestText);
      return isStorable(value) ? undefined : wordings.characters(path);
    case 'integer':
      if (typeof value !== 'number' || !Number.isInteger(value)) return wordings.type(path, 'integer');
      if (value > largestInteger) return wordings.maximum(path, largestInteger);
      return value < -largestInteger ? wordings.minimum(path, -largestInteger) : undefined;
    case 'float':
      // A literal beyond the range of numbers is read as infinity.
      return Number.isFinite(value) ? undefined : wordings.type(path, 'number');
    case 'boolean':
      return typeof value === 'boolean' ? undefined : wordings.type(path, 'boolean');
    case 'date':
      if (typeof value !== 'string') return wordings.type(path, 'string');
      return timeOfDate(value) === undefined ? wordings.date(path) : undefined;
    case 'relationship':
      return wordings.constant(path, 'null');
  }
}

function findRuleFault(rule: FieldRule, value: unknown, path: string): string | undefined {
  switch (rule.type) {
    case 'enum':
      return rule.options.some(option => option === value) ? undefined : wordings.selected(path);
    case 'email':
      return isEmail(String(value)) ? undefined : wordings.email(path);
    case 'slug':
      return isSlug(String(value)) ? undefined : `The ${path} ${slugRule}.`;
    case 'between':
      if (Number(value) < rule.options.from) return wordings.minimum(path, rule.options.from);
      return Number(value) > rule.options.to ? wordings.maximum(path, rule.options.to) : undefined;
    default:
      return undefined;
  }
}

/** What is wrong with a value other than null, in the standard wording; undefined when it fits the field. */
export function findValueFault(
  { field_type, validation_rules }: ValueRules,
  value: unknown,
  path: string,
): string | undefined {
  const fault = findTypeFault(field_type, value, path);
  if (fault !== undefined) return fault;
  for (const rule of validation_rules) {
    const broken = findRuleFault(rule, value, path);
    if (broken !== undefined) return broken;
  }
  return undefined;
}
