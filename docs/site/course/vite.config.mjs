// The course's page: `npm run site` writes it into out/site/course, with the pages of the exercises as HTML.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import markdown from 'markdown-it';
import { withFormulas } from '../../plugins/formulas.mjs';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

/** `README.md?html`: the page of an exercise, with its formulas. */
function exercisePages() {
  const parser = markdown();
  withFormulas(parser);
  return {
    name: 'exercise-pages',
    enforce: 'pre',
    load: async (id) => {
      const [file, query] = id.split('?');
      if (query !== 'html') return undefined;
      return `export default ${JSON.stringify(parser.render(await readFile(file, 'utf8')))}`;
    },
  };
}

export default {
  root: at('.'),
  base: './',
  publicDir: false,
  plugins: [exercisePages()],
  resolve: {
    alias: [{ find: /^tfjs-generative\/(\w+)$/, replacement: `${at('../../../src')}/$1/index.ts` }],
  },
  worker: {
    format: 'es',
    rolldownOptions: { output: { minify: true, legalComments: 'none' } },
  },
  build: {
    outDir: at('../../../out/site/course'),
    target: 'es2022',
    assetsInlineLimit: 0,
    license: { fileName: 'licenses.md' },
  },
};
