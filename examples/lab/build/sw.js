/* global self, caches, crypto, Request, Response, Headers */
// Keeps the lab for use without a network, and adds the headers with which threads can share memory, from the second visit on. The build writes
// in the two constants. A new build has a cache of its own, which is used once every page of the old one is closed: versions never mix.
const VERSION = '__VERSION__';
/** The files of a first visit, and the digest of the page. */
const FILES = [];
const PAGE = '__PAGE__';

const mine = `lab ${self.registration.scope} `;
const name = mine + VERSION;
const page = self.registration.scope;

self.addEventListener('install', (event) => {
  event.waitUntil(fill());
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches.keys().then((names) => {
      const old = names.filter((one) => one.startsWith(mine) && one !== name);
      return Promise.all(old.map((one) => caches.delete(one)));
    }),
  );
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const isOwn = request.method === 'GET' && request.url.startsWith(self.registration.scope);
  // a range, or a file of the user's
  if (!isOwn || request.headers.has('range')) return;
  event.respondWith(answer(request));
});

async function fill() {
  const cache = await caches.open(name);
  const html = await fetch(page, { cache: 'no-cache' });
  const digest = await crypto.subtle.digest('SHA-256', await html.clone().arrayBuffer());
  const found = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  if (!html.ok || found !== PAGE) throw new Error('the page is of another version');
  await cache.put(page, html);
  // the names of files in assets change with their content
  await cache.addAll(
    FILES.map((file) => new Request(file, { cache: file.startsWith('assets/') ? 'default' : 'no-cache' })),
  );
}

async function answer(request) {
  const address = new URL(request.url);
  const isPage = request.mode === 'navigate';
  if (
    isPage &&
    address.pathname !== new URL(self.registration.scope).pathname &&
    !address.pathname.endsWith('/index.html')
  ) {
    return fetch(request);
  }
  const cache = await caches.open(name);
  const kept = await cache.match(isPage ? page : request, { ignoreVary: true });
  if (kept !== undefined) return isolated(kept);
  const response = await fetch(request);
  // what is loaded when it is chosen is kept from then on
  if (response.ok && response.type === 'basic' && address.pathname.includes('/assets/'))
    await cache.put(request, response.clone());
  return isolated(response);
}

function isolated(response) {
  if (response.status === 0) return response;
  const headers = new Headers(response.headers);
  headers.set('Cross-Origin-Opener-Policy', 'same-origin');
  headers.set('Cross-Origin-Embedder-Policy', 'require-corp');
  headers.set('Cross-Origin-Resource-Policy', 'cross-origin');
  const { status, statusText } = response;
  return new Response(response.body, { status, statusText, headers });
}
