import * as tf from '@tensorflow/tfjs-core';
import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  createAdam,
  createRandom,
  readMetrics,
  saveCheckpoint,
  saveWeights,
  train,
  type Trainer,
} from '../../../src/index.js';
import { tinyVae } from '../sample.js';

const NAME = 'one that may go';

beforeEach(async () => {
  tf.registerBackend(NAME, () => new MathBackendCPU(), 1);
  tf.copyRegisteredKernels('cpu', NAME);
  await tf.setBackend(NAME);
});
afterEach(async () => {
  await tf.setBackend('cpu');
  if (tf.findBackend(NAME)) tf.removeBackend(NAME);
  for (const kernel of tf.getKernelsForBackend(NAME)) tf.unregisterKernel(kernel.kernelName, NAME);
});

const removed = /`\w+` must be on a backend of tfjs; got one whose backend was removed\. Start a backend/;

describe('after its backend was removed', () => {
  test('a trainer says so by every function, and is disposed without an error', async () => {
    const { trainer, encoder, decoder } = tinyVae(createAdam({ learningRate: 1e-3 }));
    const x = createRandom(1).uniform([4, 6]);
    tf.dispose({ ...trainer.step(x) });
    tf.removeBackend(NAME);
    await tf.setBackend('cpu');
    const y = createRandom(1).uniform([4, 6]);
    expect(() => trainer.step(y)).toThrow(removed);
    expect(() => trainer.evaluate(y)).toThrow(removed);
    expect(() => encoder.encode(y)).toThrow(removed);
    await expect(saveCheckpoint(trainer)).rejects.toThrow(removed);
    await expect(saveWeights(decoder)).rejects.toThrow(removed);
    await expect(train(trainer, [y], { steps: 1 }).next()).rejects.toThrow(removed);
    for (const owner of [trainer, encoder, decoder]) expect(() => owner.dispose()).not.toThrow();
    const other = tinyVae(createAdam({ learningRate: 1e-3 }));
    expect(() => other.trainer.step(x)).toThrow(/^step: `batch` must be on a backend/);
    expect(await readMetrics(other.trainer.step(y))).toMatchObject({ loss: expect.any(Number) });
    other.trainer.dispose();
  });

  test('a trainer with an optimizer of tfjs is disposed without an error', async () => {
    const { trainer } = tinyVae(tf.train.momentum(0.1, 0.9));
    tf.removeBackend(NAME);
    await tf.setBackend('cpu');
    expect(() => trainer.dispose()).not.toThrow();
  });

  test('in the middle of a run, the run ends with that sentence', async () => {
    const { trainer } = tinyVae(createAdam({ learningRate: 1e-3 }));
    const x = createRandom(1).uniform([4, 6]);
    const run = train(trainer, [x], { steps: 50, reportEvery: 5 });
    await run.next();
    tf.removeBackend(NAME);
    await tf.setBackend('cpu');
    await expect(run.next()).rejects.toThrow(removed);
  });
});

test('a device that does not answer ends a run with one of our errors, with its cause', async () => {
  const { trainer } = tinyVae(createAdam({ learningRate: 1e-3 }));
  const lost: Trainer = { ...trainer };
  const x = createRandom(1).uniform([4, 6]);
  const run = train(lost, [x], { steps: 5, reportEvery: 1 });
  await run.next();
  const cause = new DOMException('', 'AbortError');
  tf.backend().read = () => Promise.reject(cause);
  await expect(run.next()).rejects.toMatchObject({
    message: expect.stringMatching(/^train: `backend` must answer; got one that may go with AbortError\. Start/),
    cause,
  });
  await expect(saveCheckpoint(trainer)).rejects.toThrow(/^saveCheckpoint: `backend` must answer; got/);
});
