import type { ErrorObject } from 'ajv';
import { ApiError, commonErrors, type ErrorEntry, type ErrorKeyword, failedMember } from '../errors.ts';

/** At most this many faults of one body are listed. */
export const maxFaults = 20;

/** What a member does not obey, in words that continue its name. */
export const rules = {
  type: (type: unknown) => `must be ${/^[aeiou]/.test(String(type)) ? 'an' : 'a'} ${type}`,
  email: () => 'must be a valid email address',
  date: () => 'must be a valid date',
  characters: () => 'contains characters that cannot be stored',
  minLength: (count: unknown) => `must be at least ${count} characters`,
  maxLength: (count: unknown) => `may not be greater than ${count} characters`,
  maxBytes: (count: unknown) => `may not be greater than ${count} bytes`,
  minimum: (bound: unknown) => `must be at least ${bound}`,
  exclusiveMinimum: (bound: unknown) => `must be greater than ${bound}`,
  maximum: (bound: unknown) => `may not be greater than ${bound}`,
  minItems: (count: unknown) => `must have at least ${count} items`,
  maxItems: (count: unknown) => `may not have more than ${count} items`,
} as const;

const sentences = Object.fromEntries(
  Object.entries(rules).map(([name, rule]) => [name, (path: string, bound: unknown) => `The ${path} ${rule(bound)}.`]),
) as Record<keyof typeof rules, (path: string, bound?: unknown) => string>;

/** The standard wordings (reference: README.md, "Errors"). */
export const wordings = {
  required: (path: string) => `The ${path} field is required.`,
  constant: (path: string, value: string) => `The ${path} must be ${value}.`,
  selected: (path: string) => `The selected ${path} is invalid.`,
  unique: (path: string) => `The ${path} has already been taken.`,
  ...sentences,
} as const;

/**
 * How the faults of a body are told: 422 `Failed Validation` / `The data.name field is required.`, or, for the resources
 * that the contract lists under 400, `required` / `name is required` (reference: README.md, "Errors"; ambiguities.md, A5).
 */
export type ErrorStyle = 'standard' | 'keyword';

/** Where the schema of a body says its style; see `keywordErrors` in schemas.ts. */
export const styleKeyword = 'x-errors';

/** A fault of one member, before it is worded. */
interface Fault {
  readonly keyword: ErrorKeyword;
  /** The values that the member may have, where it is one of a few. */
  readonly allowed?: readonly unknown[];
  /** What the member does not obey, in words that continue its name. */
  readonly rule?: string;
}

/** The title of a rule that a bound makes. */
const boundKeywords = {
  minLength: 'min',
  minItems: 'min',
  minimum: 'min',
  exclusiveMinimum: 'min',
  maxLength: 'max',
  maxBytes: 'max',
  maxItems: 'max',
  maximum: 'max',
} as const;

const isBound = (keyword: string): keyword is keyof typeof boundKeywords => Object.hasOwn(boundKeywords, keyword);

function faultOf(error: ErrorObject): Fault {
  const { keyword } = error;
  const { const: constant, enum: allowed, rule } = error.parentSchema ?? {};
  if (isBound(keyword)) {
    // At least one character or item: what is empty counts as missing.
    const isPresence = (keyword === 'minLength' || keyword === 'minItems') && error.schema === 1;
    return isPresence
      ? { keyword: 'required' }
      : { keyword: boundKeywords[keyword], rule: rules[keyword](error.schema) };
  }
  switch (keyword) {
    case 'type':
      if (constant !== undefined) return { keyword: 'enum', allowed: [constant] };
      if (error.data === null) return { keyword: 'required' };
      return { keyword: 'type', rule: rules.type([error.schema].flat()[0]) };
    case 'required': {
      const missing = error.parentSchema?.properties?.[error.params.missingProperty];
      return { keyword: 'required', allowed: missing?.enum ?? (missing?.const === undefined ? [] : [missing.const]) };
    }
    case 'const':
    case 'enum':
      return { keyword: 'enum', allowed: allowed ?? [constant] };
    case 'pattern':
      // Without a rule in words, the pattern says "not blank"; a blank mandatory value counts as missing.
      return rule === undefined ? { keyword: 'required' } : { keyword: 'format', rule };
    case 'format':
      if (String(error.data).trim() === '') return { keyword: 'required' };
      return { keyword: 'format', rule: error.schema === 'email' ? rules.email() : rules.characters() };
    default:
      return { keyword: 'enum' };
  }
}

function standardDetail({ keyword, allowed = [], rule }: Fault, source: string): string {
  if (keyword === 'required') return wordings.required(source);
  if (rule !== undefined) return `The ${source} ${rule}.`;
  return allowed.length === 1 ? wordings.constant(source, String(allowed[0])) : wordings.selected(source);
}

function keywordEntry({ keyword, allowed = [], rule }: Fault, source: string): ErrorEntry {
  const name = /[^.]+(?:\.\d+)*$/.exec(source)?.[0] ?? source;
  const list = allowed.length === 1 ? String(allowed[0]) : `one of ${allowed.join(', ')}`;
  // A missing `type` is told like a wrong one: where it must be sent, it selects something.
  if (keyword === 'required' && !(name === 'type' && allowed.length > 0))
    return { status: 400, title: 'required', detail: `${name} is required`, source };
  if (rule !== undefined) return { status: 400, title: keyword, detail: `${name} ${rule}`, source };
  return {
    status: 400,
    title: 'enum',
    detail: allowed.length === 0 ? `${name} is invalid` : `${name} must be ${list}`,
    source,
  };
}

function sourceOf(error: ErrorObject): string {
  const path = error.instancePath.slice(1).replaceAll('/', '.').replaceAll('~1', '/').replaceAll('~0', '~');
  if (error.keyword !== 'required') return path;
  const missing = String(error.params.missingProperty);
  return path === '' ? missing : `${path}.${missing}`;
}

/** A member that may be null is told what it must be otherwise, and not that it is not null, or that neither fits. */
const isOfUnion = ({ keyword, schema }: ErrorObject) =>
  keyword === 'anyOf' || (keyword === 'type' && schema === 'null');

/** Whether something was sent where an array is wanted, which is not one or has too few or too many items. */
const isOfArray = ({ keyword, parentSchema, data }: ErrorObject) =>
  parentSchema?.type === 'array' && keyword !== 'required' && data !== null;

/** The error document for the faults of a body: one entry for each member, in the style of the route. */
export function bodyError(errors: readonly ErrorObject[], style: ErrorStyle): ApiError {
  const entries = new Map<string, ErrorEntry>();
  for (const error of errors) {
    if (isOfUnion(error)) continue;
    const source = sourceOf(error);
    if (source === '' || (source === 'data' && !isOfArray(error))) return commonErrors.dataRequired();
    if (entries.has(source) || entries.size >= maxFaults) continue;
    const fault = faultOf(error);
    entries.set(
      source,
      style === 'keyword' ? keywordEntry(fault, source) : failedMember(source, standardDetail(fault, source)),
    );
  }
  const [first, ...rest] = entries.values();
  return first === undefined ? commonErrors.dataRequired() : new ApiError([first, ...rest]);
}
