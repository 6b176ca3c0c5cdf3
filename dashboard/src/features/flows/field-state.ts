import type { Field, FieldType, ValidationRule } from '../../../../server/src/contract.ts';
import { rulesOf } from '../../../../server/src/modules/flows/field-kinds.ts';
import { type FieldValue, toFieldValue } from '../../components/field-input.tsx';
import { formatNumber, readNumber } from '../../numbers.ts';

/** What the form of a field holds: its rules as inputs of their own. */
export interface FieldState {
  readonly name: string;
  readonly slug: string;
  readonly description: string;
  readonly field_type: FieldType;
  readonly required: boolean;
  readonly unique: boolean;
  readonly searchable: boolean;
  readonly omit_null: boolean;
  readonly enabled: boolean;
  /** An empty text stands for none. */
  readonly default: FieldValue;
  readonly options: readonly string[];
  readonly format: '' | 'email' | 'slug';
  /** A text while it is being written, empty for none. */
  readonly from: number | string;
  readonly to: number | string;
  readonly target: string;
  readonly cardinality: 'one-to-one' | 'one-to-many';
}

/** What a type decides: it is empty again when another is chosen. */
export const blankRules: Pick<
  FieldState,
  'required' | 'unique' | 'searchable' | 'default' | 'options' | 'format' | 'from' | 'to' | 'target' | 'cardinality'
> = {
  ...{ required: false, unique: false, searchable: false, default: '', options: [], format: '', from: '', to: '' },
  ...{ target: '', cardinality: 'one-to-one' },
};

const blank: FieldState = {
  ...{ name: '', slug: '', description: '', field_type: 'string', omit_null: false, enabled: true },
  ...blankRules,
};

export const isNumeric = (type: FieldType) => type === 'integer' || type === 'float';

/** A field as its form holds it; a new one when there is none. */
export function stateOf(field: Field | undefined): FieldState {
  if (field === undefined) return blank;
  const { name, slug, description, field_type, required, unique, searchable, omit_null, enabled } = field;
  const rule = (...types: string[]) => field.validation_rules.find(({ type }) => types.includes(type));
  const bounds = rule('between')?.options as { readonly from: number; readonly to: number } | undefined;
  const relationship = rule('one-to-one', 'one-to-many');
  return {
    ...{ name, slug, description, field_type, required, unique, searchable, omit_null, enabled },
    default: (field.default as FieldValue | null) ?? '',
    options: ((rule('enum')?.options ?? []) as readonly (string | number)[]).map(toText),
    format: (rule('email', 'slug')?.type ?? '') as FieldState['format'],
    from: bounds?.from ?? '',
    to: bounds?.to ?? '',
    target: relationship?.to ?? '',
    cardinality: (relationship?.type ?? 'one-to-one') as FieldState['cardinality'],
  };
}

/** An allowed value as its input has it. */
const toText = (option: string | number) => (typeof option === 'number' ? formatNumber(option) : option);

/** An allowed value as the API takes it: what is no number stays a text, which no field of numbers accepts. */
export const toOption = (type: FieldType, text: string): string | number => (isNumeric(type) ? readNumber(text) : text);

/** The rules of a field, as the API takes them. */
export function toRules(state: FieldState): ValidationRule[] {
  const { field_type: type, options, format, from, to, target, cardinality } = state;
  if (type === 'relationship') return [{ type: cardinality, to: target }];
  const wanted: ValidationRule[] = [
    ...(options.length > 0 ? [{ type: 'enum', options: options.map(option => toOption(type, option)) }] : []),
    ...(format === '' ? [] : [{ type: format }]),
    ...(typeof from === 'number' && typeof to === 'number' ? [{ type: 'between', options: { from, to } }] : []),
  ];
  return wanted.filter(rule => rulesOf[type].some(allowed => allowed === rule.type));
}

/** Which input a rule comes from: where a fault of it is shown. */
export function inputOfRule(rule: ValidationRule | undefined, path: string): keyof FieldState {
  switch (rule?.type) {
    case 'enum':
      return 'options';
    case 'between':
      return path.endsWith('.to') ? 'to' : 'from';
    case 'one-to-one':
    case 'one-to-many':
      return 'target';
    default:
      return 'format';
  }
}

/** Rules as one text, in whatever order they and their members come. */
const textOfRules = (rules: readonly ValidationRule[]) =>
  JSON.stringify(
    rules
      .map(({ type, options, to }) => [
        type,
        Array.isArray(options) ? options : Object.entries(options ?? {}).sort(),
        to,
      ])
      .toSorted(([one], [other]) => String(one).localeCompare(String(other))),
  );

/** Whether the form can show all rules of a field: the API takes several of a kind, the form has one input for each. */
export const areRulesEditable = (field: Field): boolean =>
  textOfRules(toRules(stateOf(field))) === textOfRules(field.validation_rules);

/** A field as the API takes it. */
export function toBody(state: FieldState) {
  const { name, slug, description, required, unique, searchable, omit_null, enabled } = state;
  return {
    ...{ name, slug, description, required, unique, searchable, omit_null, enabled },
    default: toFieldValue(state.default),
    validation_rules: toRules(state),
  };
}

/** Only what has changed: what somebody else changes meanwhile stays. */
export function changesOf(before: FieldState, after: FieldState): object {
  const old = new Map(Object.entries(toBody(before)).map(([key, value]) => [key, JSON.stringify(value)]));
  return Object.fromEntries(
    Object.entries(toBody(after)).filter(([key, value]) => JSON.stringify(value) !== old.get(key)),
  );
}
