// The app in vae-app.ts with this library's kernels for wasm.
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import '@tensorflow/tfjs-backend-wasm';
import { enableWasmTraining } from 'tfjs-generative/wasm';
import { trainVae } from './train-vae.js';

await enableWasmTraining();
await tf.setBackend('wasm');
await trainVae();
