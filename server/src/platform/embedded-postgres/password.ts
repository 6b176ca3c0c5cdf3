import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Binaries, run } from './binaries.ts';
import { giveToOwnerOf } from './file-lock.ts';
import type { Site } from './site.ts';

export const superuser = 'clientele';

/** The superuser's password. undefined: not generated yet, or its file was removed. */
export function readPassword(site: Site): string | undefined {
  if (!existsSync(site.passwordFile)) return undefined;
  return readFileSync(site.passwordFile, 'utf8').trim();
}

/** Gives the superuser a new password by PostgreSQL's single-user mode, which asks for none. */
export async function resetPassword(site: Site, binaries: Binaries, log: (message: string) => void): Promise<void> {
  log(`${site.passwordFile} is missing: generating a new password`);
  const password = newPassword();
  const { code, output } = await run(
    join(binaries, 'bin', 'postgres'),
    ['--single', '-D', site.dataPath, '-c', `cluster_name=${site.clusterName}`, 'postgres'],
    site.user,
    `alter role ${superuser} password '${password}'\n`,
  );
  if (code !== 0 || /ERROR|FATAL/.test(output)) throw new Error(`Cannot set a new password:\n${output}`);
  savePassword(site, password);
}

export function newPassword(): string {
  return randomBytes(24).toString('base64url');
}

export function savePassword(site: Site, password: string): string {
  const unfinished = `${site.passwordFile}.new`;
  const file = openSync(unfinished, 'w', 0o600);
  writeFileSync(file, `${password}\n`);
  fsyncSync(file);
  closeSync(file);
  giveToOwnerOf(dirname(unfinished), unfinished);
  renameSync(unfinished, site.passwordFile);
  syncFolder(dirname(site.passwordFile));
  return password;
}

/** Makes renames in that folder durable. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  fsyncSync(handle);
  closeSync(handle);
}
