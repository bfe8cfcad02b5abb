// A typedoc plugin with what typedoc's pages lack: guides end with links to the lab's experiments and to the next guide, tables scroll in a separate box, each page
// has a description, and the search is the site's (docs/site/search.js), which also finds guides.
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Application, Converter, PageEvent, ReflectionKind, RendererEvent } from 'typedoc';
import { siteHeader } from '../site/header/header.mjs';
import { mathStyle } from '../site/header/math.mjs';
import { imageSize } from './image-size.mjs';
import { optionsWithoutDefault, withOptions } from './options.mjs';
import { previewOf } from '../site/header/preview.mjs';

/** The guides in the order of the navigation. */
let guides = [];

export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_END, ({ project }) => {
    guides = project.documents ?? [];
  });
  app.on(Application.EVENT_VALIDATE_PROJECT, (project) => {
    for (const option of optionsWithoutDefault(project))
      app.logger.validationWarning(`${option} does not say what its default is: "none by default", "default 3"`);
  });
  // the main module is a leaf, too; `navigationLeaves` cannot name it, since the project has its full name
  app.renderer.on(RendererEvent.BEGIN, ({ project }) => {
    const { theme } = app.renderer;
    const navigation = theme.buildNavigation(project);
    for (const { children } of navigation)
      for (const entry of children ?? []) if (entry.text === project.name) delete entry.children;
    theme.buildNavigation = () => navigation;
  });
  // typedoc takes one style sheet; the start page has those of the search and of the Run buttons, too
  app.renderer.on(RendererEvent.END, ({ outputDirectory }) => {
    for (const sheet of ['docs/site/header/header.css', 'docs/site/search.css', 'docs/site/run/run.css'])
      appendFileSync(join(outputDirectory, 'assets/custom.css'), readFileSync(sheet));
  });
  app.renderer.on(PageEvent.END, (page) => {
    page.contents = finished(page, app);
  });
}

function finished(page, app) {
  const { model, url } = page;
  const base = '../'.repeat(url.split('/').length - 1);
  const isGuide = model?.isDocument?.() === true;
  const kind = isGuide ? 'Guide' : model?.kindOf?.(ReflectionKind.SomeModule) ? 'Entry' : 'Reference';
  return (
    withPreview(
      withHeader(withMath(withRun(withOptions(page.contents, page, app), base), base), base, isGuide, model),
      page,
    )
      .replace(
        '<!-- starter -->',
        `<a class="download" href="${base}../starter.tar.gz" download>Download the starter</a>`,
      )
      .replace('<!-- entries -->', () => entriesList(model, app, base))
      .replace('container-main', isOneName(model) ? 'container-main one-name' : '$&')
      .replace(
        /<div class="col-content">([\s\S]*)<\/div>(?=\s*<div class="col-sidebar")/,
        (_, text) => `<main class="col-content" ${bodyOf(page, kind)}>${text}</main>`,
      )
      .replace(/<meta name="description" content="[^"]*"/, `<meta name="description" content="${descriptionOf(page)}"`)
      // a control must not contain another control
      .replaceAll(
        /(<summary[^>]*>[\s\S]*?)<a href="[^"]*" aria-label="Permalink"[^>]*>[\s\S]*?<\/a>(?=[\s\S]*?<\/summary>)/g,
        '$1',
      )
      // a long name may be broken before a capital letter
      .replace(/<h1>(?!.*<a)[^<]*(?=<)/, (title) =>
        isGuide ? title : title.replaceAll(/(\p{Ll})(?=\p{Lu})/gu, '$1<wbr>'),
      )
      // all properties of this library are
      .replaceAll('<code class="tsd-tag">Readonly</code>', '')
      // the type parameters of TensorFlow.js and TypeScript that have a default, as programs write them
      .replaceAll(
        /<span class="tsd-signature-symbol">&lt;<\/span><span class="tsd-signature-type">(?:Rank|ArrayBufferLike)<\/span><span class="tsd-signature-symbol">&gt;<\/span>/g,
        '',
      )
      .replaceAll(/<img src="([^"]*)"/g, sizedImage)
      .replaceAll('<table>', '<div class="scrolled" tabindex="0"><table>')
      .replaceAll('</table>', '</table></div>')
      .replace(
        /(<\/main>)(\s*<div class="col-sidebar")/,
        isGuide ? `${labLinks(model, base)}${nextLink(model, app, base)}$1$2` : '$1$2',
      )
  );
}

