import '@tensorflow/tfjs';
import * as backend from 'tfjs-generative/backend';
import { startWebgpu } from 'tfjs-generative/node';
import { startWasm } from 'tfjs-generative/wasm';
import type { Backend } from './options.js';

/** Starts the backend that was asked for, and resolves to its name; says what WebGPU runs on. */
export async function startBackend(name: Backend = 'wasm'): Promise<Backend> {
  if (name === 'wasm') await startWasm();
  else if (name === 'webgpu') console.log(`webgpu on ${(await startWebgpu()).adapter}`);
  else await backend.startBackend(name);
  return name;
}
