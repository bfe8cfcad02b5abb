// `npm run tool -- pages` serves the pages of the examples with the sources of this repository; it begins with a list of them.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));

export default defineConfig({
  root,
  resolve: {
    alias: [
      { find: /^tfjs-generative$/, replacement: `${root}src/index.ts` },
      { find: /^tfjs-generative\/(\w+)$/, replacement: `${root}src/$1/index.ts` },
    ],
  },
  worker: { format: 'es' },
  plugins: [
    {
      name: 'list of pages',
      configureServer: ({ middlewares }) =>
        void middlewares.use((request, response, next) => {
          if (request.url !== '/') return next();
          response.writeHead(302, { Location: '/examples/' }).end();
        }),
    },
    {
      name: 'scripts of this repository',
      // The page without a bundler loads its scripts from a CDN; here the same files come from `npm run build` and node_modules.
      transformIndexHtml: (html) =>
        html
          .replaceAll('https://cdn.jsdelivr.net/npm/tfjs-generative"', '/dist/tfjs-generative.global.js"')
          .replaceAll('https://cdn.jsdelivr.net/npm/tfjs-generative/', '/')
          .replaceAll(/https:\/\/cdn\.jsdelivr\.net\/npm\/(@[\w/-]+)@[\d.]+\//g, '/node_modules/$1/'),
    },
  ],
});
