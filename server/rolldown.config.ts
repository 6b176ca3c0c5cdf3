import { dirname, join, relative } from 'node:path';
import { defineConfig, type Plugin } from 'rolldown';
import { bundleFolder, inputsFile, stampOf } from './bin/bundle.js';

/** Packages of hundreds of modules, and nothing but modules. All others stay where npm has put them. */
const bundledPackages = /^(?:kysely|typebox)(?:\/|$)/;

/** Files of our own are found from the folder of the source, wherever its code runs and the checkout lies. */
const ownPlaces: Plugin = {
  name: 'own-places',
  transform: (code, id) =>
    code
      .replaceAll('import.meta.url', `new URL(${JSON.stringify(relative(bundleFolder, id))}, import.meta.url).href`)
      .replaceAll(
        'import.meta.dirname',
        `(import.meta.dirname + ${JSON.stringify(`/${relative(bundleFolder, dirname(id))}`)})`,
      ),
};

/** Writes down what the sources were, by which `bin/bundle.js` knows whether the bundle is still theirs. */
function inputs(): Plugin {
  const packages = join(import.meta.dirname, '../package-lock.json');
  const stamps = new Map([packages, import.meta.filename].map(file => [file, stampOf(file)]));
  return {
    name: 'inputs',
    load(id) {
      if (!id.includes('/node_modules/')) stamps.set(id, stampOf(id));
    },
    generateBundle() {
      const named = [...stamps].map(([file, stamp]) => [relative(bundleFolder, file), stamp]);
      this.emitFile({ type: 'asset', fileName: inputsFile, source: JSON.stringify(Object.fromEntries(named)) });
    },
  };
}

export default defineConfig({
  input: join(import.meta.dirname, 'src/cli/cli.ts'),
  platform: 'node',
  external: id => !/^[./]/.test(id) && !bundledPackages.test(id),
  plugins: [ownPlaces, inputs()],
  output: { format: 'esm', minify: false },
});
