// The lab: `npm run lab` serves it with the sources of this repository, `npm run -w examples/lab build` writes it into a folder for any host.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { contentPolicy, offline } from './build/plugins.js';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: at('.'),
  base: './',
  resolve: {
    alias: [
      { find: /^tfjs-generative$/, replacement: at('../../src/index.ts') },
      { find: /^tfjs-generative\/(\w+)$/, replacement: `${at('../../src')}/$1/index.ts` },
    ],
  },
  plugins: [contentPolicy(), offline()],
  // vite leaves the white space of modules to others; the licences of what is inside are in a file of their own
  worker: { format: 'es', rolldownOptions: { output: { minify: true, legalComments: 'none' } } },
  build: {
    outDir: at('../../out/lab'),
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    license: { fileName: 'licenses.md' },
  },
});
