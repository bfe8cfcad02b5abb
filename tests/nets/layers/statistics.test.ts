import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import type { Network } from '../../../src/nets/index.js';
import { createRandom } from '../../../src/random/index.js';
import { read } from '../../support/close.js';
import { inScope } from '../../support/in-scope.js';
import { withStatistics } from './registry.js';

inScope();

describe.each(withStatistics)('statistics of %s', (_, make, shape) => {
  const [real, fake] = [createRandom(2).normal(shape), createRandom(3).normal(shape)];
  const training = { training: true };
  const statistics = async ({ buffers }: Network): Promise<number[][]> => Promise.all(buffers!.map((one) => read(one)));
  /** The statistics after one pass of these numbers, outside any gradient call, through a network in the same state. */
  const movedOnce = async (network: Network, x: Tensor): Promise<number[][]> => {
    const before = network.buffers!.map((buffer) => tf.clone(buffer));
    network.apply(x, training);
    const moved = await statistics(network);
    network.buffers!.forEach((buffer, i) => buffer.assign(before[i]!));
    return moved;
  };
  const penaltyOf = (network: Network, x: Tensor): Tensor =>
    tf.mean(tf.square(tf.grad((place: Tensor) => tf.sum(tf.square(network.apply(place, training))))(x)));

  test('are updated only by the first pass of an update', async () => {
    const network = make();
    const variables = [...network.variables];
    for (const [first, second] of [
      [real, fake],
      [fake, real],
    ] as const) {
      const expected = await movedOnce(network, first);
      tf.variableGrads(() => {
        const sums = tf.add(tf.sum(network.apply(first, training)), tf.sum(network.apply(second, training)));
        return tf.add<Scalar>(sums, penaltyOf(network, second));
      }, variables);
      expect(await statistics(network)).toEqual(expected);
    }
  });

  test('stay the same in a penalty, and are updated by the pass after it in the same update', async () => {
    const network = make();
    const before = await statistics(network);
    const variables = [...network.variables];
    tf.variableGrads(() => penaltyOf(network, real) as Scalar, variables);
    expect(await statistics(network)).toEqual(before);
    const expected = await movedOnce(network, fake);
    tf.variableGrads(() => {
      const penalty = penaltyOf(network, real);
      return tf.add<Scalar>(penalty, tf.sum(network.apply(fake, training)));
    }, variables);
    expect(await statistics(network)).toEqual(expected);
  });

  test('are updated by each training pass outside a gradient call, and by no other pass', async () => {
    const network = make();
    const first = await movedOnce(network, real);
    network.apply(real, training);
    expect(await statistics(network)).toEqual(first);
    network.apply(real);
    tf.grad((x: Tensor) => network.apply(x))(real);
    expect(await statistics(network)).toEqual(first);
    network.apply(real, training);
    expect(await statistics(network)).not.toEqual(first);
  });

  test('outlive a tidy around the pass, and their old numbers are freed', async () => {
    const network = make();
    const pass = (): void => {
      tf.tidy(() => {
        network.apply(real, training);
      });
    };
    const expected = await movedOnce(network, real);
    pass();
    expect(await statistics(network)).toEqual(expected);
    const before = tf.memory();
    pass();
    const { numTensors, numDataBuffers } = tf.memory();
    expect([numTensors, numDataBuffers]).toEqual([before.numTensors, before.numDataBuffers]);
  });

  test('are not updated, and no tensor is left, when the input is rejected', async () => {
    const network = make();
    const before = await statistics(network);
    const count = tf.memory().numTensors;
    expect(() => network.apply(tf.scalar(1), training)).toThrow('`input` must');
    expect(tf.memory().numTensors).toBe(count + 1);
    expect(await statistics(network)).toEqual(before);
  });
});
