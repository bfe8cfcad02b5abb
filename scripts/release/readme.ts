import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { lexer, parse, walkTokens } from 'marked';
import type { Place } from './place.js';

/** The README as it is packed: its links lead to the repository, because a registry does not have the linked files. */
export function absoluteReadme(text: string, place: Place): string {
  const outsideCode = text.split(/(^```.*?^```$)/ms); // every second one is code
  return outsideCode.map((part, i) => (i % 2 === 1 ? part : withAbsoluteLinks(part, place))).join('');
}

function withAbsoluteLinks(text: string, { pages, pictures }: Place): string {
  const absolute = (path: string): string => `${/\.(png|jpg|gif|svg|webp)$/.test(path) ? pictures : pages}/${path}`;
  return text
    .replaceAll(/\]\((?!https?:|#)([^)\s]+)\)/g, (_, path: string) => `](${absolute(path)})`)
    .replaceAll(/\b(src|srcset|href)="(?!https?:|#)([^"\s]+)"/g, (_, name: string, path: string) => {
      return `${name}="${absolute(path)}"`;
    });
}

/** The links and pictures that would be dead on a registry's page; links within the page are not checked. */
export function deadLinks(text: string, root: string, place: Place | undefined): string[] {
  return linksOf(text).flatMap((link) => {
    if (link.startsWith('#')) return [];
    if (!/^https?:/.test(link)) {
      if (place !== undefined) return [`README.md: ${link} is relative`];
      return existsSync(join(root, link.split('#')[0]!)) ? [] : [`README.md: ${link} does not exist`];
    }
    const path = place && pathIn(link, place);
    return path === undefined || existsSync(join(root, path)) ? [] : [`README.md: ${link} does not exist`];
  });
}

/** The file of the repository that an address names, if it is one of this version's. */
function pathIn(link: string, { pages, pictures }: Place): string | undefined {
  const base = [pages, pictures].find((base) => link.startsWith(`${base}/`));
  return base && decodeURI(link.slice(base.length + 1).split('#')[0]!);
}

function linksOf(text: string): string[] {
  const links: string[] = [];
  void walkTokens(lexer(text), (token) => {
    if (token.type === 'link' || token.type === 'image') links.push(token.href as string);
    else if (token.type === 'html') {
      const attributes = (token.text as string).matchAll(/\b(?:src|srcset|href)="([^"]*)"/g);
      links.push(...[...attributes].map((match) => match[1]!));
    }
  });
  return links;
}

const style = `
  body { max-width: 800px; margin: 2em auto; font: 16px/1.5 sans-serif; }
  img { max-width: 100%; } table { border-collapse: collapse; } td, th { border: 1px solid #ccc; padding: 4px 8px; }
  pre { background: #f6f8fa; padding: 1em; overflow: auto; }`;

/** The README as a registry shows it, for review: pictures, which are not yet on the web, come from the folder `root`. */
export function readmePage(text: string, root: string, place: Place | undefined): string {
  const local = place === undefined ? text : text.replaceAll(`${place.pictures}/`, `${root}/`);
  return `<!doctype html><meta charset="utf-8"><title>README</title><style>${style}</style>\n${parse(local)}`;
}
