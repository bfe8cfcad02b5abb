import '@tensorflow/tfjs';
import { startBackend } from 'tfjs-generative';
import { startWebgpu } from 'tfjs-generative/node';
import { startWasm } from 'tfjs-generative/wasm';
import type { Backend } from './options.js';

/** Starts the backend that was asked for, and resolves to its name; says what WebGPU runs on. */
export async function startChosen(backend: Backend): Promise<Backend> {
  if (backend === 'wasm') await startWasm();
  else if (backend === 'webgpu') console.log(`webgpu on ${(await startWebgpu()).adapter}`);
  else await startBackend(backend);
  return backend;
}
