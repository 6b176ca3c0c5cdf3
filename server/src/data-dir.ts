import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { ConfigError, invalidSetting } from './config.ts';

/** Does something in the data folder; what the system refuses there is told as a fault of CLIENTELE_DATA_DIR. */
export function inDataDir<T>(dataDir: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    throw new ConfigError([`${invalidSetting('CLIENTELE_DATA_DIR', dataDir)} (${error.message})`]);
  }
}

/** Makes the data folder when it is missing. `mode`: for it and what is missing above it. */
export function makeDataDir(dataDir: string, mode: number): void {
  makeFolder(resolve(dataDir), mode);
  accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
}

/** Node's own recursive mkdir never returns where a folder that exists takes no other, as /proc (tried with Node 24). */
function makeFolder(path: string, mode: number): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  if (dirname(path) !== path) makeFolder(dirname(path), mode);
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    // Another process that starts now may have made it.
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}
