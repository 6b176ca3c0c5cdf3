import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { generatedBlocks } from './generated-blocks.ts';

// `npm run docs` writes the parts of the documents that are made from the code; `npm run check:docs` (with --check) only
// says which documents are out of date.

function replaceBlock(document: string, name: string, text: string): string {
  const begin = `<!-- generated: ${name} -->`;
  const [before, rest] = document.split(begin);
  const end = rest?.indexOf('<!-- end -->') ?? -1;
  if (rest === undefined || end < 0) throw new Error(`there is no block "${name}"`);
  return `${before}${begin}\n\n${text}\n\n${rest.slice(end)}`;
}

function format(file: string, text: string): string {
  const { status, stdout, stderr } = spawnSync('biome', ['format', `--stdin-file-path=${file}`], {
    input: text,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

const isCheck = process.argv.includes('--check');
for (const [file, blocks] of Object.entries(generatedBlocks)) {
  const old = readFileSync(file, 'utf8');
  let text = old;
  for (const [name, make] of Object.entries(blocks)) text = replaceBlock(text, name, await make());
  const updated = format(file, text);
  if (updated === old) continue;
  if (isCheck) process.exitCode = 1;
  else writeFileSync(file, updated);
  console.log(`${file} ${isCheck ? 'is out of date: run npm run docs' : 'written'}`);
}
