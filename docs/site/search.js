// The search of the site, on each page of the reference: Pagefind's index is loaded when the first letter is typed.
const button = document.getElementById('site-search');
const site = new URL(button?.dataset.site ?? './', document.baseURI);
/** Maximum number of results. */
const MOST = 6;
/** Milliseconds without a new letter after which a query is searched for. */
const PAUSE = 150;
/** A section is as good if it is long; a word is meant as it stands, before others that begin with it. */
const RANKING = { pageLength: 0, termSimilarity: 10, metaWeights: { title: 1, section: 2 } };
/** Score of a word that only a longer or shorter word matches, relative to an exact match. */
const SIMILAR = 0.3;
/** The pages spell as the British do, and have one word for each thing. */
const SPELLINGS = [
  [/\bcolor(s|ed)?\b/g, 'colour$1'],
  [/\bgray(scale)?\b/g, 'grey$1'],
  [/\b(binar|discret|general|maxim|minim|normal|penal|quant|regular|standard)iz(e|es|ed|ing|ation)\b/g, '$1is$2'],
  [/\b(photo|photograph|image)(s?)\b/g, 'picture$2'],
  [/\b(fr[eé]chet inception distance)\b/g, 'fid'],
  [/\bnext\.js\b/g, 'nextjs'],
];
/** Words that say nothing about what is looked for. */
const FILLERS = new Set(
  `a about after all am an and any are as at be been but by can cannot could did do does doesn't don't for from get gets getting give go goes
  had has have help how i i'm if in into is isn't it its just keep keeps like make makes me my need needs not of on only or our please problem
  should so some than that the their them then there these they this to too try trying use used using very want was way we what when where
  which while who why will with without won't work working works would you your`.split(/\s+/),
);
/** What visitors look for and the library does not have, with what it has instead, and the words to search for. */
const MISSING = [
  [
    /\b(text|words?|sentence)[- ]?(to|2)[- ]?(image|picture|video)|\bprompts?\b|\bdall-?e\b|\bmidjourney\b/,
    'Pictures from a text are not supported: there is no text encoder. Classes, numbers and pictures can be conditions.',
    'conditions guidance',
  ],
  [
    /\bstable diffusion\b|\bsdxl?\b|\bflux\b|\bcontrolnet\b|\bhugging ?face\b/,
    'Weights of Stable Diffusion and similar models cannot be loaded. The same method is here, for small models of your own.',
    'latent diffusion',
  ],
  [
    /\bcolab\b|\bjupyter\b|\bnotebooks?\b|\bkaggle\b/,
    'Colab and Jupyter run Python, which this library does not. The lab trains in a page, without an installation, and weights go to PyTorch and back.',
    'pytorch python lab',
  ],
  [
    /\b(multi|multiple|several|two)[- ]?gpus?\b|\bdistributed\b|\bcluster\b|\btpu\b/,
    'Training on several GPUs or machines is not supported. PyTorch can train the same model.',
    'cluster beyond one machine',
  ],
  [
    /\bvideos?\b|\b3d\b|\bnerf\b|\bspeech\b|\bvoice\b/,
    'There are no ready-made parts for video, 3D or speech; series of numbers and pictures have some.',
    'sequences series networks',
  ],
  [
    /\blora\b|\bdreambooth\b/,
    'LoRA is not supported; fine-tuning trains all weights of a model, or those that you choose.',
    'fine-tuning',
  ],
  [
    /\bstylegan\d?\b|\bcyclegan\b|\bpix2pix\b|\bstyle transfer\b|\bdeepfakes?\b|\bface swap\b/,
    'StyleGAN, CycleGAN, pix2pix and style transfer are not supported; a picture can be a condition of a diffusion model.',
    'pictures as conditions image to image',
  ],
  [
    /\breinforcement learning\b|\bclassification\b|\bobject detection\b|\bsegmentation\b/,
    'This library only has generative models; TensorFlow.js itself has models that classify and detect.',
    'networks layers model',
  ],
  [/\binception score\b/, 'The Inception score is not supported: use the Frechet distance.', 'frechet distance fid'],
  [
    /\b(float|fp|bf)16\b|\bmixed precision\b|\bhalf precision\b/,
    'Training in half precision is not supported: all tensors are float32.',
    'half precision',
  ],
  [/\breact native\b|\bexpo\b/, 'React Native was not tested; an exported ONNX file runs there.', 'onnx phones'],
  [/\btfjs-node\b|\bcuda\b/, 'tfjs-node and CUDA are not needed: WebGPU uses the GPU in Node.', 'gpu in node'],
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
  const [, sentence = '', instead = query] = MISSING.find(([pattern]) => pattern.test(query.toLowerCase())) ?? [];
  const ranked = await rank(pagefind, wordsOf(instead));
  const pages = await firstPages(ranked);
  // another letter has been typed in the meantime
  if (own !== count) return;
  const address = exact && new URL(exact, site).pathname;
  const first =
    pages.find(({ url }) => url === address) ??
    (address && { url: address, meta: { title: query, kind: 'Reference' }, excerpt: '' });
  const all = first ? [first, ...pages.filter(({ url }) => url !== first.url)] : pages;
  const number = all.length === 1 ? '1 page' : `${all.length} pages`;
  show(sentence || (all.length === 0 ? `No results for "${query}".` : number), all);
}

