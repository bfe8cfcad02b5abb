/// <reference types="vite/client" />
// The worker: it starts the chosen runtime, makes the run of an experiment, and serves it to the page.
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import { startBackend } from 'tfjs-generative/backend';
import { serveRun } from 'tfjs-generative/run';
import { startWasm } from 'tfjs-generative/wasm';
import type { Settings } from './messages.js';
import { openRun } from './open-run.js';
import { loadPictures } from './pictures/load-pictures.js';

const runtimes = {
  wasm: () => startWasm({ paths: { 'tfjs-backend-wasm-simd.wasm': simd } }),
  webgl: async () => {
    await import('@tensorflow/tfjs-backend-webgl');
    await startBackend('webgl');
  },
  webgpu: async () => {
    await import('@tensorflow/tfjs-backend-webgpu');
    await startBackend('webgpu');
  },
};

serveRun(self, async (settings: Settings, channel) => {
  const { runtime } = settings.experiment;
  if (tf.getBackend() !== runtime) await runtimes[runtime]();
  return openRun(settings, channel, loadPictures);
});
