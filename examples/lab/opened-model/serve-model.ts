/// <reference types="vite/client" />
// What the worker does for a model file: it starts WebAssembly, and answers each file with what is seen of it.
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import { createRandom } from 'tfjs-generative';
import { startWasm } from 'tfjs-generative/wasm';
import { lookAtModel, type ModelLook } from './look-at-model.js';

/** From the page. */
export interface ModelRequest {
  readonly bytes: Uint8Array;
  readonly seed: number;
}

/** From the worker: first that it listens. */
export type ModelReply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'seen'; readonly look: ModelLook }
  | { readonly kind: 'failed'; readonly message: string };

const post = (reply: ModelReply): void => self.postMessage(reply);
const started = startWasm({ paths: { 'tfjs-backend-wasm-simd.wasm': simd }, threads: 1 });

self.addEventListener('message', ({ data: { bytes, seed } }: MessageEvent<ModelRequest>) => {
  started
    .then(() => lookAtModel(bytes, createRandom(seed)))
    .then(
      (look) => post({ kind: 'seen', look }),
      (error: unknown) => post({ kind: 'failed', message: (error as Error).message }),
    );
});
post({ kind: 'ready' });
