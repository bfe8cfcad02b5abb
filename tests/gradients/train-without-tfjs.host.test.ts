import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { r1Penalty } from '../../src/index.js';
import { createRandom } from '../../src/random/index.js';
import { trainers } from '../contract/trainers.js';
import { conditions } from '../nets/conditions/registry.js';
import { layers } from '../nets/layers/registry.js';
import { inputOf, type NetworkCase } from '../nets/network-case.js';
import { compositions } from '../nets/networks/registry.js';
import { chooseGradients } from './choose-gradients.js';

const gradients = chooseGradients();

/** The numbers that `run` returns with the gradients of tfjs, and with ours. */
async function withBoth(run: () => Tensor): Promise<[theirs: Float32Array, own: Float32Array]> {
  const numbers = async (use: () => void): Promise<Float32Array> => {
    use();
    const row = run();
    return (await row.data().finally(() => row.dispose())) as Float32Array;
  };
  return [await numbers(gradients.stock), await numbers(gradients.ours)];
}

const rowOf = (tensors: readonly Tensor[]): Tensor =>
  tf.concat(tensors.map((one) => tf.reshape(tf.cast(one, 'float32'), [-1])));

function expectClose([theirs, own]: readonly [Float32Array, Float32Array], tolerance: number): void {
  expect(own.length).toBe(theirs.length);
  const largest = theirs.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  own.forEach((value, i) => expect(Math.abs(value - theirs[i]!)).toBeLessThan(tolerance * largest));
}

/** The gradients of a network's variables. */
function gradientsOf({ make, options, ...one }: NetworkCase): Tensor {
  const network = make(createRandom(1));
  const row = tf.tidy(() => {
    const input = inputOf(one);
    const loss = () => tf.sum<tf.Scalar>(tf.square(network.apply(input, options?.())));
    if (network.variables.length === 0) {
      return input.dtype === 'float32'
        ? rowOf([tf.grad((x) => tf.sum(tf.square(network.apply(x, options?.()))))(input)])
        : tf.zeros([1]);
    }
    return rowOf(Object.values(tf.variableGrads(loss, [...network.variables]).grads));
  });
  network.dispose();
  return row;
}

describe('with the gradients of this library alone', () => {
  test.each([...layers, ...conditions, ...compositions])(
    '$name has the gradients that it has with tfjs',
    async (one) => {
      expectClose(await withBoth(() => gradientsOf(one)), 1e-5);
    },
  );

  // The metrics, not the weights: Adam moves a weight by its step size even if the gradient is only a rounding error.
  test.each(trainers)('$name trains as it does with tfjs', async ({ make, batches }) => {
    const run = (): Tensor => {
      const trainer = make();
      const metrics = batches().flatMap((batch) => Object.values<Tensor>(trainer.step(batch)));
      trainer.dispose();
      return tf.tidy(() => rowOf(metrics));
    };
    expectClose(await withBoth(run), 1e-4);
  });

  // penalties repair the gradients of tfjs, and ours need no repair
  const penalized = [...layers, ...compositions].filter(
    ({ input, options, parameters }) => Array.isArray(input) && options === undefined && parameters > 0,
  );
  test.each(penalized)('$name has the same gradients of a penalty on its gradient', async (one) => {
    const run = (): Tensor => {
      const network = one.make(createRandom(1));
      const critic = {
        logits: (x: Tensor) => tf.sum(tf.reshape(tf.square(network.apply(x)), [x.shape[0], -1]), 1, true),
      };
      const row = tf.tidy(() => {
        const loss = () => r1Penalty(critic, inputOf(one));
        return rowOf(Object.values(tf.variableGrads(loss, [...network.variables]).grads));
      });
      network.dispose();
      return row;
    };
    expectClose(await withBoth(run), 1e-4);
  });
});
