import { defineConfig } from 'tsup';

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
});
