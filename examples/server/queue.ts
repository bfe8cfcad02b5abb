import * as tf from '@tensorflow/tfjs-core';
import { createRandom, sampleDdim, type Denoiser, type RandomStream } from 'tfjs-generative';

/** A request for one picture. */
export interface SampleRequest {
  /** Seed of the noise: it determines the picture, whatever else is in the batch. */
  readonly seed: number;
  readonly label: number;
  /** Aborted when nobody waits for the picture any more. */
  readonly signal: AbortSignal;
}

interface PendingRequest extends SampleRequest {
  readonly random: RandomStream;
  resolve(pixels: Float32Array): void;
  reject(reason: unknown): void;
}

/** `shape` is the shape of one picture, `classes` the number of labels. */
export interface QueueOptions {
  readonly denoiser: Denoiser;
  readonly shape: readonly number[];
  readonly classes: number;
  readonly steps?: number;
  readonly batchSize?: number;
}

/** Returns a function that answers requests in batches, one sampler for each. */
export function createQueue({ denoiser, shape, classes, steps = 20, batchSize = 16 }: QueueOptions) {
  let waiting: PendingRequest[] = [];
  let isSampling = false;

  async function sampleAll(): Promise<void> {
    if (isSampling) return;
    isSampling = true;
    while (waiting.length > 0) {
      // requests that arrive together share a batch
      await new Promise((resolve) => setImmediate(resolve));
      const batch = waiting.splice(0, batchSize);
      await sampleBatch(batch).catch((error: unknown) => batch.forEach(({ reject }) => reject(error)));
    }
    isSampling = false;
  }

  async function sampleBatch(batch: readonly PendingRequest[]): Promise<void> {
    if (batch.length === 0) return;
    const allLeft = new AbortController();
    const onLeave = () => batch.every(({ signal }) => signal.aborted) && allLeft.abort();
    for (const { signal } of batch) signal.addEventListener('abort', onLeave);
    const labels = batch.map(({ label }) => label);
    const condition = tf.tensor1d(labels, 'int32');
    const x = tf.tidy(() => tf.concat(batch.map(({ random }) => random.normal([1, ...shape]))));
    try {
      const from = { x, timestep: denoiser.schedule.steps - 1 };
      const { signal } = allLeft;
      const samples = await sampleDdim(denoiser, { from, steps, condition, signal });
      const pixels = (await samples.data()) as Float32Array;
      samples.dispose();
      const size = pixels.length / batch.length;
      batch.forEach(({ resolve }, i) => resolve(pixels.slice(i * size, (i + 1) * size)));
    } finally {
      tf.dispose([x, condition]);
      for (const { signal } of batch) signal.removeEventListener('abort', onLeave);
    }
  }

  return async ({ seed, label, signal }: SampleRequest): Promise<Float32Array> => {
    // a request that is wrong must not fail the others of its batch
    const random = createRandom(seed);
    if (!(Number.isInteger(label) && label >= 0 && label < classes)) throw new RangeError(`there is no class ${label}`);
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const one: PendingRequest = { seed, label, signal, random, resolve, reject };
      waiting.push(one);
      signal.addEventListener('abort', () => {
        waiting = waiting.filter((other) => other !== one);
        reject(signal.reason as Error);
      });
      void sampleAll();
    });
  };
}
