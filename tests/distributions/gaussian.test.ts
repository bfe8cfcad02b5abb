import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import {
  gaussianEntropy,
  gaussianKl,
  gaussianLogProb,
  reparameterize,
  type DiagonalGaussian,
} from '../../src/distributions/index.js';
import { createRandom } from '../../src/random/index.js';
import { ShapeError } from '../../src/tensor/errors.js';
import { expectClose, read } from '../support/close.js';
import { checkGradients, checkNoLeaks, checkSecondGradients } from '../support/checks.js';
import { inScope } from '../support/in-scope.js';

inScope();

const make = (shape: number[], seed = 1): DiagonalGaussian => {
  const random = createRandom(seed);
  return { mean: random.normal(shape), logVariance: random.normal(shape) };
};
const two = ([mean, logVariance]: Tensor[]): DiagonalGaussian => ({ mean: mean!, logVariance: logVariance! });

describe('every function of Gaussians', () => {
  test('sums over all axes except the first', async () => {
    const flat = make([2, 12]);
    const image = two([flat.mean, flat.logVariance].map((tensor) => tf.reshape(tensor, [2, 2, 3, 2])));
    const x = createRandom(2).normal([2, 12]);
    const pairs: [Tensor, Tensor][] = [
      [gaussianKl(image), gaussianKl(flat)],
      [gaussianEntropy(image), gaussianEntropy(flat)],
      [gaussianLogProb(tf.reshape(x, [2, 2, 3, 2]), image), gaussianLogProb(x, flat)],
    ];
    for (const [ofImage, ofFlat] of pairs) {
      expect(ofImage.shape).toEqual([2]);
      await expectClose(ofImage, ofFlat);
    }
  });

  test('has correct second derivatives in every tensor', async () => {
    const { mean, logVariance } = make([2, 2]);
    const prior = make([2, 2], 3);
    const x = createRandom(4).normal([2, 2]);
    const functions: ((...inputs: Tensor[]) => Tensor)[] = [
      (m, v, pm, pv) => gaussianKl(two([m, v]), two([pm, pv])),
      (m, v) => gaussianKl(two([m, v])),
      (m, v, y) => gaussianLogProb(y, two([m, v])),
      (m, v, y) => reparameterize(two([m, v]), y),
    ];
    const inputs = [
      [mean, logVariance, prior.mean, prior.logVariance],
      [mean, logVariance],
      [mean, logVariance, x],
      [mean, logVariance, x],
    ];
    for (const [i, f] of functions.entries()) {
      const at = inputs[i]!;
      await checkGradients(f, at);
      // Of each gradient, so that mixed derivatives are included; squared, because some first derivatives are constant.
      const size = (...tensors: Tensor[]): Tensor =>
        tf.addN(
          tf
            .grads((...own: Tensor[]) => tf.sum(f(...own)))(tensors)
            .map((gradient) => tf.sum(tf.square(gradient))),
        );
      await checkSecondGradients(size, at, { relative: 2e-3, absolute: 1e-3 });
    }
  });

  test('leaves no tensor behind, even when it throws', async () => {
    const [own, prior, x] = [make([2, 3]), make([1, 3]), tf.zeros([2, 3])];
    const wrong = { mean: tf.zeros([2, 3]), logVariance: tf.zeros([2, 4]) };
    await checkNoLeaks(() => gaussianKl(own));
    await checkNoLeaks(() => gaussianKl(own, prior));
    await checkNoLeaks(() => gaussianLogProb(x, own));
    await checkNoLeaks(() => gaussianEntropy(own));
    await checkNoLeaks(() => reparameterize(own, createRandom(1)));
    for (const call of [() => gaussianKl(wrong), () => gaussianEntropy(wrong), () => reparameterize(wrong, x)]) {
      await checkNoLeaks(() => expect(call).toThrow(ShapeError));
    }
  });

  test('rejects values that are not Gaussians, and names the part', () => {
    const integers = { mean: tf.zeros([1, 2], 'int32'), logVariance: tf.zeros([1, 2]) };
    expect(() => gaussianKl(integers)).toThrow('gaussianKl: `posterior.mean` must be float32; got int32.');
    expect(() => gaussianKl(undefined as never)).toThrow(/^gaussianKl: `posterior\S*` must be .*; got undefined\./);
    const noMean = { logVariance: tf.zeros([1, 2]) } as never;
    expect(() => gaussianKl(noMean)).toThrow(/^gaussianKl: `posterior\.mean` must be .*; got undefined\./);
    const flat = { mean: tf.zeros([2]), logVariance: tf.zeros([2]) };
    expect(() => gaussianEntropy(flat)).toThrow(ShapeError);
    const uneven = { mean: tf.zeros([1, 2]), logVariance: tf.zeros([1, 3]) };
    expect(() => gaussianLogProb(tf.zeros([1, 2]), uneven)).toThrow(
      'gaussianLogProb: `gaussian.logVariance` must have shape [1, 2]; got [1, 3].',
    );
    const disposed = make([1, 2]);
    disposed.mean.dispose();
    expect(() => gaussianKl(disposed)).toThrow(/^gaussianKl: `posterior\.mean` must .*; got /);
  });
});

describe('gaussianKl', () => {
  test('takes a prior of one row for the whole batch, and rejects one that does not fit', async () => {
    const [own, prior] = [make([3, 2]), make([1, 2], 2)];
    const repeated = two([prior.mean, prior.logVariance].map((tensor) => tf.tile(tensor, [3, 1])));
    await expectClose(gaussianKl(own, prior), gaussianKl(own, repeated));
    expect(() => gaussianKl(own, make([2, 2]))).toThrow(ShapeError);
    expect(() => gaussianKl(make([1, 2]), make([3, 2]))).toThrow('`prior.mean` must have shape [1, 2]; got [3, 2]');
  });

  test('stays accurate near the prior and finite far from it', async () => {
    const posterior = {
      mean: tf.tensor2d([[0.01], [100], [0]]),
      logVariance: tf.tensor2d([[0], [0], [-40]]),
    };
    await expectClose(gaussianKl(posterior), [5e-5, 5000, 19.5], { relative: 1e-5, absolute: 2e-7 });
  });
});

describe('reparameterize', () => {
  test('takes many samples at once on a leading axis', async () => {
    const own = make([2, 3]);
    const noise = createRandom(5).normal([4, 2, 3]);
    const z = reparameterize(own, noise);
    expect(z.shape).toEqual([4, 2, 3]);
    await expectClose(tf.gather(z, 2), reparameterize(own, tf.gather(noise, 2)));
  });

  test('uses the normal numbers of a stream', async () => {
    const own = make([2, 3]);
    const drawn = reparameterize(own, createRandom(6));
    expect(await read(drawn)).toEqual(await read(reparameterize(own, createRandom(6).normal([2, 3]))));
  });

  test('rejects noise of another shape, of another kind, and none', () => {
    const own = make([2, 3]);
    expect(() => reparameterize(own, tf.zeros([3, 2]))).toThrow(ShapeError);
    expect(() => reparameterize(own, tf.zeros([3]))).toThrow(ShapeError);
    expect(() => reparameterize(own, tf.zeros([2, 3], 'int32'))).toThrow('`noise` must be float32');
    expect(() => reparameterize(own, undefined as never)).toThrow('`noise` must be a random stream');
  });
});
