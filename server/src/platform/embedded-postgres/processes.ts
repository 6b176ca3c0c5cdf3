import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Site } from './site.ts';

/** What a running server writes into its folder. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly socketFolder: string;
  /** `starting`, `ready`, `stopping`, or empty in its first moment. */
  readonly status: string;
}

/** Reads `postmaster.pid`, which may be left over from a server that is gone. */
export function readPostmaster(site: Site): Postmaster | undefined {
  let lines: string[];
  try {
    lines = readFileSync(postmasterFile(site), 'utf8').split('\n');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  const [pid, , , port, socketFolder, , , status] = lines;
  return {
    // Single-user mode writes it negative.
    pid: Math.abs(Number(pid)),
    port: Number(port),
    socketFolder: socketFolder ?? '',
    status: status?.trimEnd() ?? '',
  };
}

/** Its presence tells PostgreSQL that a server runs. */
export function postmasterFile(site: Site): string {
  return join(site.dataPath, 'postmaster.pid');
}

/** The server that runs on the site's data, whatever it is doing. Never a stranger who was given its process number. */
export function findPostmaster(site: Site): Postmaster | undefined {
  const postmaster = readPostmaster(site);
  return postmaster !== undefined && runsCluster(postmaster.pid, site) ? postmaster : undefined;
}

/** Whether a process has that number; a zombie counts. */
export function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Whether the process is one of the cluster's. Not a zombie: that has no command line. */
export function runsCluster(pid: number, site: Site): boolean {
  if (!(pid > 0)) return false;
  if (process.platform === 'linux') return linuxCommandLine(pid).includes(site.clusterName);
  // Windows tells no command line without another program.
  if (process.platform === 'win32') return exists(pid);
  return exists(pid) && clusterProcesses(site).includes(pid);
}

/** The server and its children, also those which a killed server left behind. Empty on Windows, where none stay. */
export function clusterProcesses(site: Site): number[] {
  if (process.platform === 'win32') return [];
  if (process.platform === 'linux') {
    return readdirSync('/proc')
      .filter(name => /^\d+$/.test(name) && linuxCommandLine(Number(name)).includes(site.clusterName))
      .map(Number);
  }
  return execFileSync('ps', ['-axww', '-o', 'pid=,command='], { encoding: 'utf8' })
    .split('\n')
    .filter(line => line.includes(site.clusterName))
    .map(line => Number.parseInt(line, 10));
}

function linuxCommandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    return '';
  }
}
