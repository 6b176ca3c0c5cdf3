import { isUtf8 } from 'node:buffer';
import { apiError, commonErrors } from '../errors.ts';

/** The largest body, in bytes (reference: README.md, "Content types and bodies" 8). */
export const maxBodyBytes = 1024 * 1024;
/** How deep arrays and objects of a body may be nested. */
export const maxBodyDepth = 32;

const nestedTooDeeply = apiError(400, 'Bad Request', `The request body is nested deeper than ${maxBodyDepth} levels`);

/**
 * Parses a JSON body. An empty one is no body, `{"data":{"data":…}}` is unwrapped once (reference: README.md, "Content
 * types and bodies" 1 and 4). Throws 400 for anything that is not JSON in UTF-8.
 */
export function parseJsonBody(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  if (!isUtf8(bytes)) throw commonErrors.invalidJson();
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  if (text.trim() === '') return undefined;
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw commonErrors.invalidJson();
  }
  if (isDeeperThan(body, maxBodyDepth)) throw nestedTooDeeply();
  return unwrapData(body);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unwrapData(body: unknown): unknown {
  if (!isObject(body) || !isObject(body.data)) return body;
  const keys = Object.keys(body.data);
  return keys.length === 1 && keys[0] === 'data' ? { ...body, data: body.data.data } : body;
}

/**
 * Turns `data` back into an array when it is an object with the keys 0 to n-1, as some SDKs send one (reference: README.md,
 * "Content types and bodies" 5). For relationship endpoints only.
 */
export function indexedToArray(body: unknown): unknown {
  if (!isObject(body) || !isObject(body.data)) return body;
  const { data } = body;
  const keys = Object.keys(data);
  return keys.length > 0 && keys.every((key, index) => key === String(index))
    ? { ...body, data: Object.values(data) }
    : body;
}

/** Without recursion, since the nesting is what an attacker chooses. */
function isDeeperThan(value: unknown, limit: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    const next: unknown[] = [];
    for (const item of level) {
      if (typeof item !== 'object' || item === null) continue;
      for (const child of Object.values(item)) next.push(child);
    }
    if (next.length > 0 && depth >= limit) return true;
    level = next;
  }
  return false;
}
