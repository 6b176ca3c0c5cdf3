import { globSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Command } from 'commander';
import { addStoreCommands } from '../server/src/cli/store-commands.ts';
import { configTable } from '../server/src/config.ts';
import { cartLimits, cartLimitTexts } from '../server/src/modules/carts/carts.limits.ts';
import { ApiError } from '../server/src/platform/errors.ts';
import { wordings } from '../server/src/platform/http/validation-errors.ts';

/** The settings that a first deployment needs; docs/configuration.md has them all. */
const mainSettings = [
  'HOST',
  'PORT',
  'DATABASE_URL',
  'LOG_LEVEL',
  'CLIENTELE_DATA_DIR',
  'CLIENTELE_PUBLIC_URL',
  'CLIENTELE_SECRET_KEY',
  'CLIENTELE_TRUST_PROXY',
];

const table = (header: readonly string[], rows: readonly (readonly string[])[]) =>
  [header, header.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n');

const code = (text: string) => (text === '' ? '' : `\`${text}\``);

function settings(isShown: (name: string) => boolean): string {
  return table(
    ['Variable', 'Default', 'What it is for', 'Allowed'],
    configTable
      .filter(({ name }) => isShown(name))
      .map(row => [code(row.name), code(row.default), row.description, row.allowed]),
  );
}

function storeSettings(): string {
  const program = new Command();
  addStoreCommands(program);
  const update = program.commands[0]?.commands.find(command => command.name() === 'update');
  const options = (update?.options ?? []).filter(option => option.long !== '--json');
  return table(
    ['Option', 'What it is for'],
    options.map(option => [code(option.flags.replace('|', '\\|')), option.description]),
  );
}

/** The module table as a graph, without the arrows that others imply. */
function moduleMap(): string {
  const modules: Record<string, string[]> = createRequire(import.meta.url)('./module-table.cjs');
  const reaches = (from: string, to: string): boolean =>
    (modules[from] ?? []).some(next => next === to || reaches(next, to));
  const lines = Object.entries(modules).map(([name, used]) => {
    const drawn = used.filter(other => !used.some(between => reaches(between, other)));
    return drawn.length === 0 ? `  ${name}` : `  ${name} --> ${drawn.join(' & ')}`;
  });
  return ['```mermaid', 'flowchart TD', ...lines, '```'].join('\n');
}

/** The errors in a file's catalogues: exported objects whose members make an ApiError. */
async function errorsOf(file: string): Promise<string[][]> {
  const exported: Record<string, unknown> = await import(pathToFileURL(resolve(file)).href);
  const catalogues = Object.entries(exported).filter(([name]) => name.endsWith('Errors'));
  const makers = catalogues.flatMap(([, catalogue]) => Object.values(catalogue as Record<string, () => unknown>));
  return makers.flatMap(make => {
    const error = make();
    if (!(error instanceof ApiError)) throw new Error(`${file}: a catalogue holds something that makes no error`);
    const place = basename(file, '.ts').replace(/\.errors$/, '');
    return error.entries.map(({ status, title, detail, source }) => [
      String(status),
      title,
      detail,
      code(source ?? ''),
      place === 'errors' ? 'any' : place,
    ]);
  });
}

async function errors(): Promise<string> {
  const platform = ['server/src/platform/errors.ts', 'server/src/platform/query/{filter,page}.ts'];
  const files = globSync([...platform, 'server/src/modules/*/*.errors.ts']).sort();
  const rows = (await Promise.all(files.map(errorsOf))).flat();
  rows.sort(([a = ''], [b = '']) => a.localeCompare(b));
  return table(['`status`', '`title`', '`detail`', '`source`', 'Of'], rows);
}

function limitsOfCarts(): string {
  const limits = Object.entries(cartLimits) as [keyof typeof cartLimits, number][];
  return table(
    ['At most', 'Of'],
    limits.map(([name, most]) => [most.toLocaleString('en'), cartLimitTexts[name]]),
  );
}

function validation(): string {
  const makers = Object.values<(path: string, bound: never) => string>(wordings);
  return makers.map(make => `- ${code(make('data.<field>', 'N' as never))}`).join('\n');
}

/** What stands between `<!-- generated: name -->` and `<!-- end -->`, by document and name. */
export const generatedBlocks: Readonly<Record<string, Readonly<Record<string, () => string | Promise<string>>>>> = {
  'README.md': { settings: () => settings(name => mainSettings.includes(name)) },
  'ARCHITECTURE.md': { modules: moduleMap },
  'docs/configuration.md': { settings: () => settings(() => true), 'store settings': storeSettings },
  'docs/guides/carts.md': { limits: limitsOfCarts },
  'docs/guides/errors.md': { errors, validation },
};
