/// <reference types="vite/client" />
// The worker: it makes the model, trains on wasm, and draws samples at each report.
import * as tf from '@tensorflow/tfjs-core';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import { batches, bernoulli, createAdam, createDecoder, createGaussianEncoder, createRandom } from 'tfjs-generative';
import { createVaeTrainer, imageGrid, mlp } from 'tfjs-generative';
import { createRun, serveRun, type RunChannel, type RunSettings } from 'tfjs-generative/run';
import { startWasm } from 'tfjs-generative/wasm';
import file from '../data/fashion-mnist/train-images-idx3-ubyte.gz?url';

/** The message that the page posts. */
export interface ClothesSettings extends RunSettings {
  readonly canvas: OffscreenCanvas;
}

serveRun(self, async ({ canvas, ...settings }: ClothesSettings, { post }: RunChannel) => {
  await startWasm({ paths: { 'tfjs-backend-wasm-simd.wasm': simd } });
  const random = createRandom(1);
  const encoder = createGaussianEncoder(mlp({ sizes: [784, 256, 32], random: random.fork('encoder') }), {
    latentSize: 16,
  });
  const decoder = createDecoder(mlp({ sizes: [16, 256, 784], random: random.fork('decoder') }), {
    likelihood: bernoulli,
  });
  const trainer = createVaeTrainer({ encoder, decoder, optimizer: createAdam({ learningRate: 2e-3 }), random });

  const pixels = await loadPixels(file);
  const source = batches({ data: pixels, shape: [pixels.length / 784, 784] }, { batchSize: 128, random });
  const latents = random.fork('pictures').normal([96, 16]);
  const context = canvas.getContext('2d')!;
  const draw = async (): Promise<void> => {
    const grid = tf.tidy(() => imageGrid(tf.reshape(decoder.mean(latents), [96, 28, 28, 1]), { columns: 12, gap: 2 }));
    const [height, width] = grid.shape;
    const image = new ImageData(width, height);
    image.data.set(await tf.browser.toPixels(grid));
    grid.dispose();
    [canvas.width, canvas.height] = [width, height];
    context.putImageData(image, 0, 0);
  };
  await draw();
  post('ready');
  return createRun(trainer, source, { ...settings, onReport: draw });
});

/** The pixels of an IDX file, which the server may or may not have unpacked. */
async function loadPixels(url: string): Promise<Uint8Array> {
  const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer());
  const isPacked = bytes[0] === 0x1f;
  const unpacked = isPacked ? new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip')) : bytes;
  return new Uint8Array(await new Response(unpacked).arrayBuffer()).subarray(16);
}
