// Plain JavaScript: one in TypeScript is compiled to a file beside it first, which stays when the bundler is killed.
import { statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { defineConfig } from 'rolldown';
import { inputsFile, serverFolder, stampOf } from './bin/bundle.js';

/** Packages of hundreds of modules, and nothing but modules. All others stay where npm has put them. */
const bundledPackages = /^(?:kysely|typebox)(?:\/|$)/;

/** How far a bundle's folder is from the workspace (src/server-build.ts). */
const up = '../..';

/**
 * Files of our own are found from the folder of the source, wherever its code runs and the checkout lies.
 * @type {import('rolldown').Plugin}
 */
const ownPlaces = {
  name: 'own-places',
  transform(code, id) {
    const file = `${up}/${relative(serverFolder, id)}`;
    return code
      .replaceAll('import.meta.url', `new URL(${JSON.stringify(file)}, import.meta.url).href`)
      .replaceAll('import.meta.dirname', `(import.meta.dirname + ${JSON.stringify(`/${dirname(file)}`)})`);
  },
};

/** A file may be written once more in the second in which it is read, without another stamp: it has none (as in git's index). */
const youngMs = 2000;

/**
 * Writes down what the sources were, by which `bin/bundle.js` knows whether the bundle is still theirs.
 * @returns {import('rolldown').Plugin}
 */
function inputs() {
  /** @type {Map<string, string | undefined>} */
  const stamps = new Map();
  /** @param {string} file */
  const add = file => {
    const isYoung = Date.now() - statSync(file).mtimeMs < youngMs;
    stamps.set(relative(serverFolder, file), isYoung ? 'too young' : stampOf(file));
  };
  return {
    name: 'inputs',
    buildStart() {
      for (const file of ['rolldown.config.js', 'tsconfig.json', '../tsconfig.base.json', '../package-lock.json'])
        add(join(serverFolder, file));
    },
    load(id) {
      if (!id.includes('/node_modules/') && isAbsolute(id)) add(id);
    },
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: inputsFile, source: JSON.stringify(Object.fromEntries(stamps)) });
    },
  };
}

export default defineConfig({
  input: join(serverFolder, 'src/cli/cli.ts'),
  platform: 'node',
  external: id => !/^[./]/.test(id) && !isAbsolute(id) && !bundledPackages.test(id),
  plugins: [ownPlaces, inputs()],
  output: { format: 'esm', minify: false },
});
