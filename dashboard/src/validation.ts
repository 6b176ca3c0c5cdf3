import { findValueFault, type ValueRules } from '../../server/src/modules/flows/field-values.ts';
import { isEmail } from '../../server/src/platform/text/email.ts';
import { isStorable } from '../../server/src/platform/text/storable.ts';
import type { DescribedField, FieldValue } from './components/field-input.tsx';
import { formatNumber, type NumberKind, placesOf, plainNumber, toPlainNumber } from './numbers.ts';
import { texts } from './texts.ts';

/** What the schemas of the API's forms say of a text. */
interface TextSchema {
  readonly type?: string | readonly string[];
  readonly anyOf?: readonly TextSchema[];
  readonly format?: string;
  readonly pattern?: string;
  /** The pattern in words that continue the field's name. */
  readonly rule?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
}

/** What the schemas of the API's forms say of a number. */
interface NumberSchema {
  readonly minimum?: number;
  readonly maximum?: number;
}

type NumberRules = Pick<DescribedField, 'field_type' | 'validation_rules'>;

interface BodySchema {
  readonly properties: object;
  readonly required?: readonly string[];
}

/** The part of a schema that is about texts: that of a union, too. */
function textOf(schema: TextSchema): TextSchema {
  return schema.anyOf?.find(one => one.type === 'string') ?? schema;
}

/** What is wrong with a text by the API's own schema of its field; null when nothing is. Code points are counted, as the API does. */
export function textFault(body: BodySchema, field: string, label: string, value: string): string | null {
  const schema = textOf((body.properties as Record<string, TextSchema>)[field] ?? {});
  const isRequired = body.required?.includes(field) === true;
  const length = [...value].length;
  if (value.trim() === '') return isRequired ? texts.rules.required(label) : null;
  if (schema.format === 'email' && !isEmail(value)) return texts.rules.email;
  if (!isStorable(value)) return texts.rules.characters(label);
  if (schema.pattern !== undefined && schema.rule !== undefined && !new RegExp(schema.pattern, 'u').test(value))
    return `${label} ${schema.rule}`;
  if (schema.maxLength !== undefined && length > schema.maxLength)
    return texts.rules.maxLength(label, schema.maxLength);
  if (schema.minLength !== undefined && length < schema.minLength)
    return texts.rules.minLength(label, schema.minLength);
  return null;
}

/** What the API says of a member of its bodies, of a field with this label: `The data.name must be a string.` */
export const toLabelled = (detail: string, label: string): string =>
  /^The data\.\S+ field is required\.$/.test(detail)
    ? texts.rules.required(label)
    : detail.replace(/^The (selected )?data\.\S+/, label);

/** What is wrong with a number, or with a text that is meant to be one; null when nothing is, or nothing is there. */
export function numberFault(label: string, value: number | string, { places, min, max }: NumberKind): string | null {
  if (typeof value === 'string' && value.trim() === '') return null;
  const plain = typeof value === 'number' ? plainNumber(value) : toPlainNumber(value);
  const isMoney = places !== undefined && places > 0;
  const bound = (number: number) => formatNumber(number, isMoney ? places : undefined);
  if (places === 0 && (plain === undefined || placesOf(plain) > 0))
    return texts.rules.wholeNumber(label, formatNumber(1234));
  if (plain === undefined) return texts.rules.number(label, formatNumber(1234.5));
  if (isMoney && placesOf(plain) > places) return texts.rules.places(label, places);
  if (min !== undefined && Number(plain) < min) return texts.rules.atLeast(label, bound(min));
  if (max !== undefined && Number(plain) > max) return texts.rules.atMost(label, bound(max));
  return typeof value === 'number' ? null : texts.rules.digits(label);
}

/** The numbers that a field of numbers takes; undefined of any other field. */
export function numberKindOf({ field_type: type, validation_rules: rules }: NumberRules): NumberKind | undefined {
  if (type !== 'integer' && type !== 'float') return undefined;
  const bounds = rules.find(rule => rule.type === 'between')?.options as { from: number; to: number } | undefined;
  const [from, to] = [bounds?.from, bounds?.to];
  if (type === 'float') return { min: from, max: to };
  const { MIN_SAFE_INTEGER: least, MAX_SAFE_INTEGER: most } = Number;
  return { places: 0, min: Math.max(from ?? least, least), max: Math.min(to ?? most, most) };
}

/** What is wrong with a value of a store's own field, by the rules of the API itself; null when nothing is. */
export function fieldFault(field: DescribedField, label: string, value: FieldValue | undefined): string | null {
  const given = typeof value === 'string' ? value.trim() : value;
  if (given === undefined || given === '') return field.required ? texts.rules.required(label) : null;
  const kind = numberKindOf(field);
  const wrong = kind && typeof given !== 'boolean' ? numberFault(label, given, kind) : null;
  if (wrong !== null) return wrong;
  // Its rules are what the API has answered, so they are proved.
  const fault = findValueFault(field as ValueRules, given, 'data.value');
  return fault === undefined ? null : toLabelled(fault, label);
}

/** The bounds of a number by the API's own schema of its field. */
export function boundsOf(body: BodySchema, field: string): { readonly from: number; readonly to: number } {
  const { minimum, maximum } = (body.properties as Record<string, NumberSchema>)[field] ?? {};
  return { from: minimum ?? Number.MIN_SAFE_INTEGER, to: maximum ?? Number.MAX_SAFE_INTEGER };
}

/** What is wrong with a whole number by the API's own schema of its field; null when nothing is. */
export function integerFault(body: BodySchema, field: string, label: string, value: unknown): string | null {
  const { from, to } = boundsOf(body, field);
  const isRight = typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to;
  return isRight ? null : texts.rules.between(label, from, to);
}
