// Writes the whole site into out/site: start page, guides and reference, lab, course, the pages of examples, the scripts of the Run buttons, and the search index. `npm run -w docs/site build`
import { execFileSync } from 'node:child_process';
import { copyFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { order } from '../../../examples/course/order.js';
import { close, createIndex } from 'pagefind';
import { highlight } from 'sugar-high';
import { build, type Plugin } from 'vite';
import { source } from '../../package.mjs';
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
await writeIndex();
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

/** Writes the data of the search: Pagefind's index of the pages, and the address of each name in the reference. */
async function writeIndex(): Promise<void> {
  // a query loads the chunks with its words: chunks of a third of the default size make queries smaller
  process.env['PAGEFIND_UNSTABLE_INDEX_CHUNK_SIZE'] = '6000';
  const { index, errors } = await createIndex({
    forceLanguage: 'en',
    // boilerplate that is on each page of the reference
    excludeSelectors: [
      '.tsd-index-panel',
      '.tsd-signature',
      '.tsd-hierarchy',
      '.tsd-breadcrumb',
      '.tsd-parameters .tsd-tag',
      'pre button',
      'nav.next',
      '.experiments',
      '[data-pagefind-weight="0.6"] pre',
      '.tsd-sources',
    ],
  });
  if (index === undefined) throw new Error(errors.join('\n'));
  const names: Record<string, string> = {};
  for (const file of await pagesIn(SITE)) {
    const content = await readFile(file, 'utf8');
    const url = relative(SITE, file);
    const member = /^docs\/(functions|variables|interfaces|types|classes)\/(?:.*\.)?([A-Za-z0-9]+)\.html$/.exec(url);
    if (member !== null) names[member[2]!.toLowerCase()] ??= url;
    await index.addHTMLFile({ url: `/${url}`, content });
  }
  for (const record of await appRecords()) await index.addCustomRecord({ ...record, language: 'en' });
  await index.writeFiles({ outputPath: `${SITE}/pagefind` });
  await writeFile(`${SITE}/pagefind/names.json`, JSON.stringify(names));
  await close();
}

/** Records for the lab and the course, whose pages are empty until they run: experiments and exercises, each with its address. */
async function appRecords(): Promise<{ url: string; content: string; meta: Record<string, string> }[]> {
  const guides = JSON.parse(await readFile('docs/experiments.json', 'utf8')) as Record<string, Record<string, string>>;
  const experiments = Object.assign({}, ...Object.values(guides)) as Record<string, string>;
  const inLab = Object.entries(experiments).map(([title, hash]) => ({
    url: `/lab/index.html${hash}`,
    content: `${title}. An experiment of the lab: it trains in the page.`,
    meta: { title, kind: 'Lab' },
  }));
  const inCourse = order.map(async (name) => {
    const page = await readFile(`examples/course/exercises/${name}/README.md`, 'utf8');
    const [title, ...text] = page
      .replaceAll(/\$\$[\s\S]*?\$\$|[$`*#]/g, '')
      .trim()
      .split('\n');
    const content = `An exercise of the course. ${text.join('\n')}`;
    return { url: `/course/index.html#${name}`, content, meta: { title: title!.trim(), kind: 'Course' } };
  });
  const course = {
    url: '/course/index.html',
    content:
      'A course of thirteen exercises: functions that you write and check in the page, from a sample that has a gradient to the bound of masked diffusion.',
    meta: { title: 'The course', kind: 'Course' },
  };
  const lab = {
    url: '/lab/index.html',
    content:
      'The lab, a playground: train a VAE, a GAN, a diffusion model or a transformer in the page, live, on points, pictures, words or your own data.',
    meta: { title: 'The lab', kind: 'Lab' },
  };
  return [lab, course, ...inLab, ...(await Promise.all(inCourse))];
}

async function pagesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.html'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