/** Each entry by the name by which it is imported, with its description. */
function entriesList({ children = [] }, app, base) {
  const rows = children.map((entry) => {
    const address = base + app.renderer.router.getFullUrl(entry);
    return `<li><a href="${address}"><code>${entry.name}</code></a>: ${firstParagraphOf(entry.comment?.summary)}</li>`;
  });
  return `<ul>${rows.join('')}</ul>`;
}

/** A block of code after the comment `<!-- run -->` gets a button that runs it. */
function withRun(html, base) {
  const marked = html.replaceAll(/<!-- run -->\s*<pre/g, '<pre data-run');
  if (marked === html) return html;
  return marked.replace('</head>', `<script type="module" src="${base}../run/run.js"></script></head>`);
}

/** A page with formulas loads their style, which contains their font. */
function withMath(html, base) {
  if (!html.includes('<math')) return html;
  return html.replace('</head>', `${mathStyle(`${base}../`)}</head>`);
}

/** The site's header in place of typedoc's, whose own search loads all names on each page and finds only names. Its controls stay hidden in the page, because its script needs them. */
function withHeader(html, base, isGuide, model) {
  const toolbar = /<header class="tsd-page-toolbar">[\s\S]*?<\/header>/;
  const [old] = toolbar.exec(html);
  const [hidden] = /<button id="tsd-search-trigger"[\s\S]*?<\/dialog>/.exec(old);
  const [menu] = /<a href="#" class="tsd-widget menu"[\s\S]*?<\/a>/.exec(old);
  const extra = `${menu}<div hidden>${hidden}</div>`;
  const isForTeachers = model?.name === 'Teaching a class';
  const current = isForTeachers ? 'For teachers' : isGuide || model?.isProject?.() ? 'Guides' : 'Reference';
  const header = siteHeader(`${base}../`, { current, search: 'here', extra, attributes: ' tsd-page-toolbar' });
  return (
    html
      .replace(toolbar, () => header)
      .replace(
        /<script async src="[^"]*assets\/search\.js"[^>]*><\/script>/,
        '<script type="application/json" id="tsd-search-script">{}</script>',
      )
      // the page is shown at once, and not when typedoc's script has run
      .replace(/document\.body\.style\.display="none";setTimeout\([\s\S]*?,500\)/, '')
  );
}

/** What sites show of a page to which someone links. */
function withPreview(html, page) {
  const { model, url, project } = page;
  const title = model?.isProject?.() ? project.name : `${model?.name ?? url} · ${project.name}`;
  return html.replace(
    '</head>',
    () => `${previewOf({ title, description: descriptionOf(page), page: `docs/${url}` })}</head>`,
  );
}

/** An image with its size, so that nothing moves when it arrives. */
function sizedImage(_, src) {
  const size = imageSize(src);
  return `<img loading="lazy" src="${src}"${size === undefined ? '' : ` width="${size.width}" height="${size.height}"`}`;
}

/** Whether a page is about one name and has no parts for a menu. */
function isOneName(model) {
  return model?.kindOf?.([ReflectionKind.Function, ReflectionKind.Variable, ReflectionKind.TypeAlias]) === true;
}

/** Guides that name everything and explain little: those that explain it come first in the search. */
const LISTS = new Set(['Names by topic', 'Reliability', 'If TensorFlow.js ends', 'Examples']);

/** What the search needs of a page: its kind, and the factor of its scores. A guide counts more than the page of a name. */
function bodyOf({ url, model }, kind) {
  // lists and the README, which repeat the guides
  if (['hierarchy.html', 'modules.html', 'index.html'].includes(url) || model?.name === 'The repository') return '';
  const isForContributors = model?.frontmatter?.category === 'Contribute';
  // results are measurements, which the guides explain
  const isList = LISTS.has(model?.name) || model?.frontmatter?.category === 'Results';
  const weight = isForContributors ? 0.4 : isList ? 0.6 : { Guide: 1, Entry: 0.6, Reference: 0.4 }[kind];
  return `data-search-kind="${kind}" data-search-weight="${weight}"`;
}

