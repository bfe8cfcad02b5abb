// Writes the search: its script, and its data, which are the sections of the guides and the pages of the reference with their words.
// `npx tsx docs/site/scripts/search-index.ts out/site` writes only these.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { order } from '../../../examples/course/order.js';
import type { PageData, SearchData, SectionData } from '../search/engine.js';
import { termsOf, tokensOf } from '../search/words.js';

/** Parts of a page that are not its text: menus, signatures, code, drawings. */
const EXCLUDED = [
  /<(svg|math|pre|button|nav|script|style)\b[\s\S]*?<\/\1>/g,
  /<details class="tsd-panel-group tsd-index[\s\S]*?<\/details>/g,
  /<section class="tsd-panel tsd-hierarchy[\s\S]*?<\/section>/g,
  /<div class="tsd-signature[\s\S]*?<\/div>/g,
  /<ul class="tsd-breadcrumb[\s\S]*?<\/ul>/g,
  /<(p|aside) class="(experiments|tsd-sources)[\s\S]*?<\/\1>/g,
];
/** Letters of a page of the reference that are indexed: the beginning says what it is about. */
const REFERENCE_LENGTH = 900;
/** Largest length of the text that is shown with a result. */
const LEAD_LENGTH = 130;

interface Section {
  readonly page: number;
  readonly hash: string;
  readonly heading: string;
  readonly lead: string;
  readonly phrases: readonly string[];
  readonly text: string;
}

/** Writes the script and the data of the search into the folder of a site. */
export async function writeSearch(site: string): Promise<void> {
  const data = await searchData(site);
  await rm(`${site}/search`, { recursive: true, force: true });
  await mkdir(`${site}/search`);
  await writeFile(`${site}/search/index.json`, JSON.stringify(data));
  await build({
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    build: {
      outDir: `${site}/search`,
      emptyOutDir: false,
      target: 'es2022',
      license: { fileName: 'licenses.md' },
      lib: { entry: 'docs/site/search/engine.ts', formats: ['es'], fileName: () => 'engine.js' },
    },
  });
}

/** The data of the search of a site that has been written. */
export async function searchData(site: string): Promise<SearchData> {
  const words = JSON.parse(await readFile('docs/site/search-words.json', 'utf8')) as Record<string, string>;
  const unused = new Set(Object.keys(words));
  const pages: PageData[] = [];
  const sections: Section[] = [];
  for (const file of await pagesIn(`${site}/docs`)) {
    const content = await readFile(file, 'utf8');
    const [, kind, weight, body] =
      /<main class="col-content" data-search-kind="(\w+)" data-search-weight="([\d.]+)">([\s\S]*?)<\/main>/.exec(
        content,
      ) ?? [];
    // a page that repeats others is not searched
    if (body === undefined) continue;
    const page = pages.length;
    const url = relative(site, file);
    const text = EXCLUDED.reduce((html, part) => html.replaceAll(part, ' '), body);
    const isGuide = kind === 'Guide';
    const title = isGuide ? plain(/<title>(.*?) \| /.exec(content)![1]!) : /([A-Za-z0-9_]+)\.html$/.exec(url)![1]!;
    pages.push({ title, kind: kind!, url, weight: Number(weight) });
    const parts = isGuide ? text.split(/(?=<h[23] id=")/) : [text];
    for (const [i, part] of parts.entries()) {
      const [, id = '', heading = ''] = /^<h[23] id="([^"]*)"[^>]*>(.*?)<a /.exec(part) ?? [];
      const hash = i === 0 ? '' : `#${id}`;
      const place = `${title}${hash}`;
      unused.delete(place);
      sections.push({
        page,
        hash,
        heading: plain(heading),
        lead: leadOf(part),
        phrases: [i === 0 ? title : plain(heading), ...(words[place]?.split(', ') ?? [])],
        text: isGuide ? plain(part) : plain(part).slice(0, REFERENCE_LENGTH),
      });
    }
  }
  if (unused.size > 0) throw new Error(`docs/site/search-words.json names no section: ${[...unused].join(', ')}`);
  for (const { title, kind, url, text, phrases } of await appPages()) {
    sections.push({
      page: pages.length,
      hash: '',
      heading: '',
      lead: shortened(text),
      phrases: [title, ...phrases],
      text,
    });
    pages.push({ title, kind, url, weight: 0.7 });
  }
  const isName = new Set(pages.filter(({ kind }) => kind === 'Reference').map(({ title }) => title.toLowerCase()));
  const spelled = sections.flatMap(({ phrases }) =>
    phrases.flatMap((phrase) => tokensOf(phrase).map(({ word }) => word)),
  );
  // names of the reference are not words
  const spellings = [...new Set(spelled)].filter((word) => /^[a-z]{4,15}$/.test(word) && !isName.has(word));
  return { pages, sections: sections.map(dataOf), ...postingsOf(sections), words: spellings.sort().join(' ') };
}

