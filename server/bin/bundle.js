// Plain JavaScript, because it is read before it is known what else is there.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Where the server's code is bundled to: fewer files to find and to link at a start. */
export const bundleFolder = join(import.meta.dirname, '../dist');

/** In it: what each of its sources was when it was read. */
export const inputsFile = 'inputs.json';

/**
 * What tells that a file has changed: its time in whole seconds, all that copies and images keep, and its size.
 * @param {string} file
 */
export function stampOf(file) {
  const found = statSync(file, { throwIfNoEntry: false });
  return found && `${Math.trunc(found.mtimeMs / 1000)} ${found.size}`;
}

/** Whether the bundle is there, and made of the sources as they are now. */
export function isBundleFresh() {
  /** @type {Record<string, string>} */
  let inputs;
  try {
    inputs = JSON.parse(readFileSync(join(bundleFolder, inputsFile), 'utf8'));
  } catch {
    return false;
  }
  return Object.entries(inputs).every(([file, stamp]) => stampOf(join(bundleFolder, file)) === stamp);
}
