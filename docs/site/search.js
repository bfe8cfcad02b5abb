// The search of the site, on each page of the reference: Pagefind's index is loaded when the first letter is typed.
const button = document.getElementById('site-search');
const site = new URL(button?.dataset.site ?? './', document.baseURI);
const MOST = 5;
/** Milliseconds without a new letter after which a query is searched for. */
const PAUSE = 150;
/** A guide is long and right all the same; a word is meant as it stands, before others that begin with it. */
const RANKING = { pageLength: 0, termSimilarity: 10, metaWeights: { title: 1 } };
/** The pages spell as the British do. */
const SPELLINGS = [
  [/\bcolor(s|ed)?\b/gi, 'colour$1'],
  [/\bgray(scale)?\b/gi, 'grey$1'],
  [/\b(binar|discret|general|maxim|minim|normal|penal|quant|regular|standard)iz(e|es|ed|ing|ation)\b/gi, '$1is$2'],
];

const dialog = document.createElement('dialog');
dialog.id = 'site-search-dialog';
dialog.setAttribute('aria-label', 'Search');
dialog.innerHTML = `<form><input type="search" aria-label="Search the guides and the reference" placeholder="Search the guides and the reference" autocomplete="off" /><button type="button">Close</button></form>
<p role="status"></p><ol></ol>`;
document.body.append(dialog);
const [form, input, close, status, list] = ['form', 'input', 'button', '[role=status]', 'ol'].map((part) =>
  dialog.querySelector(part),
);

let loading;
/** Pagefind, and the names of the reference with their pages. */
function load() {
  loading ??= Promise.all([
    import(new URL('pagefind/pagefind.js', site).href).then(async (pagefind) => {
      await pagefind.options({ ranking: RANKING, noWorker: true });
      return pagefind;
    }),
    fetch(new URL('pagefind/names.json', site)).then((answer) => answer.json()),
  ]);
  return loading;
}

function open() {
  if (!dialog.open) dialog.showModal();
  input.select();
}

let count = 0;
async function search() {
  const query = input.value.trim();
  const own = ++count;
  if (query === '') return show('', []);
  const [pagefind, names] = await load();
  // each prefix of a word would load another part of the index
  await new Promise((resolve) => setTimeout(resolve, PAUSE));
  if (own !== count) return;
  const exact = names[query.toLowerCase()];
  const { results } = await pagefind.search(
    SPELLINGS.reduce((words, [there, here]) => words.replace(there, here), query),
  );
  const pages = await Promise.all(results.slice(0, MOST).map((result) => result.data()));
  // another letter has been typed in the meantime
  if (own !== count) return;
  const found = pages.map(({ url, meta, excerpt }) => ({ url, title: meta.title, kind: meta.kind, excerpt }));
  const address = exact && new URL(exact, site).pathname;
  const first =
    found.find(({ url }) => url === address) ??
    (address && { url: address, title: query, kind: 'Reference', excerpt: '' });
  const all = first ? [first, ...found.filter(({ url }) => url !== first.url)] : found;
  show(all.length === 0 ? `Nothing is found for "${query}".` : `${all.length} pages`, all);
}

function show(words, pages) {
  status.textContent = words;
  list.replaceChildren(
    ...pages.map(({ url, title, kind, excerpt }) => {
      const item = document.createElement('li');
      const link = Object.assign(document.createElement('a'), { href: url, textContent: title });
      const label = Object.assign(document.createElement('small'), { textContent: kind ?? '' });
      // Pagefind's excerpts are text of our pages, with <mark> around the matches
      const text = Object.assign(document.createElement('p'), { innerHTML: excerpt });
      item.append(link, ' ', label, text);
      return item;
    }),
  );
}

button?.addEventListener('click', open);
close.addEventListener('click', () => dialog.close());
let searched;
input.addEventListener('input', () => {
  searched = search();
});
// Enter opens the first result, arrows move between the results
form.addEventListener('submit', (event) => {
  event.preventDefault();
  void Promise.resolve(searched).then(() => list.querySelector('a')?.click());
});
dialog.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') {
    // otherwise Escape would only clear the field
    event.preventDefault();
    dialog.close();
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  const stops = [input, ...list.querySelectorAll('a')];
  stops[Math.max(0, stops.indexOf(document.activeElement) + step)]?.focus();
  event.preventDefault();
});
// handled before typedoc, whose own search is empty here and has the same keys
document.addEventListener(
  'keydown',
  (event) => {
    const { key, ctrlKey, metaKey } = event;
    const isTyping = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName ?? '');
    const isAsked = ctrlKey || metaKey ? key === 'k' : key === '/' && !isTyping;
    if (!isAsked) return;
    event.preventDefault();
    event.stopPropagation();
    open();
  },
  true,
);