function dataOf({ page, hash, heading, lead, phrases }: Section): SectionData {
  const asTerms = phrases.map((phrase) => termsOf(phrase).join(' ')).filter((phrase) => phrase !== '');
  return [page, hash, heading, lead, [...new Set(asTerms)].join(',')];
}

/** The terms of all sections, and the sections of each as steps from the one before. */
function postingsOf(sections: readonly Section[]): Pick<SearchData, 'terms' | 'postings'> {
  const found = new Map<string, number[]>();
  for (const [id, { text }] of sections.entries()) {
    for (const term of termsOf(text)) {
      // numbers of tables
      if (/^\d/.test(term)) continue;
      const ids = found.get(term);
      if (ids === undefined) found.set(term, [id]);
      else ids.push(id);
    }
  }
  // a word of every fourth section tells nothing
  const sorted = [...found].filter(([, ids]) => ids.length < sections.length / 4).sort(([a], [b]) => (a < b ? -1 : 1));
  const postings = sorted.map(([, ids]) => ids.map((id, i) => id - (ids[i - 1] ?? -1)));
  return { terms: sorted.map(([term]) => term).join(' '), postings };
}

/** Pages for the lab and the course, which are empty until they run: experiments and exercises, each with its address. */
async function appPages(): Promise<{ title: string; kind: string; url: string; text: string; phrases: string[] }[]> {
  const guides = JSON.parse(await readFile('docs/experiments.json', 'utf8')) as Record<string, Record<string, string>>;
  const experiments = Object.assign({}, ...Object.values(guides)) as Record<string, string>;
  const inLab = Object.entries(experiments).map(([title, hash]) => ({
    title,
    kind: 'Lab',
    url: `lab/index.html${hash}`,
    text: 'An experiment of the lab: it trains in the page.',
    phrases: [],
  }));
  const inCourse = order.map(async (name) => {
    const page = await readFile(`examples/course/exercises/${name}/README.md`, 'utf8');
    const [title, ...text] = page
      .replaceAll(/\$\$[\s\S]*?\$\$|[$`*#]/g, '')
      .trim()
      .split('\n');
    return {
      title: title!.trim(),
      kind: 'Course',
      url: `course/index.html#${name}`,
      text: `An exercise of the course. ${text.join('\n')}`,
      phrases: [],
    };
  });
  const course = {
    title: 'The course, in a page',
    kind: 'Course',
    url: 'course/index.html',
    text: 'A course of exercises: functions that you write and check in the page, from a sample that has a gradient to guidance.',
    phrases: ['course', 'exercises', 'learn'],
  };
  const lab = {
    title: 'The lab, in a page',
    kind: 'Lab',
    url: 'lab/index.html',
    text: 'The lab, a playground: train a VAE, a GAN, a diffusion model or a transformer in the page, live, on points, pictures, words or your own data.',
    phrases: ['playground', 'demo', 'try it', 'interactive'],
  };
  return [lab, course, ...inLab, ...(await Promise.all(inCourse))];
}

/** The text of HTML. */
function plain(html: string): string {
  return html
    .replaceAll(/<\/?(code|em|strong|a|span|b|i|sub|sup)\b[^>]*>/g, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/&(lt|gt|quot|amp|#39|nbsp);/g, (_, name: string) => ENTITIES[name]!)
    .replaceAll(/\s+/g, ' ')
    .trim();
}
const ENTITIES: Record<string, string> = { lt: '<', gt: '>', quot: '"', amp: '&', '#39': "'", nbsp: ' ' };

/** What is shown of a section: its first paragraph, or else its beginning. */
function leadOf(part: string): string {
  const withoutHeading = part.replace(/^[\s\S]*?<\/h[123]>/, '');
  const paragraph = [...withoutHeading.matchAll(/<p>([\s\S]*?)<\/p>/g)].map(([, text]) => plain(text!));
  return shortened(paragraph.find((text) => text.length > 20) ?? plain(withoutHeading));
}

function shortened(text: string): string {
  const all = text.replaceAll(/\s+/g, ' ').trim();
  return all.length <= LEAD_LENGTH ? all : `${all.slice(0, LEAD_LENGTH).replace(/\W*\s\S*$/, '')} …`;
}

async function pagesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.html'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

if (process.argv[1] !== undefined && basename(process.argv[1]) === basename(fileURLToPath(import.meta.url)))
  await writeSearch(process.argv[2] ?? 'out/site');
