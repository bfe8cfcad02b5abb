import { writeFile } from 'node:fs/promises';
import { defineConfig } from 'tsup';
import { helperProgram } from './src/wasm/threads/helper-program.js';

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    browser: 'src/browser/index.ts',
    layers: 'src/layers/index.ts',
    metrics: 'src/metrics/index.ts',
    node: 'src/node/index.ts',
    testing: 'src/testing/index.ts',
    wasm: 'src/wasm/index.ts',
  },
  format: ['esm', 'cjs'],
  target: 'es2022',
  dts: true,
  sourcemap: true,
  clean: true,
  // One copy of every class in the CommonJS build as well, so that `instanceof ShapeError` holds across entries.
  splitting: true,
  // A file for pages that may not run a blob; it is a script as it stands, no module.
  onSuccess: () => writeFile('dist/wasm-helper.js', helperProgram('self')),
});
