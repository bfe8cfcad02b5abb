// The course's page: `npm run -w docs/site build` writes it into out/site/course, with the pages of the exercises as HTML.
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import markdown from 'markdown-it';
import { withFormulas } from '../../plugins/formulas.mjs';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

/** The address of a guide, which the site names after its title. */
async function guideAt(file) {
  const [, title] = /^title: (.+)$/m.exec(await readFile(file, 'utf8'));
  return `../docs/documents/${title.replaceAll(/\W/g, '_')}.html`;
}

/** `README.md?html`: the page of an exercise, with its formulas, with its pictures in the text, and with links to the site's guides. */
function exercisePages() {
  const parser = markdown();
  withFormulas(parser);
  return {
    name: 'exercise-pages',
    enforce: 'pre',
    load: async (id) => {
      const [file, query] = id.split('?');
      if (query !== 'html') return undefined;
      const html = parser.render(await readFile(file, 'utf8'));
      const drawn = html.replace(/<img src="([\w-]+\.svg)" alt="([^"]*)">/g, (_, picture, alt) =>
        readFileSync(join(dirname(file), picture), 'utf8').replace('<svg ', `<svg aria-label="${alt}" `),
      );
      // a long call is broken between its words
      const broken = drawn.replace(/<code>[^<]*/g, (code) => code.replace(/(?<=[a-zA-Z][.(])(?=\w)/g, '<wbr>'));
      const guides = [...new Set(broken.match(/(?<=<a href=")[./]+\/docs\/[\w-]+\.md/g))];
      const addresses = await Promise.all(guides.map((guide) => guideAt(join(dirname(file), guide))));
      const linked = guides.reduce((text, guide, i) => text.replaceAll(`"${guide}`, `"${addresses[i]}`), broken);
      return `export default ${JSON.stringify(linked)}`;
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