function descriptionOf({ model, project }) {
  const text = model?.isDocument?.() ? model.content : (model?.comment ?? model?.signatures?.[0]?.comment)?.summary;
  const words = firstParagraphOf(text);
  if (words === '') return `${project.name}: generative models in TypeScript`;
  return words.length > 160 ? `${words.slice(0, 157)}...` : words;
}

/** The first paragraph of a comment or a page, without its markup. */
function firstParagraphOf(parts = []) {
  return parts
    .map((part) => part.text)
    .join('')
    .replaceAll(/^#.*$/gm, '')
    .replaceAll(/^```[\s\S]*?^```/gm, '')
    .replaceAll(/!\[[^\]]*\]\([^)]*\)/g, '')
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/<!--[\s\S]*?-->/g, '')
    .replaceAll(/^\|.*$|^\$\$[\s\S]*?^\$\$$/gm, '')
    .replaceAll(/\$\$[\s\S]*?\$\$/g, '')
    .replaceAll(/\$([^$]+)\$/g, (_, formula) => withoutLatex(formula))
    .replaceAll(/(?<=\w)([_^])\{([^{}]*)\}/g, (_, mark, inner) => mark + (/\W/.test(inner) ? `(${inner})` : inner))
    .replaceAll(/[`*$<>"&]|(?<!\w)_|_(?!\w)/g, '')
    .trim()
    .split(/\n\s*\n/)[0]
    .replaceAll(/\s+/g, ' ');
}

/** Letters and signs that LaTeX spells. */
const SIGNS = {
  ...{ alpha: 'α', beta: 'β', gamma: 'γ', delta: 'δ', epsilon: 'ε', varepsilon: 'ε', lambda: 'λ', mu: 'μ', phi: 'φ' },
  ...{ pi: 'π', psi: 'ψ', rho: 'ρ', sigma: 'σ', tau: 'τ', theta: 'θ', omega: 'ω', Sigma: 'Σ', sum: 'Σ', nabla: '∇' },
  ...{
    mid: '|',
    cdot: '·',
    times: '×',
    ldots: '...',
    dots: '...',
    le: '≤',
    ge: '≥',
    approx: '≈',
    sim: '~',
    infty: '∞',
  },
  ...{
    to: '→',
    in: '∈',
    partial: '∂',
    quad: ' ',
    sqrt: '√',
    hat: '',
    bar: '',
    tilde: '',
    mathcal: '',
    mathrm: '',
    mathbb: '',
  },
  ...{ text: '', operatorname: '', left: '', right: '', big: '', Big: '', bigl: '', bigr: '' },
};

/** A formula in LaTeX as one line of plain text, for descriptions. */
export function withoutLatex(formula) {
  return formula
    .replaceAll(/\\frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}/g, '($1) / ($2)')
    .replaceAll(/([_^])\{([^{}]*)\}/g, (_, mark, inner) => mark + (/[^\w\\]/.test(inner) ? `(${inner})` : inner))
    .replaceAll(/\\([A-Za-z]+)\s*/g, (_, name) => SIGNS[name] ?? `${name} `)
    .replaceAll(/\\([{}|])/g, '$1')
    .replaceAll(/\\[,;:! ]|[{}\\]/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/ (?=[),\]])/g, '')
    .trim();
}

/** The lab's experiments for a guide, by its title. */
const experiments = new Map(
  Object.entries(JSON.parse(readFileSync('docs/experiments.json', 'utf8'))).map(([guide, links]) => [
    /^# (.*)$/m.exec(readFileSync(`docs/${guide}`, 'utf8'))[1],
    Object.entries(links),
  ]),
);

function labLinks({ name }, base) {
  const links = (experiments.get(name) ?? []).map(
    ([title, hash]) => `<a href="${base}../lab/index.html${hash.replaceAll('&', '&amp;')}">${title}</a>`,
  );
  return links.length === 0 ? '' : `<p class="experiments">See it in the lab: ${links.join(' · ')}</p>`;
}

function nextLink(model, app, base) {
  const next = guides[guides.indexOf(model) + 1];
  if (next === undefined) return '';
  return `<nav class="next" aria-label="Next page"><a href="${base}${app.renderer.router.getFullUrl(next)}">Next: ${next.name}</a></nav>`;
}
