// Writes the whole site into out/site: start page, guides and reference, lab, course, the pages of examples, the scripts of the Run buttons, and the search. `npm run -w docs/site build`
import { execFileSync, spawn } from 'node:child_process';
import { copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { build, type Plugin } from 'vite';
import { siteAddress } from '../../package.mjs';
import { siteHeader } from '../header/header.mjs';
import { mathStyle } from '../header/math.mjs';
import { previewOf } from '../header/preview.mjs';
import { writeMathFont } from './math-font.js';
import { writeSearch } from './search-index.js';
import { writeStart } from './start-page.js';
import { writeTextFiles } from './text-files.js';

const SITE = 'out/site';
/** Examples that are pages of the site. */
const EXAMPLES = ['own-table', 'gpu-bench'];

await rm(SITE, { recursive: true, force: true });
// in another process, while this one builds the pages
const reference = typedoc();
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
  await copyFile('docs/site/header/header.css', `${SITE}/${app}/header.css`);
}
await copyFile('docs/site/header/header.css', `${SITE}/lab/header.css`);
await build({ configFile: 'docs/site/course/vite.config.mjs', logLevel: 'warn' });
await writeCourseHeader();
await build({ configFile: 'docs/site/run/vite.config.mjs', logLevel: 'warn' });
await reference;
await writeStart(SITE);
await writeMathFont(SITE);
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
await writeSearch(SITE);
await writeTextFiles(SITE);
console.log(`${SITE}/index.html`);
if (siteAddress === undefined)
  console.log('Other sites show links to these pages without a picture: set SITE_URL to the address of the site.');

/** Writes the guides and the reference, and shows what typedoc says. */
function typedoc(): Promise<void> {
  return new Promise((settle, reject) => {
    const child = spawn('npx', ['typedoc', '--out', `${SITE}/docs`, '--logLevel', 'Warn'], { stdio: 'inherit' });
    child.on('error', reject);
    child.on('exit', (code) => (code === 0 ? settle() : reject(new Error(`typedoc ended with code ${code}`))));
  });
}

/** Adds the site's header, and what other sites show of a link, to the page of the lab or of an example. */
function navigation(app: 'lab' | 'example'): Plugin {
  const handler = (html: string, { path }: { path: string }): string =>
    withHeader(html, app === 'lab' ? 'Lab' : undefined, app === 'lab' ? 'lab/index.html' : `example${path}`);
  return { name: 'navigation', transformIndexHtml: { order: 'post', handler } };
}

function withHeader(html: string, current: 'Lab' | 'Course' | undefined, page: string): string {
  const [, title = ''] = /<title>([^<]*)<\/title>/.exec(html) ?? [];
  const [, description = ''] = /<meta\s+name="description"\s+content="([^"]*)"/.exec(html) ?? [];
  // the content security policy of the lab's page forbids inline styles
  const head = `<link rel="stylesheet" href="./header.css">${previewOf({ title, description, page })}</head>`;
  const header = siteHeader('../', { current });
  return html.replace('</head>', () => head).replace(/<body>(\s*<header>[\s\S]*?<\/header>)?/, () => `<body>${header}`);
}

/** Gives the built page of the course the site's header in place of its own, and the style of formulas. */
async function writeCourseHeader(): Promise<void> {
  const file = `${SITE}/course/index.html`;
  const page = withHeader(await readFile(file, 'utf8'), 'Course', 'course/index.html');
  await writeFile(
    file,
    page.replace('</head>', () => `${mathStyle('../')}</head>`),
  );
  await copyFile('docs/site/header/header.css', `${SITE}/course/header.css`);
}
