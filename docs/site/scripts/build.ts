// Writes the whole site into out/site: start page, guides and reference, lab, course, the pages of examples, the scripts of the Run buttons, and the search index. `npm run -w docs/site build`
import { execFileSync } from 'node:child_process';
import { copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { highlight } from 'sugar-high';
import { build, type Plugin } from 'vite';
import { source } from '../../package.mjs';
import { writeIndex } from './search-index.js';
import { writeTextFiles } from './text-files.js';

const SITE = 'out/site';
/** Examples that are pages of the site. */
const EXAMPLES = ['own-table', 'gpu-bench'];

await rm(SITE, { recursive: true, force: true });
execFileSync('npx', ['typedoc', '--out', `${SITE}/docs`, '--logLevel', 'Warn'], { stdio: 'inherit' });
await build({
  configFile: 'examples/lab/vite.config.ts',
  logLevel: 'warn',
  plugins: [navigation('lab')],
  build: { outDir: `${process.cwd()}/${SITE}/lab` },
});
for (const app of EXAMPLES) {
  await build({
    configFile: 'examples/vite.config.ts',
    root: `examples/${app}`,
    base: './',
    logLevel: 'warn',
    plugins: [navigation('example')],
    worker: { format: 'es', rolldownOptions: { output: { minify: true, legalComments: 'none' } } },
    build: {
      outDir: `${process.cwd()}/${SITE}/${app}`,
      target: 'es2022',
      assetsInlineLimit: 0,
      license: { fileName: 'licenses.md' },
    },
  });
  await copyFile('docs/site/example/nav.css', `${SITE}/${app}/nav.css`);
}
await copyFile('docs/site/lab/nav.css', `${SITE}/lab/nav.css`);
await build({ configFile: 'docs/site/course/vite.config.mjs', logLevel: 'warn' });
await build({
  configFile: false,
  publicDir: false,
  base: './',
  logLevel: 'warn',
  worker: { format: 'es', rolldownOptions: { output: { minify: true, legalComments: 'none' } } },
  build: {
    outDir: `${SITE}/run`,
    target: 'es2022',
    assetsInlineLimit: 0,
    license: { fileName: 'licenses.md' },
    rolldownOptions: { input: 'docs/site/run/page.ts', output: { entryFileNames: 'run.js' } },
  },
});
await writeStart();
// the app to copy, for users who have the package but not the repository
execFileSync('tar', [
  '-czf',
  `${SITE}/starter.tar.gz`,
  '--exclude=node_modules',
  '--exclude=dist',
  '-C',
  'examples',
  'starter',
]);
await writeIndex(SITE);
await writeTextFiles(SITE);
console.log(`${SITE}/index.html`);

/** Adds links to the rest of the site to the page of the lab or of an example. */
function navigation(app: 'lab' | 'example'): Plugin {
  const handler = async (html: string): Promise<string> => {
    const nav = await readFile(`docs/site/${app}/nav.html`, 'utf8');
    // the content security policy of the lab's page forbids inline styles
    const style = '<link rel="stylesheet" href="./nav.css">';
    return html.replace('</head>', `${style}</head>`).replace('<body>', `<body>${nav}`);
  };
  return { name: 'navigation', transformIndexHtml: { order: 'post', handler } };
}

/** The start page, with its programs highlighted. */
async function writeStart(): Promise<void> {
  const from = 'docs/site/start';
  let page = (await readFile(`${from}/index.html`, 'utf8')).replaceAll(
    '<!-- source -->',
    source === undefined ? '' : `<a href="${source}">Source</a>`,
  );
  for (const family of ['vae', 'gan', 'diffusion']) {
    const program = await readFile(`${from}/${family}.mjs`, 'utf8');
    page = page.replace(
      `{{${family}}}`,
      () => `<pre tabindex="0" data-run><code>${highlight(program.trim())}</code></pre>`,
    );
  }
  await writeFile(`${SITE}/index.html`, page);
  await writeFile(
    `${SITE}/start.css`,
    (
      await Promise.all(
        [`${from}/start.css`, 'docs/site/search.css', 'docs/site/run/run.css'].map((file) => readFile(file, 'utf8')),
      )
    ).join('\n'),
  );
  await copyFile(`${from}/tabs.js`, `${SITE}/tabs.js`);
  await copyFile('docs/site/search.js', `${SITE}/search.js`);
  // without this file, GitHub Pages drops folders whose names begin with an underscore
  await writeFile(`${SITE}/.nojekyll`, '');
}
