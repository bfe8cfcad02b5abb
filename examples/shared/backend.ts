import '@tensorflow/tfjs-backend-cpu';
import * as backend from 'tfjs-generative/backend';
import { startWebgpu } from 'tfjs-generative/node';
import { startWasm } from 'tfjs-generative/wasm';
import type { Backend, Computing } from './options.js';

/** Starts the requested backend, and resolves to its name; prints the GPU that WebGPU uses or, if requested, the arithmetic of wasm. */
export async function startBackend(computing: Partial<Computing> = {}): Promise<Backend> {
  const { backend: name = 'wasm', wide = false, fused = false } = computing;
  if (name === 'wasm') {
    const { arithmetic } = await startWasm({ wide: wide || fused, fused });
    const { tiles, gigaflops, reason } = arithmetic;
    const kind = arithmetic.fused ? `${tiles} and fused` : tiles;
    if (wide || fused) console.log(`wasm, ${kind}: ${gigaflops} GF/s${reason === undefined ? '' : ` (${reason})`}`);
  } else if (name === 'webgpu') console.log(`webgpu on ${(await startWebgpu()).adapter}`);
  else await backend.startBackend(name);
  return name;
}
