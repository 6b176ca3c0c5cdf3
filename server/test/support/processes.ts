import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Answer, Caller } from './test-app.ts';

/** The checkout. */
export const root = join(import.meta.dirname, '../../..');
export const bin = join(root, 'server/bin/clientele.js');

/** The machine's own Node, when it is one that cannot run the server itself. */
export const oldNode = ['/usr/bin/node', '/usr/local/bin/node'].find(
  file => existsSync(file) && Number(/^v(\d+)/.exec(execFileSync(file, ['--version'], { encoding: 'utf8' }))?.[1]) < 24,
);

type Environment = Readonly<Record<string, string>>;

/** How a process ended, and what it said. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Of the environment of the tests only what a shell needs: settings and npm's variables stay out. */
function environment(env: Environment): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR } = process.env;
  return { PATH, ...(HOME && { HOME }), ...(TMPDIR && { TMPDIR }), LOG_LEVEL: 'warn', ...env };
}

const running = new Set<ChildProcess>();
const folders = new Set<string>();

/** Ends what a test has left running: for `afterEach`, because a test may fail before its own end. */
export async function endProcesses(): Promise<void> {
  const ended = [...running].map(child => once(child, 'close'));
  for (const child of running) child.kill('SIGTERM');
  await Promise.all(ended);
}

/** Ends what is left, and removes the folders: for `afterAll`. */
export async function cleanUp(): Promise<void> {
  await endProcesses();
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
}

/** A process whose output is collected. */
function start(
  command: string,
  args: readonly string[],
  env: Environment,
): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(command, args, { cwd: root, env: environment(env), stdio: 'pipe' });
  const closed = once(child, 'close');
  running.add(child);
  const ended = Promise.all([text(child.stdout), text(child.stderr), closed]).then(([stdout, stderr]) => {
    running.delete(child);
    return { code: child.exitCode, signal: child.signalCode, stdout, stderr };
  });
  return { child, ended };
}

/** Runs a program to its end. */
export function run(command: string, args: readonly string[], env: Environment = {}, input = ''): Promise<Ended> {
  const { child, ended } = start(command, args, env);
  // A program may end without reading.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(input);
  return ended;
}

/** Runs the command line to its end. */
export function clientele(args: readonly string[], env: Environment = {}): Promise<Ended> {
  return run(process.execPath, [bin, ...args], env);
}

/** A process that has begun, and may not have come far. */
export interface BegunProcess {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  signal(name: NodeJS.Signals): void;
}

/** Starts the command line, and waits for nothing. `node`: what runs it. */
export function begin(args: readonly string[], env: Environment, node = process.execPath): BegunProcess {
  const { child, ended } = start(node, [bin, ...args], env);
  return { pid: child.pid ?? 0, ended, signal: name => void child.kill(name) };
}

/** A server in a process of its own. */
export interface ServerProcess extends BegunProcess {
  readonly url: string;
  /** What it has printed when it began to listen. */
  readonly greeting: string;
  /** From the start of the process to its first answer. */
  readonly startMs: number;
  /** Asks it to stop, as a service manager does. */
  stop(): Promise<Ended>;
}

/** Starts a server on a free port; returns when it answers. `command`: what runs it. */
export async function startServer(
  env: Environment,
  command: readonly [string, ...string[]] = [process.execPath, bin, 'serve'],
): Promise<ServerProcess> {
  const [program, ...args] = command;
  const begin = performance.now();
  const { child, ended } = start(program, args, { PORT: '0', ...env });
  const greeting = await untilGreeting(child, ended);
  const url = /listens on (\S+)/.exec(greeting)?.[1] ?? '';
  await fetch(`${url}/health/ready`);
  return {
    url,
    pid: child.pid ?? 0,
    greeting,
    startMs: performance.now() - begin,
    ended,
    signal: name => void child.kill(name),
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

async function untilGreeting(child: ChildProcess, ended: Promise<Ended>): Promise<string> {
  let said = '';
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk;
      // It is written at once.
      if (/listens on \S+.*\n/.test(said)) resolve(said);
    });
    ended.then(({ code, stderr }) => reject(new Error(`the server ended with code ${code}: ${stderr}`)), reject);
  });
}

/** A new folder. */
export async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'clientele-process-'));
  // As root PostgreSQL runs as another user, who must pass, or the data would be put elsewhere and stay there.
  await chmod(folder, 0o711);
  folders.add(folder);
  return folder;
}

/** The key that a first start has printed. */
export function printedKey(greeting: string): { clientId: string; clientSecret: string } {
  return {
    clientId: /client_id +(\S+)/.exec(greeting)?.[1] ?? '',
    clientSecret: /client_secret +(\S+)/.exec(greeting)?.[1] ?? '',
  };
}

/** Sends requests to a server over real HTTP. */
export function callerOf(url: string, headers: Readonly<Record<string, string>> = {}): Caller {
  const call = async (method: string, path: string, body?: unknown, extra?: object): Promise<Answer> => {
    const answer = await fetch(url + path, {
      method,
      headers: { 'content-type': 'application/json', ...headers, ...extra },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const content = await answer.text();
    const isJson = answer.headers.get('content-type')?.startsWith('application/json') === true && content !== '';
    return {
      status: answer.status,
      body: isJson ? JSON.parse(content) : content,
      headers: Object.fromEntries(answer.headers),
    };
  };
  return {
    headers,
    get: (path, extra) => call('GET', path, undefined, extra),
    post: (path, body, extra) => call('POST', path, body, extra),
    put: (path, body, extra) => call('PUT', path, body, extra),
    delete: (path, body, extra) => call('DELETE', path, body, extra),
  };
}

/** Asks for an access token. */
export async function askForToken(url: string, form: Readonly<Record<string, string>>): Promise<Answer> {
  const answer = await fetch(`${url}/oauth/access_token`, { method: 'POST', body: new URLSearchParams(form) });
  return { status: answer.status, body: await answer.json(), headers: Object.fromEntries(answer.headers) };
}

/** Callers with the tokens of a key. */
export async function signInClient(url: string, key: { clientId: string; clientSecret: string }) {
  const client = { client_id: key.clientId };
  const [admin, storefront] = await Promise.all([
    askForToken(url, { grant_type: 'client_credentials', ...client, client_secret: key.clientSecret }),
    askForToken(url, { grant_type: 'implicit', ...client }),
  ]);
  const bearer = (token: Answer) => ({ authorization: `Bearer ${token.body.access_token}` });
  return {
    admin: callerOf(url, bearer(admin)),
    storefront: callerOf(url, bearer(storefront)),
    /** The same credentials at another process. */
    at: (other: string) => ({
      admin: callerOf(other, bearer(admin)),
      storefront: callerOf(other, bearer(storefront)),
    }),
  };
}
