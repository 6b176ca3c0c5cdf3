import type { ErrorObject } from 'ajv';
import { ApiError, commonErrors, type ErrorEntry, type ErrorKeyword } from '../errors.ts';

/** At most this many faults of one body are listed. */
const maxEntries = 20;

/** The standard wordings (reference: README.md, "Errors"). */
export const wordings = {
  required: (path: string) => `The ${path} field is required.`,
  constant: (path: string, value: string) => `The ${path} must be ${value}.`,
  selected: (path: string) => `The selected ${path} is invalid.`,
  minLength: (path: string, count: number) => `The ${path} must be at least ${count} characters.`,
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

const article = (type: string) => (/^[aeiou]/.test(type) ? 'an' : 'a');

function faultOf(error: ErrorObject): Fault {
  const { const: constant, enum: allowed, rule } = error.parentSchema ?? {};
  const bound = Number(error.schema);
  switch (error.keyword) {
    case 'type': {
      if (constant !== undefined) return { keyword: 'enum', allowed: [constant] };
      const type = String([error.schema].flat()[0]);
      return error.data === null
        ? { keyword: 'required' }
        : { keyword: 'type', rule: `must be ${article(type)} ${type}` };
    }
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
      return {
        keyword: 'format',
        rule: error.schema === 'email' ? 'must be a valid email address' : 'contains characters that cannot be stored',
      };
    case 'minLength':
      return bound > 1 ? { keyword: 'min', rule: `must be at least ${bound} characters` } : { keyword: 'required' };
    case 'minItems':
      return bound > 1 ? { keyword: 'min', rule: `must have at least ${bound} items` } : { keyword: 'required' };
    case 'minimum':
      return { keyword: 'min', rule: `must be at least ${bound}` };
    case 'exclusiveMinimum':
      return { keyword: 'min', rule: `must be greater than ${bound}` };
    case 'maximum':
      return { keyword: 'max', rule: `may not be greater than ${bound}` };
    case 'maxItems':
      return { keyword: 'max', rule: `may not have more than ${bound} items` };
    case 'maxLength':
    case 'maxBytes':
      return {
        keyword: 'max',
        rule: `may not be greater than ${bound} ${error.keyword === 'maxBytes' ? 'bytes' : 'characters'}`,
      };
    default:
      return { keyword: 'enum', allowed: [] };
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

/** The error document for the faults of a body: one entry for each member, in the style of the route. */
export function bodyError(errors: readonly ErrorObject[], style: ErrorStyle): ApiError {
  const entries = new Map<string, ErrorEntry>();
  for (const error of errors) {
    const source = sourceOf(error);
    if (source === 'data' || source === '') return commonErrors.dataRequired();
    if (entries.has(source) || entries.size >= maxEntries) continue;
    const fault = faultOf(error);
    entries.set(
      source,
      style === 'keyword'
        ? keywordEntry(fault, source)
        : { status: 422, title: 'Failed Validation', detail: standardDetail(fault, source), source },
    );
  }
  const [first, ...rest] = entries.values();
  return first === undefined ? commonErrors.dataRequired() : new ApiError([first, ...rest]);
}
