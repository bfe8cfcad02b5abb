/**
 * Trains a small VAE in a page or a worker, and says which threads it had and what its losses were: in an attribute of
 * the page, or in a message. With `?worker` the page lets a worker do so; with `?threads=n` it asks for so many threads, whatever the
 * machine has.
 */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import {
  batches,
  bernoulli,
  createAdam,
  createDecoder,
  createGaussianEncoder,
  createRandom,
  createVaeTrainer,
  mlp,
  train,
} from '../../../src/index.js';
import { disposeWasmTraining, enableWasmTraining } from '../../../src/wasm/index.js';

const query = new URLSearchParams(location.search);

async function run(): Promise<unknown> {
  setWasmPaths('/wasm/');
  const threads = query.has('threads') ? Number(query.get('threads')) : undefined;
  if (threads !== undefined) Object.defineProperty(navigator, 'hardwareConcurrency', { value: threads });
  const first = await enableWasmTraining({ threads });
  await tf.setBackend('wasm');
  const second = await enableWasmTraining();

  const random = createRandom(1);
  const pixels = Float32Array.from({ length: 256 * 64 }, (_, i) => (((i >> 6) + (i & 7)) % 3 === 0 ? 1 : 0));
  const encoder = createGaussianEncoder(mlp({ sizes: [64, 128, 8], random: random.fork('encoder') }), {
    latentSize: 4,
  });
  const decoder = createDecoder(mlp({ sizes: [4, 128, 64], random: random.fork('decoder') }), {
    likelihood: bernoulli,
  });
  const trainer = createVaeTrainer({ encoder, decoder, optimizer: createAdam({ learningRate: 3e-3 }), random });
  const data = batches(tf.tensor(pixels, [256, 64]), { batchSize: 128, random });
  const elbos: number[] = [];
  for await (const { metrics } of train(trainer, data, { epochs: 5 })) elbos.push(metrics['elbo']);
  const inUse = [first, second].map((report) => ({ threads: report.threads, reason: report.reason }));
  disposeWasmTraining();
  return { threads: inUse, elbos };
}

const outcome = (): Promise<unknown> => run().catch((error: unknown) => ({ error: String(error) }));

if (typeof document === 'undefined') {
  void outcome().then((message) => postMessage(message));
} else {
  const show = (result: unknown): void => void (document.documentElement.dataset['outcome'] = JSON.stringify(result));
  if (query.has('worker')) new Worker(`page.js${location.search}`).onmessage = ({ data }) => show(data);
  else void outcome().then(show);
}