/** The words of a query that say what is looked for. */
function wordsOf(query) {
  const spelled = SPELLINGS.reduce((text, [there, here]) => text.replace(there, here), query.toLowerCase());
  const all = spelled.split(/[^\p{L}\p{N}'.-]+/u).filter(Boolean);
  const telling = all.filter((word) => !FILLERS.has(word));
  return [...new Set(telling.length === 0 ? all : telling)];
}

/**
 * Results by the sum of their scores for each word: rare words count more, and a page with all of the words precedes one with some. Pagefind
 * itself only finds pages with all words.
 */
async function rank(pagefind, words) {
  const lists = await Promise.all(words.map((word) => resultsOf(pagefind, word)));
  const found = new Map();
  const weights = lists.map(({ results }) => Math.log(1 + 1000 / (1 + results.length)));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  lists.forEach(({ results, factor }, i) => {
    const most = Math.max(...results.map(({ score }) => score));
    for (const result of results) {
      const page = found.get(result.id) ?? { score: 0, share: 0, best: 0, result };
      const gain = factor * weights[i] * (result.score / most) ** 0.75;
      if (gain > page.best) Object.assign(page, { best: gain, result });
      page.score += gain;
      page.share += (factor * weights[i]) / sum;
      found.set(result.id, page);
    }
  });
  return [...found.values()].sort((a, b) => b.score * b.share - a.score * a.share).map(({ result }) => result);
}

/** The pages with a word; or else, those with a word that begins or ends differently. */
async function resultsOf(pagefind, word) {
  const [{ results }, exact] = [await pagefind.search(word), await pagefind.search(`"${word}"`)];
  const ids = new Set(exact.results.map(({ id }) => id));
  return ids.size === 0
    ? { results, factor: SIMILAR }
    : { results: results.filter(({ id }) => ids.has(id)), factor: 1 };
}

/** The first results, with one section of each page. */
async function firstPages(results) {
  const pages = new Map();
  for (let i = 0; i < results.length && i < 4 * MOST && pages.size < MOST; i += MOST) {
    const next = await Promise.all(results.slice(i, i + MOST).map((result) => result.data()));
    for (const { url, meta, excerpt } of next) {
      const page = meta.section === undefined ? url : url.split('#')[0];
      if (!pages.has(page)) pages.set(page, { url, meta, excerpt });
    }
  }
  return [...pages.values()].slice(0, MOST);
}

function show(words, pages) {
  status.textContent = words;
  list.replaceChildren(
    ...pages.map(({ url, meta, excerpt }) => {
      const item = document.createElement('li');
      const textContent = meta.section === undefined ? meta.title : `${meta.title} › ${meta.section}`;
      const link = Object.assign(document.createElement('a'), { href: url, textContent });
      const label = Object.assign(document.createElement('small'), { textContent: meta.kind ?? '' });
      // Pagefind's excerpts are text of our pages, with <mark> around the matches
      const text = Object.assign(document.createElement('p'), { innerHTML: excerpt });
      item.append(link, ' ', label, text);
      return item;
    }),
  );
}

button?.addEventListener('click', open);
// pages without the search link to it here
if (window.location.hash === '#search') open();
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
