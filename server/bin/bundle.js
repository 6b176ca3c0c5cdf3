// Plain JavaScript, because it is read before it is known what else is there.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The workspace. */
export const serverFolder = join(import.meta.dirname, '..');

/** Where bundles are, each in a folder of its own: a process that runs one still loads from it when the next one is made. */
export const bundlesFolder = join(serverFolder, 'dist');

/** In `bundlesFolder`: the name of the newest bundle's folder. */
export const newestFile = 'newest';

/** In a bundle: what each of its sources was when it was read, by its path from the workspace. */
export const inputsFile = 'inputs.json';

/**
 * What tells that a file has changed: its time in whole seconds, all that copies and images keep, and its size.
 * @param {string} file
 */
export function stampOf(file) {
  const found = statSync(file, { throwIfNoEntry: false });
  return found && `${Math.trunc(found.mtimeMs / 1000)} ${found.size}`;
}

/** The folder of the newest bundle, if there is one. */
export function newestBundle() {
  try {
    return join(bundlesFolder, readFileSync(join(bundlesFolder, newestFile), 'utf8'));
  } catch {
    return undefined;
  }
}

/** The folder of the newest bundle, if it is made of the sources as they are now. */
export function freshBundle() {
  const bundle = newestBundle();
  if (bundle === undefined) return undefined;
  try {
    const inputs = Object.entries(JSON.parse(readFileSync(join(bundle, inputsFile), 'utf8')));
    const isFresh = inputs.length > 0 && inputs.every(([file, stamp]) => stampOf(join(serverFolder, file)) === stamp);
    return isFresh ? bundle : undefined;
  } catch {
    return undefined;
  }
}
