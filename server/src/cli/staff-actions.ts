import { parseConfig } from '../config.ts';
import { commandLine } from '../modules/audit/audit.service.ts';
import { listStaff, renewSetupLink } from '../modules/staff/staff-users.ts';
import { foldCase } from '../platform/text/fold.ts';
import { CliError, printOne, printRows } from './output.ts';
import { withStorage } from './with-storage.ts';

interface Options {
  readonly json?: boolean;
}

const columns = ['id', 'name', 'email', 'role', 'stores', 'can_sign_in', 'created_at'] as const;

export function list(options: Options): Promise<void> {
  return withStorage(async ({ database }) => {
    const rows = (await listStaff(database)).map(({ id, name, email, role, store_ids, password_hash, created_at }) => ({
      ...{ id, name, email, role, created_at },
      stores: store_ids ?? 'all',
      can_sign_in: password_hash !== null,
    }));
    printRows(rows, columns, options.json === true);
  });
}

export function link(email: string, options: Options): Promise<void> {
  const { CLIENTELE_PUBLIC_URL, PORT } = parseConfig(process.env);
  const baseUrl = CLIENTELE_PUBLIC_URL?.replace(/\/+$/, '') ?? `http://127.0.0.1:${PORT}`;
  return withStorage(async ({ database }) => {
    const found = (await listStaff(database)).find(row => foldCase(row.email) === foldCase(email.trim()));
    if (found === undefined) throw new CliError(`there is no member of staff with the e-mail ${email}`);
    const { url, expiresAt } = await renewSetupLink(database, baseUrl, commandLine(), found.id);
    printOne({ email: found.email, url, expires_at: expiresAt.toISOString() }, options.json === true);
  });
}
