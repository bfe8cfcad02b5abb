// A complete app for the size check, which trains a VAE on wasm in a browser and shows a sample. It imports tfjs-core and one
// backend, and the gradients of this library, as an app would if its size matters.
import '@tensorflow/tfjs-backend-wasm';
import { startBackend } from 'tfjs-generative/backend';
import { trainVae } from './train-vae.js';

await startBackend('wasm');
await trainVae();
