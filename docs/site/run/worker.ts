/// <reference types="vite/client" />
// Runs a snippet of the guides in a worker of its own: it gets the text, and posts what the snippet logs.
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import * as library from '../../../src/index.js';
import * as wasm from '../../../src/wasm/index.js';
import { compile } from './compile.js';
import { pointsIn, told } from './told.js';

/** What the worker says: it can begin, a line was logged, it has ended, or something was thrown. */
export type Said =
  | { readonly kind: 'started' }
  | { readonly kind: 'logged'; readonly line: string; readonly points: readonly (readonly number[])[] | undefined }
  | { readonly kind: 'ended' }
  | { readonly kind: 'failed'; readonly message: string };

/** What is longer is cut: the points of a picture need not be read. */
const LONGEST_LINE = 300;

const say = (said: Said): void => postMessage(said);

/** The entries that a snippet may import; those that few need are loaded when they are asked for. */
const entries: Readonly<Record<string, () => Promise<object> | object>> = {
  '@tensorflow/tfjs': () => tf,
  '@tensorflow/tfjs-core': () => tf,
  'tfjs-generative': () => library,
  // it has started
  'tfjs-generative/wasm': () => ({ ...wasm, startWasm: () => Promise.resolve({ threads: 1 }) }),
  'tfjs-generative/metrics': () => import('../../../src/metrics/index.js'),
  'tfjs-generative/testing': () => import('../../../src/testing/index.js'),
};

async function run(snippet: string): Promise<void> {
  await wasm.startWasm({ threads: 1, paths: { 'tfjs-backend-wasm-simd.wasm': simd } });
  const code = compile(snippet);
  const loaded = new Map<string, object>();
  for (const [, name] of code.matchAll(/require\('([^']*)'\)/g)) {
    const load = entries[name!];
    if (load === undefined) throw new Error(`${name!} is not here.`);
    loaded.set(name!, await load());
  }
  const log = (...values: readonly unknown[]): void => {
    const line = values.map(told).join(' ');
    const shown = line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)} ...` : line;
    say({ kind: 'logged', line: shown, points: values.map(pointsIn).find(Boolean) });
  };
  // what a snippet may use without an import, as the guides say
  const given: Record<string, unknown> = { ...library, tf, random: library.createRandom(1) };
  const names = ['require', 'exports', 'console', ...Object.keys(given)];
  // A function made from text: the text is that of the site, and the worker ends with it.
  const body = `"use strict"; return (async () => {{\n${code}\n}})();`;
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  const program = new Function(...names, body) as (...values: unknown[]) => Promise<void>;
  say({ kind: 'started' });
  await program((name: string) => loaded.get(name), {}, { ...console, log }, ...Object.values(given));
}

addEventListener('message', ({ data }: MessageEvent<string>) => {
  run(data).then(
    () => say({ kind: 'ended' }),
    (error: unknown) => say({ kind: 'failed', message: String(error) }),
  );
});
