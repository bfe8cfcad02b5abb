// The header of every page of the site: start page, guides, reference, lab, course and the pages of examples.
import { source } from '../../package.mjs';

/** The parts of the site, each with the page that it begins with. */
const PARTS = {
  Guides: 'docs/index.html',
  Reference: 'docs/index.html#reference',
  Lab: 'lab/index.html',
  Course: 'course/index.html',
  'For teachers': 'docs/documents/Teaching_a_class.html',
};

/** Two moons, as in the site's icon. */
const LOGO =
  '<svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true"><rect width="32" height="32" rx="8"/><g><path d="M6 19a7 7 0 0 1 14 0"/><path d="M12 13a7 7 0 0 0 14 0"/></g></svg>';

/**
 * The header as HTML. `base` is the way to the root of the site, `current` the part to mark. `search: 'here'` gives a button for a page that loads
 * search.js, otherwise a link opens the search of the guides; `extra` is put at the end.
 */
export function siteHeader(base, { current, search = 'elsewhere', extra = '', attributes = '' } = {}) {
  const links = Object.entries(PARTS).map(
    ([name, page]) => `<a href="${base}${page}"${name === current ? ' aria-current="true"' : ''}>${name}</a>`,
  );
  if (source !== undefined) links.push(`<a href="${source}">Source</a>`);
  const opener =
    search === 'here'
      ? `<button id="site-search" type="button" data-site="${base}"><span>Search</span><kbd>/</kbd></button>`
      : `<a class="site-search" href="${base}docs/index.html#search">Search</a>`;
  return `<header class="site-header${attributes}"><div class="site-header-in"><a class="site-name" href="${base}index.html">${LOGO}tfjs-generative</a><nav aria-label="Site">${links.join('')}</nav>${opener}${extra}</div></header>`;
}
