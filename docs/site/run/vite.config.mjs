// The scripts of the Run buttons: `npm run -w docs/site build` writes them into out/site/run.
import { fileURLToPath } from 'node:url';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

export default {
  publicDir: false,
  base: './',
  worker: { format: 'es', rolldownOptions: { output: { minify: true, legalComments: 'none' } } },
  build: {
    outDir: at('../../../out/site/run'),
    target: 'es2022',
    assetsInlineLimit: 0,
    license: { fileName: 'licenses.md' },
    rolldownOptions: { input: at('page.ts'), output: { entryFileNames: 'run.js' } },
  },
};
