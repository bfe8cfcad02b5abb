// What other sites show of a page to which someone links: its title, its description and a picture.
import { siteAddress } from '../../package.mjs';

/** The tags for the head of a page; `page` is its path on the site. Most readers of these tags need the absolute address of the picture, which requires the address of the site. */
export function previewOf({ title, description, page }, address = siteAddress) {
  const base = address ?? '../'.repeat(page.split('/').length - 1);
  const tags = {
    'og:type': 'website',
    'og:site_name': 'tfjs-generative',
    'og:title': title,
    'og:description': description,
    'og:image': `${base === '' ? './' : base}preview.png`,
    'og:image:width': '1200',
    'og:image:height': '630',
    'og:image:alt': 'tfjs-generative: generative models in TypeScript',
    ...(address === undefined ? {} : { 'og:url': address + page }),
  };
  const metas = Object.entries(tags).map(
    ([name, content]) => `<meta property="${name}" content="${escaped(content)}"/>`,
  );
  return `${metas.join('')}<meta name="twitter:card" content="summary_large_image"/>`;
}

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
