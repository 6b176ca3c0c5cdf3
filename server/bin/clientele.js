#!/usr/bin/env node
// Plain JavaScript that old versions of Node can read, to say what is missing or to go on with the Node that the project
// brings (the npm package `node`).
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const needed = 24;
const here = dirname(fileURLToPath(import.meta.url));
const sources = join(here, '../src/cli/cli.ts');
const entry = existsSync(sources) ? sources : join(here, '../dist/cli/cli.js');

if (Number(process.versions.node.split('.')[0]) >= needed) {
  await import(entry);
} else {
  const bundled = findBundledNode();
  if (bundled === undefined) {
    console.error(`clientele: Node ${needed} or newer is needed, this is ${process.version}`);
    process.exit(1);
  }
  const { status, signal } = spawnSync(bundled, [entry, ...process.argv.slice(2)], { stdio: 'inherit' });
  if (signal) process.kill(process.pid, signal);
  process.exit(status ?? 1);
}

function findBundledNode() {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin/node');
  } catch {
    return undefined;
  }
}
