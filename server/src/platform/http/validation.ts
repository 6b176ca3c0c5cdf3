import { Ajv, type AnySchemaObject, type SchemaValidateFunction, type ValidateFunction } from 'ajv';
import type { DataValidationCxt } from 'ajv/dist/types/index.js';
import { keywordError, validationError } from '../errors.ts';
import { isEmail } from '../text/email.ts';
import { isStorable } from '../text/storable.ts';
import { bodyError, type ErrorStyle, styleKeyword, wordings } from './validation-errors.ts';

const ajv = new Ajv({
  allErrors: true,
  verbose: true,
  strict: false,
  // JSON can say 1e400, which is Infinity here and no number.
  strictNumbers: true,
  coerceTypes: false,
  addUsedSchema: false,
});

ajv.addFormat('email', isEmail);
ajv.addFormat('text', isStorable);

/** Declares a keyword that replaces a value before it is checked further. */
function addReplacingKeyword<T>(
  keyword: string,
  type: 'string' | 'number',
  before: string,
  replace: (value: T) => string,
) {
  const validate: SchemaValidateFunction = (
    _schema: unknown,
    value: T,
    _parent?: AnySchemaObject,
    at?: DataValidationCxt,
  ) => {
    if (at) at.parentData[at.parentDataProperty] = replace(value);
    return true;
  };
  ajv.addKeyword({ keyword, type, before, modifying: true, errors: false, validate });
}

// `trim: true` removes white space around a string before its length is checked.
addReplacingKeyword<string>('trim', 'string', 'maxLength', text => text.trim());
// `textual: true` turns a number into a string, where the contract accepts either (addresses.md: phone_number, postcode).
addReplacingKeyword<number>('textual', 'number', 'maximum', String);

/** `maxBytes: n` bounds the length of a string in bytes of UTF-8. */
ajv.addKeyword({
  keyword: 'maxBytes',
  type: 'string',
  validate: (max: number, text: string) => text.length <= max && Buffer.byteLength(text) <= max,
});

// `numericTexts: [names]` turns members written as whole numbers in quotes into numbers, where the contract accepts both.
ajv.addKeyword({
  keyword: 'numericTexts',
  type: 'object',
  before: 'properties',
  modifying: true,
  errors: false,
  validate: (names: readonly string[], object: Record<string, unknown>) => {
    for (const name of names) {
      const value = object[name];
      if (typeof value === 'string' && /^-?\d{1,15}$/.test(value)) object[name] = Number(value);
    }
    return true;
  },
});

/** Compiles a body's schema; the result validates in place and throws the contract's error document. */
export function compileBodySchema(schema: object): (body: unknown) => void {
  let validate: ValidateFunction | undefined;
  const { [styleKeyword]: style = 'standard' } = schema as { [styleKeyword]?: ErrorStyle };
  return body => {
    // Compiled at first use: a start compiles nothing.
    validate ??= ajv.compile(schema);
    if (!validate(body)) throw bodyError(validate.errors ?? [], style);
  };
}

/** Validates any value against a schema and returns the faults, for tests that check answers against the contract. */
export function findFaults(schema: object, value: unknown): string[] {
  const validate = ajv.compile(schema);
  return validate(value) ? [] : (validate.errors ?? []).map(error => `${error.instancePath} ${error.message}`);
}

/**
 * Throws 422 when a body names another resource than the path (reference: README.md, "Document shape"), or 400 in the
 * keyword style.
 */
export function requireSameId(sent: unknown, id: string | undefined, style: ErrorStyle = 'standard'): void {
  if (id === undefined || typeof sent !== 'string' || sent.toLowerCase() === id) return;
  if (style === 'keyword') throw keywordError('enum', 'data.id', `id must be ${id}`);
  throw validationError('data.id', wordings.constant('data.id', id));
}
