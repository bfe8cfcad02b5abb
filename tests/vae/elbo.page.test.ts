import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { bernoulli, gaussian, gaussianKl, type Likelihood } from '../../src/distributions/index.js';
import { createRandom } from '../../src/random/index.js';
import { ShapeError } from '../../src/tensor/errors.js';
import { elbo, type ElboOptions } from '../../src/vae/index.js';
import { expectClose, read } from '../support/close.js';
import { checkNoLeaks } from '../support/checks.js';
import { inScope } from '../support/in-scope.js';

inScope();

const options = (): ElboOptions & { x: Tensor } => {
  const random = createRandom(4);
  return {
    x: random.uniform([3, 2, 2, 1]),
    parameters: random.normal([3, 2, 2, 1]),
    likelihood: gaussian({ variance: 0.5 }),
    posterior: { mean: random.normal([3, 2]), logVariance: random.normal([3, 2]) },
  };
};

describe('elbo', () => {
  test('is the log-likelihood minus the divergence, each [batch]', async () => {
    const own = options();
    const { elbo: bound, logLikelihood, kl } = elbo(own);
    for (const tensor of [bound, logLikelihood, kl]) expect(tensor.shape).toEqual([3]);
    await expectClose(logLikelihood, own.likelihood.logProb(own.x, own.parameters));
    await expectClose(kl, gaussianKl(own.posterior));
    await expectClose(bound, tf.sub(logLikelihood, kl));
  });

  test('takes a prior, which may have one row for all', async () => {
    const own = options();
    const prior = { mean: tf.tensor2d([[1, -1]]), logVariance: tf.tensor2d([[0.5, -0.5]]) };
    const { elbo: bound, logLikelihood, kl } = elbo({ ...own, prior });
    await expectClose(kl, gaussianKl(own.posterior, prior));
    await expectClose(bound, tf.sub(logLikelihood, kl));
    expect(await read(kl)).not.toEqual(await read(gaussianKl(own.posterior)));
    // The posterior as its own prior costs nothing.
    await expectClose(elbo({ ...own, prior: own.posterior }).kl, [0, 0, 0]);
    await expectClose(elbo({ ...own, prior: undefined }).kl, gaussianKl(own.posterior));
  });

  test('is that of three fair coins for three pixels with a logit of 0', async () => {
    const zero = tf.zeros([1, 2]);
    const posterior = { mean: zero, logVariance: zero };
    const bound = elbo({ x: tf.ones([1, 3]), parameters: tf.zeros([1, 3]), likelihood: bernoulli, posterior });
    await expectClose(bound.elbo, [-3 * Math.LN2]);
  });

  test('rejects a posterior of another batch, integers and invalid likelihoods', () => {
    const own = options();
    const other = { mean: tf.zeros([2, 2]), logVariance: tf.zeros([2, 2]) };
    expect(() => elbo({ ...own, posterior: other })).toThrow(ShapeError);
    expect(() => elbo({ ...own, posterior: other })).toThrow(
      'elbo: `posterior.mean` must have shape [3, 2]; got [2, 2].',
    );
    expect(() => elbo({ ...own, x: tf.cast(own.x, 'int32') })).toThrow(/elbo: `x` must be float32; got int32.*255/);
    expect(() => elbo({ ...own, likelihood: {} as Likelihood })).toThrow(
      '`likelihood` must be a record with logProb, mean, sample; got {}',
    );
    expect(() => elbo({ ...own, prior: { mean: tf.zeros([2]), logVariance: tf.zeros([2]) } })).toThrow(
      'elbo: `prior.mean`',
    );
  });

  test('rejects a likelihood that does not sum over the pixels, whose numbers would be broadcast', () => {
    const careless: Likelihood = { ...bernoulli, logProb: (x) => tf.sum(x, -1) };
    const call = (): unknown => elbo({ ...options(), likelihood: careless });
    expect(call).toThrow('must have shape [3]; got [3, 2, 2]. Sum over all axes except the first.');
  });

  test('leaves no tensor behind, even when it throws', async () => {
    const own = options();
    const wrong = tf.zeros([3, 2, 2, 2]);
    await checkNoLeaks(() => elbo(own));
    await checkNoLeaks(() => expect(() => elbo({ ...own, parameters: wrong })).toThrow(ShapeError));
  });
});
