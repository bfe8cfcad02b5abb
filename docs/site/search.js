// The search of the site, on each page of the reference. The index (docs/site/search/) is loaded when the dialog opens.
const button = document.getElementById('site-search');
const site = new URL(button?.dataset.site ?? './', document.baseURI);

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
/** The search and the function that marks matches. */
function load() {
  loading ??= Promise.all([
    import(new URL('search/engine.js', site).href),
    fetch(new URL('search/index.json', site)).then((answer) => answer.json()),
  ]).then(([{ createSearch, highlighted }, data]) => ({ find: createSearch(data), highlighted }));
  return loading;
}

function open() {
  if (!dialog.open) dialog.showModal();
  input.select();
  void load();
}

function hide() {
  dialog.close();
  // Until the next frame the hidden field can keep the focus, and a key of that time would count as typed into it.
  input.blur();
}

/** Where to look if nothing is found: titles of pages, which the search finds first. */
const PLACES = ['Getting started', 'How to choose', 'Names by topic', 'Errors and what to do'];

let latest = 0;
async function search() {
  const own = ++latest;
  const { find, highlighted } = await load();
  // the letter comes first
  await new Promise((resolve) => window.requestAnimationFrame(() => setTimeout(resolve)));
  // the search of a later letter shows the results of all
  if (own !== latest) return;
  const query = input.value.trim();
  if (query === '') return show('', []);
  const { sentence, results } = find(query);
  const number = results.length === 1 ? '1 page' : `${results.length} pages`;
  const isNone = results.length === 0;
  const words = sentence || (isNone ? `No results for "${query}". Try another word, or look here:` : number);
  show(
    words,
    (isNone ? PLACES.flatMap((place) => find(place).results.slice(0, 1)) : results).map(({ lead, ...result }) => ({
      ...result,
      lead: highlighted(lead, query),
    })),
  );
}

function show(words, results) {
  status.textContent = words;
  list.replaceChildren(
    ...results.map(({ url, title, section, kind, lead }) => {
      const item = document.createElement('li');
      const textContent = section === '' ? title : `${title} › ${section}`;
      const { pathname, hash } = new URL(url, site);
      const link = Object.assign(document.createElement('a'), { href: pathname + hash, textContent });
      const label = Object.assign(document.createElement('small'), { textContent: kind });
      const text = document.createElement('p');
      text.append(
        ...lead.map(([piece, isMatch]) =>
          isMatch ? Object.assign(document.createElement('mark'), { textContent: piece }) : piece,
        ),
      );
      item.append(link, ' ', label, text);
      return item;
    }),
  );
}

button?.addEventListener('click', open);
// pages without the search link to it here
if (window.location.hash === '#search') open();
close.addEventListener('click', hide);
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
    hide();
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  // results that come later would take the focus with the link that has it
  void Promise.resolve(searched).then(() => {
    const stops = [input, ...list.querySelectorAll('a')];
    stops[Math.max(0, stops.indexOf(document.activeElement) + step)]?.focus();
  });
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
