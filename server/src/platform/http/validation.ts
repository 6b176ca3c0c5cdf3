import { Ajv, type AnySchemaObject, type ErrorObject, type SchemaValidateFunction, type ValidateFunction } from 'ajv';
import type { DataValidationCxt } from 'ajv/dist/types/index.js';
import { ApiError, commonErrors, type ErrorEntry, validationError } from '../errors.ts';
import { isEmail } from '../text/email.ts';
import { isStorable } from '../text/storable.ts';

/** At most this many faults of one body are listed. */
const maxEntries = 20;

const ajv = new Ajv({ allErrors: true, verbose: true, strict: false, coerceTypes: false, addUsedSchema: false });

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

/** Compiles a body's schema; the result validates in place and throws the contract's error document. */
export function compileBodySchema(schema: object): (body: unknown) => void {
  let validate: ValidateFunction | undefined;
  return body => {
    // Compiled at first use: a start compiles nothing.
    validate ??= ajv.compile(schema);
    if (!validate(body)) throw toApiError(validate.errors ?? []);
  };
}

/** Validates any value against a schema and returns the faults, for tests that check answers against the contract. */
export function findFaults(schema: object, value: unknown): string[] {
  const validate = ajv.compile(schema);
  return validate(value) ? [] : (validate.errors ?? []).map(error => `${error.instancePath} ${error.message}`);
}

function toApiError(errors: readonly ErrorObject[]): ApiError {
  const entries = new Map<string, ErrorEntry>();
  for (const error of errors) {
    const source = sourceOf(error);
    if (source === 'data' || source === '') return commonErrors.dataRequired();
    if (entries.has(source) || entries.size >= maxEntries) continue;
    entries.set(source, { status: 422, title: 'Failed Validation', detail: detailOf(error, source), source });
  }
  const [first, ...rest] = entries.values();
  return first === undefined ? commonErrors.dataRequired() : new ApiError([first, ...rest]);
}

function sourceOf(error: ErrorObject): string {
  const path = error.instancePath.slice(1).replaceAll('/', '.').replaceAll('~1', '/').replaceAll('~0', '~');
  if (error.keyword !== 'required') return path;
  const missing = String(error.params.missingProperty);
  return path === '' ? missing : `${path}.${missing}`;
}

/** The standard wordings (reference: README.md, "Errors"). */
export const wordings = {
  required: (path: string) => `The ${path} field is required.`,
  type: (path: string, type: string) => `The ${path} must be ${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}.`,
  constant: (path: string, value: string) => `The ${path} must be ${value}.`,
  email: (path: string) => `The ${path} must be a valid email address.`,
  selected: (path: string) => `The selected ${path} is invalid.`,
  minLength: (path: string, count: number) => `The ${path} must be at least ${count} characters.`,
  maxLength: (path: string, count: number) => `The ${path} may not be greater than ${count} characters.`,
  maxBytes: (path: string, count: number) => `The ${path} may not be greater than ${count} bytes.`,
  characters: (path: string) => `The ${path} contains characters that cannot be stored.`,
} as const;

function detailOf(error: ErrorObject, source: string): string {
  const bound = Number(error.schema);
  switch (error.keyword) {
    case 'required':
      return wordings.required(source);
    case 'type': {
      const { const: constant } = error.parentSchema ?? {};
      if (constant !== undefined) return wordings.constant(source, String(constant));
      const type = String(Array.isArray(error.schema) ? error.schema[0] : error.schema);
      return error.data === null ? wordings.required(source) : wordings.type(source, type);
    }
    case 'const':
      return wordings.constant(source, String(error.schema));
    case 'enum':
      return wordings.selected(source);
    case 'minLength':
    case 'pattern':
      // The only pattern in use says "not blank"; a blank mandatory value counts as missing.
      return error.keyword === 'minLength' && bound > 1 ? wordings.minLength(source, bound) : wordings.required(source);
    case 'maxLength':
      return wordings.maxLength(source, bound);
    case 'maxBytes':
      return wordings.maxBytes(source, bound);
    case 'format':
      return error.schema === 'email' ? wordings.email(source) : wordings.characters(source);
    default:
      return wordings.selected(source);
  }
}

/** Throws 422 when a body names another resource than the path (reference: README.md, "Document shape"). */
export function requireSameId(sent: string | undefined, id: string): void {
  if (sent !== undefined && sent.toLowerCase() !== id) {
    throw validationError('data.id', wordings.constant('data.id', id));
  }
}
