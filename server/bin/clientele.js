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

if (Number(process.versions.node.split('.')[0]) >= needed) {
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
  const child = spawn(node, [thisFile, ...process.argv.slice(2)], { stdio: 'inherit' });
  const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'];
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  child.on('error', error => {
    console.error(`clientele: ${node} does not start: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code);
    for (const each of signals) process.removeAllListeners(each);
    process.kill(process.pid, signal);
  });
}
