/** Trains in Node, Deno or Bun: program.mjs BACKEND THREADS UPDATES [wide]. Prints a {@link Report} in JSON, and ends by itself. */
import * as tf from '@tensorflow/tfjs';
import { startBackend } from 'tfjs-generative/backend';
import { startWebgpu } from 'tfjs-generative/node';
import { startWasm } from 'tfjs-generative/wasm';
import type { Report } from './report.js';
import { trainBoth } from './training.js';

const [backend, threads, updates, wide] = process.argv.slice(2) as [string, string, string, string?];

async function start(): Promise<Pick<Report, 'threads' | 'note' | 'narrow'>> {
  if (backend === 'wasm') {
    const {
      threads: count,
      reason,
      arithmetic,
    } = await startWasm({ threads: Number(threads), wide: wide !== undefined });
    if (wide !== undefined && arithmetic.tiles !== 'wide') return { threads: count, narrow: arithmetic.reason };
    return { threads: count, note: reason };
  }
  if (backend === 'webgpu') return { note: (await startWebgpu()).adapter };
  await startBackend(backend);
  return {};
}

const began = performance.now();
const started = await start();
const training = await trainBoth(Number(updates));
if (tf.getBackend() !== backend) throw new Error(`it computed on ${tf.getBackend()}`);
const report: Report = { ...started, ...training, seconds: (performance.now() - began) / 1000 };
console.log(`report: ${JSON.stringify(report)}`);
