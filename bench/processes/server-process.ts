import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Usage } from './usage.ts';

const startMs = 30_000;

/** A server under measurement, in a process of its own. */
export interface ServerProcess {
  readonly url: string;
  usage(): Promise<Usage>;
  stop(): Promise<void>;
}

/** Starts a script that listens on `PORT`; returns when it answers. Its output goes to a file in `folder`, as a log would. */
export async function startServerProcess(options: {
  readonly name: string;
  readonly script: string;
  readonly env: Readonly<Record<string, string>>;
  readonly folder: string;
  readonly profile: string | undefined;
}): Promise<ServerProcess> {
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const log = openSync(join(options.folder, `${options.name}.log`), 'a');
  const child = fork(fileURLToPath(new URL(options.script, import.meta.url)), {
    env: { PATH: process.env.PATH, PORT: String(port), ...options.env },
    execArgv: [
      '--import',
      new URL('./usage.ts', import.meta.url).href,
      ...(options.profile === undefined
        ? []
        : ['--cpu-prof', `--cpu-prof-dir=${options.profile}`, `--cpu-prof-name=${options.name}.cpuprofile`]),
    ],
    stdio: ['ignore', log, log, 'ipc'],
  });
  await awaitAnswer(child, `${url}/health/ready`, options.name);
  return {
    url,
    usage: async () => {
      child.send('usage');
      const [usage] = await once(child, 'message');
      return usage as Usage;
    },
    stop: async () => {
      if (child.exitCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}

async function awaitAnswer(child: ChildProcess, url: string, name: string): Promise<void> {
  const until = Date.now() + startMs;
  while (child.exitCode === null && Date.now() < until) {
    const isReady = await fetch(url).then(
      answer => answer.ok,
      () => false,
    );
    if (isReady) return;
    await delay(50);
  }
  child.kill();
  throw new Error(`the ${name} server did not start`);
}
