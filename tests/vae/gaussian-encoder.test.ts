import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { mlp, type ApplyOptions, type Network } from '../../src/nets/index.js';
import { createRandom } from '../../src/random/index.js';
import { ShapeError } from '../../src/tensor/errors.js';
import { createGaussianEncoder } from '../../src/vae/index.js';
import { expectClose } from '../support/close.js';
import { fixed } from './parts.js';
import { checkNoLeaks } from '../support/checks.js';
import { inScope } from '../support/in-scope.js';

inScope();

describe('createGaussianEncoder', () => {
  test('reads all means first, then all log-variances', async () => {
    const encoder = createGaussianEncoder(
      fixed(() =>
        tf.tensor2d([
          [1, 2, 3, 10, 20, 30],
          [4, 5, 6, 40, 50, 60],
        ]),
      ),
      { latentSize: 3 },
    );
    const { mean, logVariance } = encoder.encode(tf.zeros([2, 7]));
    expect([mean.shape, logVariance.shape]).toEqual([
      [2, 3],
      [2, 3],
    ]);
    await expectClose(mean, [1, 2, 3, 4, 5, 6]);
    await expectClose(logVariance, [10, 20, 30, 40, 50, 60]);
  });

  test('passes its options to the network, and shares its variables and disposal', () => {
    const network = mlp({ sizes: [3, 4], random: createRandom(1) });
    const seen: (ApplyOptions | undefined)[] = [];
    let disposed = 0;
    const spy: Network = {
      ...network,
      apply: (x, options) => {
        seen.push(options);
        return network.apply(x);
      },
      dispose: () => {
        disposed++;
      },
    };
    const encoder = createGaussianEncoder(spy, { latentSize: 2 });
    const options = { training: true, condition: tf.tensor1d([1], 'int32') };
    encoder.encode(tf.zeros([1, 3]), options);
    expect(seen).toEqual([options]);
    expect(encoder.variables).toBe(network.variables);
    expect(encoder.buffers).toEqual([]);
    encoder.dispose();
    expect(disposed).toBe(1);
    expect(Object.isFrozen(encoder)).toBe(true);
  });

  test('rejects a network of another width with both shapes, and leaves nothing behind', async () => {
    const encoder = createGaussianEncoder(mlp({ sizes: [3, 5], random: createRandom(1) }), { latentSize: 2 });
    const x = tf.zeros([4, 3]);
    const call = (): unknown => encoder.encode(x);
    expect(call).toThrow(ShapeError);
    expect(call).toThrow(
      /`network output` must have shape \[4, 4\]; got \[4, 5\]\. .*all means, then all log-variances/,
    );
    await checkNoLeaks(() => expect(call).toThrow());
    const right = createGaussianEncoder(mlp({ sizes: [3, 4], random: createRandom(1) }), { latentSize: 2 });
    await checkNoLeaks(() => right.encode(x));
  });

  test('rejects anything but a network, a size and a float32 batch', () => {
    const network = fixed((x) => x);
    expect(() => createGaussianEncoder({} as Network, { latentSize: 2 })).toThrow('`network` must be a network');
    expect(() => createGaussianEncoder(network, { latentSize: 1.5 })).toThrow(
      '`latentSize` must be a positive integer',
    );
    const encoder = createGaussianEncoder(network, { latentSize: 2 });
    expect(() => encoder.encode(tf.ones([1, 4], 'int32'))).toThrow(/encode: `x` must be float32; got int32.*255/);
    expect(() => encoder.encode(tf.ones([4]))).toThrow(ShapeError);
  });
});
