// Writes the data of the search: Pagefind's index, in which each section of a guide is a page of its own, and the address of each name in the
// reference. `npx tsx docs/site/scripts/search-index.ts out/site` writes only them.
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { close, createIndex } from 'pagefind';
import { order } from '../../../examples/course/order.js';

/** Parts that are on each page of the reference. */
const EXCLUDED = [
  '.tsd-index-panel',
  '.tsd-signature',
  '.tsd-hierarchy',
  '.tsd-breadcrumb',
  '.tsd-anchor-icon',
  '.tsd-parameters .tsd-tag',
  'pre button',
  'nav.next',
  '.experiments',
  '[data-pagefind-weight="0.6"] pre',
  '.tsd-sources',
];

/** Writes the index into the folder of a site. */
export async function writeIndex(site: string): Promise<void> {
  // a query loads the chunks with its words: chunks of a third of the default size make queries smaller
  process.env['PAGEFIND_UNSTABLE_INDEX_CHUNK_SIZE'] = '6000';
  const { index, errors } = await createIndex({ forceLanguage: 'en', excludeSelectors: EXCLUDED });
  if (index === undefined) throw new Error(errors.join('\n'));
  const keywords = await readKeywords();
  const names: Record<string, string> = {};
  for (const file of await pagesIn(site)) {
    const content = await readFile(file, 'utf8');
    const url = relative(site, file);
    const member = /^docs\/(functions|variables|interfaces|types|classes)\/(?:.*\.)?([A-Za-z0-9]+)\.html$/.exec(url);
    if (member !== null) names[member[2]!.toLowerCase()] ??= url;
    const parts = url.startsWith('docs/documents/') ? sectionsOf(content, keywords) : [{ hash: '', content }];
    for (const part of parts) await index.addHTMLFile({ url: `/${url}${part.hash}`, content: part.content });
  }
  const unused = Object.keys(keywords).filter((place) => !keywords[place]!.isUsed);
  if (unused.length > 0) throw new Error(`docs/site/search-words.json names no section: ${unused.join(', ')}`);
  for (const record of await appRecords()) await index.addCustomRecord({ ...record, language: 'en' });
  await rm(`${site}/pagefind`, { recursive: true, force: true });
  await index.writeFiles({ outputPath: `${site}/pagefind` });
  await writeFile(`${site}/pagefind/names.json`, JSON.stringify(names));
  await close();
}

type Keywords = Record<string, { readonly words: string; isUsed: boolean }>;

/** Words by which visitors look for a section that does not contain them, by `title#section`. */
async function readKeywords(): Promise<Keywords> {
  const words = JSON.parse(await readFile('docs/site/search-words.json', 'utf8')) as Record<string, string>;
  return Object.fromEntries(Object.entries(words).map(([place, text]) => [place, { words: text, isUsed: false }]));
}

/** The sections of a guide as pages, which have the guide's title and the section's heading. */
function sectionsOf(page: string, keywords: Keywords): { hash: string; content: string }[] {
  const [, attributes, body] = /<main class="col-content" ?([^>]*)>([\s\S]*?)<\/main>/.exec(page)!;
  // a page that repeats others is not searched
  if (attributes === '') return [];
  const title = /<title>(.*?) \| /.exec(page)![1]!;
  return body!.split(/(?=<h[23] id=")/).map((text, i) => {
    const [, id, heading] = /^<h[23] id="([^"]*)"[^>]*>(.*?)<a /.exec(text) ?? [];
    const hash = i === 0 ? '' : `#${id}`;
    const own = keywords[`${title}${hash}`];
    if (own !== undefined) own.isUsed = true;
    const section =
      i === 0 ? '' : `<p data-pagefind-meta="section">${heading}</p><h1 data-pagefind-meta="title">${title}</h1>`;
    const aliases = own === undefined ? '' : `<h2 data-pagefind-weight="10">${own.words}</h2>`;
    return {
      hash,
      content: `<html lang="en"><body><main ${attributes}>${section}${text}${aliases}</main></body></html>`,
    };
  });
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

if (process.argv[1] !== undefined && basename(process.argv[1]) === basename(fileURLToPath(import.meta.url)))
  await writeIndex(process.argv[2] ?? 'out/site');
