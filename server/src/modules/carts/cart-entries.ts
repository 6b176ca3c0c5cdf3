import type { TObjectOptions, TSchema } from 'typebox';
import { ApiError, commonErrors, type ErrorEntry, keywordError, throwAny } from '../../platform/errors.ts';
import { document, keywordErrors } from '../../platform/http/schemas.ts';
import { compileBodySchema } from '../../platform/http/validation.ts';
import { cartLimits } from './carts.limits.ts';

/** One of the things that a request asks for: the whole `data`, or a member of it when that is an array. */
export interface Entry {
  /** Where it stands in the body. */
  readonly path: string;
  readonly index: number;
  readonly value: Readonly<Record<string, unknown>>;
  readonly isOneOfMany: boolean;
}

/** The entries of a body, and what its `options` say of partial success. */
export interface Entries {
  readonly entries: readonly Entry[];
  readonly isAllOrNothing: boolean;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Stands for an entry that is no object, so that it is refused like one without members. */
const asObject = (value: unknown) => (isObject(value) ? value : {});

/** Reads a body whose `data` is an entry or an array of them. Throws 400 when it is neither. */
export function readEntries(body: unknown, option: { readonly name: string; readonly fallback: boolean }): Entries {
  const { data, options } = asObject(body);
  const isAllOrNothing = asObject(options)[option.name] ?? option.fallback;
  if (typeof isAllOrNothing !== 'boolean') {
    throw keywordError('type', `options.${option.name}`, `${option.name} must be a boolean`);
  }
  if (!Array.isArray(data)) return { entries: [readOneEntry(body)], isAllOrNothing };
  if (data.length === 0) throw keywordError('min', 'data', 'data must have at least 1 item');
  if (data.length > cartLimits.bulkEntries) {
    throw keywordError('max', 'data', `data may not have more than ${cartLimits.bulkEntries} items`);
  }
  return {
    entries: data.map((value, index) => ({ path: `data.${index}`, index, value: asObject(value), isOneOfMany: true })),
    isAllOrNothing,
  };
}

/** The same, where `data` must be an array. */
export function readManyEntries(body: unknown, option: { readonly name: string; readonly fallback: boolean }): Entries {
  const read = readEntries(body, option);
  if (read.entries.every(entry => entry.isOneOfMany)) return read;
  throw keywordError('type', 'data', 'data must be an array');
}

/** The same, where `data` must be one entry. */
export function readOneEntry(body: unknown): Entry {
  const { data } = asObject(body);
  if (!isObject(data)) throw commonErrors.dataRequired();
  return { path: 'data', index: 0, value: data, isOneOfMany: false };
}

/** Validates an entry in place by the schema of what `data` holds. Throws the contract's error document, in the style given. */
export function entryReader<T>(schema: TSchema, style: TObjectOptions = keywordErrors): (entry: Entry) => T {
  const validate = compileBodySchema(document(schema, style));
  return entry => {
    validate({ data: entry.value });
    return entry.value as T;
  };
}

/** What is wrong with an entry: the sources say where it stands, `meta` which it is, unless the error says so itself. */
function errorsOf(error: ApiError, { path, value, isOneOfMany }: Entry): ErrorEntry[] {
  const names = (['id', 'sku'] as const).flatMap(key => {
    const name = value[key];
    return typeof name === 'string' ? [[key, name] as const] : [];
  });
  const meta = isOneOfMany && names.length > 0 ? { meta: Object.fromEntries(names) } : {};
  return error.entries.map(({ source, detail, ...entry }) => {
    if (source === undefined) return { ...meta, ...entry, detail };
    const there = source.replace(/^data(?=\.|$)/, path);
    // The standard wordings name the source.
    return { ...meta, ...entry, detail: detail.replace(source, there), source: there };
  });
}

/** Collects what the contract refuses of several things to do. */
export class Refusals {
  readonly #refused: { readonly index: number; readonly errors: readonly ErrorEntry[] }[] = [];

  /** Does what an entry asks for; answers undefined when that was refused. */
  async attempt<T>(entry: Entry, work: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#refused.push({ index: entry.index, errors: errorsOf(error, entry) });
      return undefined;
    }
  }

  /**
   * The errors beside a success, in the order of the entries. Throws them when nothing was done, or all was to be done or
   * nothing.
   */
  settle(outcome: { readonly isAllOrNothing: boolean; readonly isAnythingDone: boolean }): readonly ErrorEntry[] {
    const errors = this.#refused.toSorted((a, b) => a.index - b.index).flatMap(refused => refused.errors);
    if (outcome.isAllOrNothing || !outcome.isAnythingDone) throwAny(errors);
    return errors;
  }
}
