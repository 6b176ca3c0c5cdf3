import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { formSchemas } from '../server/src/contract.ts';

/** The schemas by which forms are validated: those of the API, as the plain JSON that they are. */
function schemas(): Plugin {
  const id = 'virtual:schemas';
  return {
    name: 'clientele-schemas',
    resolveId: source => (source === id ? `\0${id}` : undefined),
    load: source => (source === `\0${id}` ? `export default ${JSON.stringify(formSchemas)}` : undefined),
  };
}

export default defineConfig({
  plugins: [react(), schemas()],
  build: {
    emptyOutDir: true,
    target: 'es2023',
    // Nothing inline: the page's policy allows no data: script or style.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
