#!/usr/bin/env node
// Plain JavaScript that old versions of Node can read: on an old one it goes on with the Node that the project brings (the
// npm package `node`), or says what is missing.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const needed = 24;
const thisFile = fileURLToPath(import.meta.url);
const { resolve } = nodeModule.createRequire(import.meta.url);

/** Tells the Node that was started that a starter waits for it, and must not be outlived. */
const startedByStarter = 'NODE_STARTED_BY_CLIENTELE';

if (Number(process.versions.node.split('.')[0]) >= needed) {
  if (process.env[startedByStarter] && process.channel) {
    delete process.env[startedByStarter];
    process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
    process.channel.unref();
  }
  // Keeps what Node has compiled beside the packages: half of a start's work otherwise.
  nodeModule.enableCompileCache(join(dirname(resolve('fastify/package.json')), '../.cache/clientele'));
  const { freshBundle, newestBundle } = await import('./bundle.js');
  const source = join(dirname(thisFile), '../src/cli/cli.ts');
  const hasSource = existsSync(source);
  const bundle = hasSource ? freshBundle() : newestBundle();
  if (bundle === undefined && !hasSource) {
    console.error(`clientele: neither ${source} nor a bundle is there: install it anew`);
    process.exit(1);
  }
  await import(bundle === undefined ? source : join(bundle, 'cli.js'));
} else {
  const bundled = findBundledNode();
  if (bundled === undefined) {
    console.error(
      `clientele: Node ${needed} or newer is needed, and this is ${process.version}: install it, or run npm install`,
    );
    process.exit(1);
  }
  handOver(bundled);
}

function findBundledNode() {
  try {
    const file = join(dirname(resolve('node/package.json')), 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    return existsSync(file) ? file : undefined;
  } catch {
    return undefined;
  }
}

/** Runs the same on another Node, which gets the signals sent to this process and decides how both end. */
function handOver(node) {
  const args = process.argv.slice(2);
  const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'];
  let asked;
  for (const signal of signals) {
    process.on(signal, () => {
      asked = signal;
      child.kill(signal);
    });
  }
  const child = spawn(node, [thisFile, ...args], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, [startedByStarter]: '1' },
  });
  child.on('error', error => {
    console.error(`clientele: ${node} does not start: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    // A server that is told to stop before it can listen to that has nothing to end.
    if (signal === null || (signal === asked && args[0] === 'serve')) process.exit(code || 0);
    for (const each of signals) process.removeAllListeners(each);
    process.kill(process.pid, signal);
  });
}
