// The app in vae-app.ts with this library's kernels for wasm.
import { startWasm } from 'tfjs-generative/wasm';
import { trainVae } from './train-vae.js';

await startWasm();
await trainVae();
