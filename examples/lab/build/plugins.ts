// What the built lab has in addition to its bundles: a content policy, the script of a second thread, and a service worker.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { helperProgram } from '../../../src/wasm/threads/helper-program.js';

/** Nothing but this folder, and no script or style in the page itself. */
const POLICY = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "connect-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** Writes the policy into the built page; the development server needs inline styles. */
export function contentPolicy(): Plugin {
  return {
    name: 'content-policy',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: () => [
        {
          tag: 'meta',
          attrs: { 'http-equiv': 'Content-Security-Policy', content: POLICY },
          injectTo: 'head-prepend',
        },
      ],
    },
  };
}

/** Writes the files that no import leads to, once all others are written into the folder of the build. */
export function offline(): Plugin {
  let folder = '';
  return {
    name: 'offline',
    apply: 'build',
    configResolved({ root, build }) {
      folder = resolve(root, build.outDir);
    },
    closeBundle() {
      writeFileSync(join(folder, 'wasm-helper.js'), helperProgram('self'));
      const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((file) => statSync(join(folder, file)).isFile() && file !== 'sw.js')
        .sort();
      const hash = createHash('sha256');
      for (const file of files) hash.update(file).update(readFileSync(join(folder, file)));
      const page = createHash('sha256')
        .update(readFileSync(join(folder, 'index.html')))
        .digest('hex');
      const source = readFileSync(fileURLToPath(new URL('./sw.js', import.meta.url)), 'utf8');
      const list = firstVisit(folder, files).map((file) => file.replaceAll('\\', '/'));
      writeFileSync(
        join(folder, 'sw.js'),
        source
          .replace('__VERSION__', hash.digest('hex').slice(0, 16))
          .replace('const FILES = [];', `const FILES = ${JSON.stringify(list)};`)
          .replace('__PAGE__', page),
      );
    },
  };
}

/** Pictures, what reads one's own, the model of one call, a GIF, a model file: they are loaded, and kept, when they are chosen. */
const CHOSEN = /\.(png|json|safetensors)$|read-worker|one-call|gifenc|film-|(lab|serve)-model/;

/** The files that the page needs before anything is chosen: all that its files name outside of an `import()`. */
function firstVisit(folder: string, files: readonly string[]): string[] {
  const found = new Set<string>();
  const visit = (file: string): void => {
    if (found.has(file) || CHOSEN.test(file)) return;
    found.add(file);
    if (!/\.(js|html|css|webmanifest)$/.test(file)) return;
    const text = readFileSync(join(folder, file), 'utf8').replaceAll(/import\((["'`])[^"'`]*\1\)/g, '');
    for (const other of files) {
      const name = relative('.', other).split(/[\\/]/).at(-1)!;
      if (name !== 'index.html' && text.includes(name)) visit(other);
    }
  };
  visit('index.html');
  visit('wasm-helper.js');
  // all that the worker does, which it imports by a call
  for (const file of files) if (/serve-lab-[^/]*\.js$/.test(file)) visit(file);
  found.delete('index.html');
  return [...found].sort();
}
