import { cpSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as vite, createServer } from 'vite';
import { webpack as compiler } from 'webpack';
import { consumer } from '../consumer.js';
import type { Site } from './serve.js';

const root = join(consumer, 'pages');

/** The pages that Vite builds, by the names of their files. */
const pages = ['page', 'helper', 'worker', 'inline-worker', 'orders', 'late', 'stock', 'faults'];

/** Builds the pages next to the installed tarball; returns the folder that each address is served from, the longest address first. */
export async function buildPages(): Promise<Record<string, string>> {
  cpSync(fileURLToPath(new URL('site', import.meta.url)), root, { recursive: true });
  cpSync(createRequire(import.meta.url).resolve('coi-serviceworker'), join(root, 'coi-serviceworker.js'));
  await buildByVite('/', pages);
  // the same page under a base path, as on a site of many apps
  await buildByVite('/app/', ['page']);
  await buildByWebpack();
  return {
    '/node_modules/': join(consumer, 'node_modules'),
    '/source/': root,
    '/webpack/': join(root, 'built-by-webpack'),
    '/app/': join(root, 'built', 'app'),
    '/': join(root, 'built', 'root'),
  };
}

/** Builds only the page that keeps checkpoints, in its own folder; returns the folder that it is served from. */
export async function buildStoragePage(): Promise<Record<string, string>> {
  const folder = join(consumer, 'storage');
  cpSync(fileURLToPath(new URL('site/vite', import.meta.url)), folder, { recursive: true });
  await vite({
    root: folder,
    configFile: false,
    logLevel: 'error',
    build: {
      outDir: join(folder, 'built'),
      target: 'es2022',
      chunkSizeWarningLimit: 10_000,
      rolldownOptions: { input: join(folder, 'storage.html') },
    },
    worker: { format: 'es' },
  });
  return { '/': join(folder, 'built') };
}

/** The pages as Vite serves them during development, with these headers. They must have been built before. */
export async function serveByVite(headers: Readonly<Record<string, string>>): Promise<Site> {
  const server = await createServer({
    root: join(root, 'vite'),
    configFile: false,
    logLevel: 'error',
    // the consumer's packages are links to those of the repository
    server: { port: 0, host: '127.0.0.1', headers, fs: { strict: false } },
  });
  await server.listen();
  return {
    origin: server.resolvedUrls!.local[0]!.replace(/\/$/, ''),
    sendHeaders: () => undefined,
    close: () => void server.close(),
  };
}

async function buildByVite(base: string, names: readonly string[]): Promise<void> {
  await vite({
    root: join(root, 'vite'),
    base,
    configFile: false,
    logLevel: 'error',
    build: {
      outDir: join(root, 'built', base === '/' ? 'root' : 'app'),
      emptyOutDir: true,
      chunkSizeWarningLimit: 10_000,
      rolldownOptions: { input: names.map((name) => join(root, 'vite', `${name}.html`)) },
    },
  });
}

async function buildByWebpack(): Promise<void> {
  const folder = join(root, 'webpack');
  // its own minifier takes half a minute
  const optimization = { minimize: false };
  const output = { path: join(root, 'built-by-webpack'), filename: 'page.js' };
  cpSync(join(folder, 'page.html'), join(output.path, 'page.html'));
  await new Promise<void>((resolve, reject) => {
    compiler(
      { mode: 'production', context: folder, entry: './page.js', output, optimization, performance: false },
      (error, stats) => {
        if (error !== null) reject(error);
        else if (stats?.hasErrors() === true) reject(new Error(stats.toString('errors-only')));
        else resolve();
      },
    );
  });
}
