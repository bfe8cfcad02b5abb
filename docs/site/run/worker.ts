/// <reference types="vite/client" />
// Runs a snippet of the guides in its own worker, which receives the text and posts what the snippet logs.
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import * as library from '../../../src/index.js';
import * as wasm from '../../../src/wasm/index.js';
import { compile } from './compile.js';
import { formatValue, pointsIn } from './format-value.js';

/** What the worker posts: the snippet starts, logs a line, has ended, or has thrown. */
export type RunMessage =
  | { readonly kind: 'started' }
  | { readonly kind: 'logged'; readonly line: string; readonly points: readonly (readonly number[])[] | undefined }
  | { readonly kind: 'ended' }
  | { readonly kind: 'failed'; readonly message: string };

/** Maximum length of a line, in characters; longer ones, such as the points of a picture, are cut. */
const MAX_LINE = 300;

const post = (message: RunMessage): void => postMessage(message);

/** The entries that a snippet may import; rarely used ones are loaded only when a snippet imports them. */
const entries: Readonly<Record<string, () => Promise<object> | object>> = {
  '@tensorflow/tfjs': () => tf,
  '@tensorflow/tfjs-core': () => tf,
  'tfjs-generative': () => library,
  // the backend is already running
  'tfjs-generative/wasm': () => ({ ...wasm, startWasm: () => Promise.resolve({ threads: 1 }) }),
  'tfjs-generative/metrics': () => import('../../../src/metrics/index.js'),
  'tfjs-generative/tables': () => import('../../../src/tables/index.js'),
  'tfjs-generative/testing': () => import('../../../src/testing/index.js'),
};

async function run(snippet: string): Promise<void> {
  await wasm.startWasm({ threads: 1, paths: { 'tfjs-backend-wasm-simd.wasm': simd } });
  const code = compile(snippet);
  const loaded = new Map<string, object>();
  for (const [, name] of code.matchAll(/require\('([^']*)'\)/g)) {
    const load = entries[name!];
    if (load === undefined) throw new Error(`${name!} cannot be imported in a page.`);
    loaded.set(name!, await load());
  }
  const log = (...values: readonly unknown[]): void => {
    const line = values.map(formatValue).join(' ');
    const shown = line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)} ...` : line;
    post({ kind: 'logged', line: shown, points: values.map(pointsIn).find(Boolean) });
  };
  // names that a snippet may use without importing them, as the guides say
  const globals: Record<string, unknown> = { ...library, tf, random: library.createRandom(1) };
  const names = ['require', 'exports', 'console', ...Object.keys(globals)];
  // The text of the function comes from the site itself, and the worker ends with it.
  const body = `"use strict"; return (async () => {{\n${code}\n}})();`;
  // oxlint-disable-next-line typescript/no-implied-eval
  const program = new Function(...names, body) as (...values: unknown[]) => Promise<void>;
  post({ kind: 'started' });
  await program((name: string) => loaded.get(name), {}, { ...console, log }, ...Object.values(globals));
}

addEventListener('message', ({ data }: MessageEvent<string>) => {
  run(data).then(
    () => post({ kind: 'ended' }),
    (error: unknown) => post({ kind: 'failed', message: String(error) }),
  );
});
