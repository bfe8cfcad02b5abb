/// <reference types="vite/client" />
// What the worker does for pictures in one call: it loads a trained model, and draws what is requested.
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import { countParameters, createRandom } from 'tfjs-generative';
import { describeModel, fetchModelBytes, loadModel } from 'tfjs-generative/model';
import { startWasm } from 'tfjs-generative/wasm';
import weights from '../../one-call/emoji.safetensors?url';
import { createArtist } from './artist.js';
import type { Reply, Request } from './messages.js';

/** The first face is a clear one. */
const SEED = 9;

const post = (reply: Reply, transfer: Transferable[] = []): void => self.postMessage(reply, { transfer });
const fail = (error: unknown): void => post({ kind: 'failed', message: (error as Error).message });

async function serve(): Promise<void> {
  const [bytes] = await Promise.all([
    fetchModelBytes(weights),
    startWasm({ paths: { 'tfjs-backend-wasm-simd.wasm': simd }, threads: 1, fused: true }),
  ]);
  const { size, classes } = describeModel(bytes).metadata as { readonly size: number; readonly classes: string[] };
  const { denoiser } = await loadModel(bytes, { as: { denoiser: 'denoiser' } });
  const draw = createArtist({ denoiser, size, classes: classes.length, random: createRandom(SEED) }, (picture) =>
    post(picture, [picture.pixels.buffer]),
  );
  self.addEventListener('message', ({ data }: MessageEvent<Request>) => void draw(data).catch(fail));
  post({ kind: 'ready', classes, size, parameters: countParameters(denoiser) });
}

serve().catch(fail);
