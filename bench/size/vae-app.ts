// A complete app for the size check, which trains a VAE on wasm in a browser and shows a sample. It imports tfjs-core,
// every gradient and one backend, as an app would if its size matters.
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import '@tensorflow/tfjs-backend-wasm';
import { trainVae } from './train-vae.js';

await tf.setBackend('wasm');
await trainVae();
