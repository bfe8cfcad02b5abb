import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { checkTrainer } from '../../src/testing/index.js';
import { withoutLeak } from '../training/sample.js';
import { trainers } from './trainers.js';

/** On the CPU, sums have a fixed order, so the same run gives the same bits. */
const isHost = ['cpu', 'wasm'].includes(tf.getBackend());
const tolerance = isHost ? 0 : 1e-5;
/** Number of places where kernels are made to throw: many on one backend; the others behave the same when one throws. */
const failures = tf.getBackend() === 'wasm' ? 60 : isHost ? 10 : 4;

describe.each(trainers.filter(({ onGpu }) => isHost || onGpu))('$name', ({ make, batches }) => {
  test('keeps the laws of a trainer', async () => {
    await withoutLeak(async () => {
      const given = batches();
      await expect(checkTrainer(make, { batches: given, tolerance, failures })).resolves.toBeUndefined();
      tf.dispose(given.map((batch) => ({ ...(batch instanceof tf.Tensor ? { x: batch } : batch) })));
    });
  });
});
