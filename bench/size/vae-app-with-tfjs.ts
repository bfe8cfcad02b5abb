// The app in vae-app.ts with the whole of tfjs.
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { trainVae } from './train-vae.js';

await tf.setBackend('wasm');
await trainVae();
