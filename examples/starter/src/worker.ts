/// <reference types="vite/client" />
// The worker: it reads the pictures, trains on wasm, and posts samples, and the model as a file, to the page.
import * as tf from '@tensorflow/tfjs-core';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import { batches, createAdam, createRandom, createVaeTrainer, imageGrid } from 'tfjs-generative';
import { imagesFrom } from 'tfjs-generative/browser';
import { loadModel, saveModel } from 'tfjs-generative/model';
import { createRun, serveRun, type RunChannel } from 'tfjs-generative/run';
import { startWasm } from 'tfjs-generative/wasm';
import { createModel, kinds, SIZE } from './model.js';

/** The user's choice: pictures to learn, a model file to continue with, both, or neither yet. */
export interface Choice {
  readonly pictures: readonly File[];
  readonly model?: File | undefined;
}

/** What the page can request while nothing is trained: other samples, or the model as a file. */
export type Request = 'draw' | 'save';

/** What the worker answers. */
export type Answer = { readonly samples: ImageData } | { readonly file: Uint8Array<ArrayBuffer> };

const started = startWasm({ paths: { 'tfjs-backend-wasm-simd.wasm': simd } });

serveRun(self, async (choice: Choice, { post, onMessage }: RunChannel) => {
  await started;
  const random = createRandom(1);
  const pictures = choice.pictures.length > 0 && (await imagesFrom(choice.pictures, { size: SIZE, channels: 3 }));
  const data = pictures ? batches(pictures, { batchSize: 32, random }) : [];
  const file = choice.model && new Uint8Array(await choice.model.arrayBuffer());
  const { encoder, decoder } = file ? await loadModel(file, { as: kinds }) : createModel(random);
  const trainer = createVaeTrainer({ encoder, decoder, optimizer: createAdam({ learningRate: 1e-3 }), random });

  const answer = (message: Answer): void => post(message);
  let seed = 1; // the same latents at each report
  const draw = async (): Promise<void> => {
    const grid = tf.tidy(() => {
      const latents = createRandom(seed).normal([24, encoder.latentSize]);
      const pixels = tf.clipByValue(decoder.mean(latents), 0, 1) as tf.Tensor4D;
      return imageGrid(pixels, { columns: 8, gap: 2 });
    });
    const [height, width] = grid.shape;
    const samples = new ImageData(width, height);
    samples.data.set(await tf.browser.toPixels(grid));
    grid.dispose();
    answer({ samples });
  };
  const save = async (): Promise<void> => answer({ file: await saveModel({ encoder, decoder }) });
  onMessage((request: Request) => {
    if (request === 'save') return void save();
    seed++;
    void draw();
  });
  await draw();

  return {
    // the page decides how many updates each start makes
    ...createRun(trainer, data, { steps: 1e9, reportEvery: 25, progressEvery: 5, onReport: draw }),
    dispose: () => [trainer, encoder, decoder].forEach((owner) => owner.dispose()),
  };
});
