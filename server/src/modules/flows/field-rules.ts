import { validationError } from '../../platform/errors.ts';
import { wordings } from '../../platform/http/validation-errors.ts';
import { rulesOf } from './field-kinds.ts';
import { type FieldRule, findValueFault } from './field-values.ts';
import type { FieldType, ValidationRule } from './fields.schema.ts';

const mostOptions = 1000;

/** A bound or an option: a value that a field of the type without rules would accept. */
function readValue<T>(fieldType: FieldType, value: unknown, path: string): T {
  if (value === undefined || value === null) throw validationError(path, wordings.required(path));
  const fault = findValueFault({ field_type: fieldType, validation_rules: [] }, value, path);
  if (fault !== undefined) throw validationError(path, fault);
  return value as T;
}

function readOptions(fieldType: FieldType, options: unknown, path: string): (string | number)[] {
  if (options === undefined || options === null) throw validationError(path, wordings.required(path));
  if (!Array.isArray(options)) throw validationError(path, wordings.type(path, 'array'));
  if (options.length === 0) throw validationError(path, wordings.required(path));
  if (options.length > mostOptions) throw validationError(path, wordings.maxItems(path, mostOptions));
  return options.map((option, index) => readValue(fieldType, option, `${path}.${index}`));
}

function readBounds(fieldType: FieldType, options: unknown, path: string): { from: number; to: number } {
  if (options === undefined || options === null) throw validationError(path, wordings.required(path));
  if (typeof options !== 'object' || Array.isArray(options)) {
    throw validationError(path, wordings.type(path, 'object'));
  }
  const { from, to } = options as { from?: unknown; to?: unknown };
  const bounds = {
    from: readValue<number>(fieldType, from, `${path}.from`),
    to: readValue<number>(fieldType, to, `${path}.to`),
  };
  if (bounds.to < bounds.from) throw validationError(`${path}.to`, wordings.minimum(`${path}.to`, bounds.from));
  return bounds;
}

/** The rules of a field, checked for its type and without members that mean nothing. Throws 422 for any that it may not have. */
export function readRules(fieldType: FieldType, input: readonly ValidationRule[]): FieldRule[] {
  const source = 'data.validation_rules';
  if (fieldType === 'relationship') {
    if (input.length === 0) throw validationError(source, wordings.required(source));
    if (input.length > 1) throw validationError(source, wordings.maxItems(source, 1));
  }
  return input.map(({ type, options, to }, index) => {
    const path = `${source}.${index}`;
    const known = rulesOf[fieldType].find(name => name === type);
    switch (known) {
      case undefined:
        throw validationError(`${path}.type`, wordings.selected(`${path}.type`));
      case 'enum':
        return { type: known, options: readOptions(fieldType, options, `${path}.options`) };
      case 'between':
        return { type: known, options: readBounds(fieldType, options, `${path}.options`) };
      case 'one-to-one':
      case 'one-to-many':
        if (to === undefined) throw validationError(`${path}.to`, wordings.required(`${path}.to`));
        return { type: known, to };
      default:
        return { type: known };
    }
  });
}

/**
 * The default of a field as it is stored. A number for a string is converted, as guides of the API do (reference:
 * flows.md, "Field"). Throws 422 when it does not fit.
 */
export function readDefault(fieldType: FieldType, rules: readonly FieldRule[], input: unknown): unknown {
  if (input === undefined || input === null) return null;
  const value = fieldType === 'string' && Number.isFinite(input) ? String(input) : input;
  const fault = findValueFault({ field_type: fieldType, validation_rules: rules }, value, 'data.default');
  if (fault !== undefined) throw validationError('data.default', fault);
  return value;
}
