import { chmodSync, chownSync, lstatSync, mkdirSync, rmdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Postmaster } from './processes.ts';
import { access, canReach } from './run-as.ts';
import { type Site, shortHash } from './site.ts';

/** What node-postgres calls host (a folder that holds the socket, or a network address) and port. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

const loopback = '127.0.0.1';
const socketPort = 5432;
/** Bytes of a socket's path: the kernels allow 107 (Linux) or 103 (macOS) and the terminating zero. */
const longestSocketPath = 103;

/** Where a new server is to listen. */
export async function chooseAddress(site: Site): Promise<Address> {
  if (process.platform === 'win32') return { host: loopback, port: await freePort() };
  // The data folder is closed to others already. Short of that, a folder whose name any process derives from the data's.
  const name = `clientele-${shortHash(site.dataPath)}`;
  const places = [site.dataPath, ...[tmpdir(), '/tmp'].map(folder => join(folder, name))];
  const host = places.find(
    place =>
      Buffer.byteLength(`${place}/.s.PGSQL.${socketPort}`) <= longestSocketPath &&
      (site.user === undefined || canReach(site.user, dirname(place), access.enter)),
  );
  if (host === undefined)
    throw new Error(`There is no folder for a socket: ${places.join(', ')} are too long or closed`);
  return { host, port: socketPort };
}

/** Makes the socket's folder, if it is not the data folder. */
export function prepareAddress(site: Site, { host }: Address): void {
  if (host === loopback || host === site.dataPath) return;
  try {
    mkdirSync(host, { mode: 0o700 });
    chmodSync(host, 0o700);
    if (site.user !== undefined) chownSync(host, site.user.uid, site.user.gid);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  // The folder above is anyone's: a folder or link that someone else put there must not receive our socket.
  const found = lstatSync(host);
  if (!found.isDirectory() || found.uid !== (site.user?.uid ?? process.geteuid?.()) || (found.mode & 0o077) !== 0) {
    throw new Error(`${host}, which the socket of the embedded PostgreSQL needs, belongs to someone else: remove it`);
  }
}

/** Removes what prepareAddress made. */
export function leaveAddress(site: Site, { host }: Address): void {
  if (host === loopback || host === site.dataPath) return;
  try {
    rmdirSync(host);
  } catch {
    // Not empty or gone: nothing depends on it.
  }
}

/** Settings that make a server listen there and nowhere else. */
export function listenSettings({ host, port }: Address): Record<string, string> {
  const listen =
    host === loopback
      ? { listen_addresses: loopback, unix_socket_directories: '' }
      : { listen_addresses: '', unix_socket_directories: `"${host.replaceAll('"', '""')}"` };
  return { ...listen, port: String(port), unix_socket_permissions: '0700' };
}

/** Where a running server listens, by what it wrote itself. */
export function addressOf({ socketFolder, port }: Postmaster): Address {
  return { host: socketFolder === '' ? loopback : socketFolder, port };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, loopback, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : socketPort));
    });
  });
}
