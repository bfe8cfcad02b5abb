import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { createGaussianEncoder, createRandom, latentKl, mlp, ShapeError } from '../../src/index.js';
import { meanAndError } from '../math/mean-and-error.js';
import { read } from '../support/close.js';
import { checkPriorLaws, priors } from './priors.js';
import { inScope } from '../support/in-scope.js';

inScope();

/** A GPU checks most priors in one dimension only, in priors-in-one-dimension.wasm.test.ts: its integrals take as long as all other tests here. */
const isGpu = /web/.test(tf.getBackend());

describe.each(priors)('$name', ({ make, least = 1 }) => {
  if (!isGpu || least > 1)
    test('keeps the laws that checkPrior checks, in two dimensions', () => checkPriorLaws(make(2).prior, 2));

  test('has a KL of the mean of its draws, in closed form where there is one, and at least 0', async () => {
    const { prior } = make(2);
    const encoder = createGaussianEncoder(mlp({ sizes: [3, 4], random: createRandom(7) }), { latentSize: 2 });
    const draw = encoder.draw(createRandom(8).normal([1, 3]), createRandom(9), { samples: 4000 });
    const atDraws = await read(tf.sub(draw.logProb, prior.logProb!(draw.z)));
    const { mean, error } = meanAndError(atDraws);
    expect(mean).toBeGreaterThan(-4 * error);
    const [kl] = await read(tf.mean(latentKl(draw, prior)));
    expect(Math.abs(kl! - mean)).toBeLessThan(4 * error);
  });

  test('rejects latents and shapes of another size', () => {
    const { prior } = make(2);
    expect(() => prior.logProb!(tf.zeros([3]))).toThrow(ShapeError);
    if (prior.variables === undefined) return;
    expect(() => prior.logProb!(tf.zeros([3, 3]))).toThrow(ShapeError);
    expect(() => prior.sample([3, 3], createRandom(1))).toThrow(ShapeError);
  });
});
