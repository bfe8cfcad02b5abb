// The app in vae-app.ts with this library's kernels for wasm.
import { enableWasmTraining } from 'tfjs-generative/wasm';

await enableWasmTraining();
await import('./vae-app.js');
