/// <reference types="vite/client" />
// What the worker does: it starts the chosen runtime, makes the run of an experiment, and serves it to the page.
import * as tf from '@tensorflow/tfjs-core';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import { startBackend } from 'tfjs-generative/backend';
import { serveRun } from 'tfjs-generative/run';
import { enableWasmTraining, startWasm } from 'tfjs-generative/wasm';
import { createThreadChoice } from './choose-threads.js';
import type { Settings } from './messages.js';
import { openRun, type Timing } from './open-run.js';
import { loadPictures } from './pictures/load-pictures.js';

/** Chooses the number of threads, until it has. */
let timed: ReturnType<typeof createThreadChoice> | undefined;
let threadsText: string | undefined;

const runtimes = {
  wasm: async () => {
    const helper = import.meta.env.PROD ? new URL('../wasm-helper.js', self.location.href) : undefined;
    const paths = { 'tfjs-backend-wasm-simd.wasm': simd };
    const { threads } = await startWasm({ paths, helper, threads: self.crossOriginIsolated ? 2 : 1 });
    if (threads === 1) return;
    timed = createThreadChoice({
      use: async (count) => void (await enableWasmTraining({ threads: count, helper })),
      onChosen: (count, { 1: one, 2: two }) => {
        const times = `${one.toFixed(1)} ms an update with one thread, ${two.toFixed(1)} with two`;
        threadsText = `WebAssembly uses ${count === 1 ? 'one thread' : 'two threads'}: ${times}.`;
        timed = undefined;
      },
    });
  },
  webgl: async () => {
    await import('@tensorflow/tfjs-backend-webgl');
    await startBackend('webgl');
  },
  webgpu: async () => {
    const [{ useWebgpuKernels }] = await Promise.all([
      import('tfjs-generative/webgpu'),
      import('@tensorflow/tfjs-backend-webgpu'),
    ]);
    useWebgpuKernels();
    await startBackend('webgpu');
  },
};

serveRun(self, async (settings: Settings, channel) => {
  const { runtime } = settings.experiment;
  if (tf.getBackend() !== runtime) await runtimes[runtime]();
  const timing: Timing =
    runtime === 'wasm' ? { timed: async (updates, spent) => timed?.(updates, spent), threads: () => threadsText } : {};
  return openRun(settings, channel, loadPictures, timing);
});
