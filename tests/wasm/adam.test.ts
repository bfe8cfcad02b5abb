import * as tf from '@tensorflow/tfjs-core';
import { afterEach, expect, it } from 'vitest';
import { ADAM_KERNEL, createAdamPieces } from '../../src/operations/adam.js';
import { hasKernel } from '../../src/tensor/own-kernels.js';
import { betas, countedUpdate, firstSteps } from '../operations/adam-steps.js';
import { expectClose } from '../support/close.js';

const numbers = { rate: 1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };

afterEach(() => tf.disposeVariables());

it('makes the same first steps by operations, where the kernel is missing', async () => {
  const kernel = tf.getKernel(ADAM_KERNEL, 'wasm');
  tf.unregisterKernel(ADAM_KERNEL, 'wasm');
  try {
    expect(hasKernel(ADAM_KERNEL)).toBe(false);
    for (const beta2 of betas) {
      const { steps, expected } = await firstSteps({ ...numbers, beta2 });
      await expectClose(steps, expected, { relative: 0, absolute: 5e-7 });
    }
  } finally {
    tf.registerKernel(kernel);
  }
});

it('takes a moment for 0 once it has decayed below 1e-30, long before it is subnormal', async () => {
  const variable = tf.variable(tf.zeros([7]));
  const pieces = createAdamPieces([variable]);
  const update = (gradient: number): void =>
    tf.tidy(
      () => void countedUpdate(pieces, [tf.fill([7], gradient)], [variable], { ...numbers, beta1: 0.5, beta2: 0.5 }),
    );
  update(-1e-12);
  const seen = new Set<number>();
  for (let step = 0; step < 140; step++) {
    update(0);
    const moments = await tf.slice(pieces[0]!.moments, 0, 1).data();
    // all but the correction
    for (const moment of moments.slice(0, 7)) seen.add(Math.abs(moment));
  }
  const sizes = [...seen].sort((a, b) => a - b);
  expect(sizes[0]).toBe(0);
  expect(sizes[1]).toBeGreaterThanOrEqual(1e-30);
  expect(sizes[1]).toBeLessThan(2e-30);
});
