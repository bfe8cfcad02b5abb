/** Trains on wasm in a page, and posts a {@link Report} to the server that the page is from, or `{ error }`. */
import * as tf from '@tensorflow/tfjs';
import { startWasm } from 'tfjs-generative/wasm';
import type { Report } from './report.js';
import { trainBoth } from './training.js';

const post = (body: Report | { readonly error: string }): Promise<unknown> =>
  fetch('report', { method: 'POST', body: JSON.stringify(body) });

async function run(): Promise<Report> {
  const began = performance.now();
  const { threads, reason } = await startWasm({ paths: '/wasm/' });
  const training = await trainBoth(Number(new URLSearchParams(location.search).get('updates')));
  if (tf.getBackend() !== 'wasm') throw new Error(`it computed on ${tf.getBackend()}`);
  return { threads, note: reason, ...training, seconds: (performance.now() - began) / 1000 };
}

run().then(post, (error: unknown) => post({ error: String(error) }));
