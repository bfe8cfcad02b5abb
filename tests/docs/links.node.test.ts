import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { guides, pages, results } from './pages.js';

/** The text of a page, without code blocks and inline code. */
function proseOf(path: string): string {
  return readFileSync(path, 'utf8').replaceAll(/^```.*?^```$/gms, '');
}

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(path: string): string[] {
  return [...proseOf(path).matchAll(/^#+ (.+)$/gm)].map((match) =>
    match[1]!
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

describe.each(pages)('%s', (page) => {
  const links = [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => match[1]!)
    .filter((link) => !link.startsWith('http'));

  test('links to files that are there', () => {
    const paths = links.map((link) => join(dirname(page), link.split('#')[0]!));
    expect(paths.filter((path) => !existsSync(path))).toEqual([]);
  });

  test('writes names of files as code, because they would become links to sites otherwise', () => {
    const prose = proseOf(page).replaceAll(/`[^`]*`|\]\([^)]*\)|https?:\S*/g, '');
    expect(prose.match(/(?<![\w./-])[\w-]+\.(?:html|json|md|mjs|py|ts)\b/g) ?? []).toEqual([]);
  });

  test('has no part twice: no heading of a part, no long paragraph, no table', () => {
    const blocks = proseOf(page)
      .split(/\n\n+/)
      .map((block) => block.trim())
      .filter((block) => block.length > 200 || block.startsWith('## '));
    expect(blocks.filter((block, i) => blocks.indexOf(block) !== i)).toEqual([]);
  });

  test('links to headings that are there', () => {
    const wrong = links.filter((link) => {
      const [path, anchor] = link.split('#') as [string, string?];
      const target = path === '' ? page : join(dirname(page), path);
      return anchor !== undefined && !anchorsOf(target).includes(anchor);
    });
    expect(wrong).toEqual([]);
  });
});

test('every guide and every page of results is a page of the site, and the other way round', () => {
  const markdownIn = (folder: string): string[] =>
    readdirSync(folder).flatMap((file) => (file.endsWith('.md') ? [`${folder}/${file}`] : []));
  expect([...guides].sort()).toEqual(markdownIn('docs').sort());
  expect([...results].sort()).toEqual(markdownIn('docs/results').sort());
});

test('every guide is in one of the five parts of the site', () => {
  const parts = ['Learn', 'Build', 'Run', 'Look up', 'Contribute'];
  const part = (page: string): string =>
    /^---\n.*?^category: (.*?)$.*?^---$/ms.exec(readFileSync(page, 'utf8'))?.[1] ?? 'none';
  expect(guides.filter((page) => !parts.includes(part(page)))).toEqual([]);
  expect(parts).toContain(part('CONTRIBUTING.md'));
  expect(results.filter((page) => part(page) !== 'Results')).toEqual([]);
});
