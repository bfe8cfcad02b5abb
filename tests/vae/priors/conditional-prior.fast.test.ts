import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { gaussianLogProb, gaussianPrior, type DiagonalGaussian } from '../../../src/distributions/index.js';
import { embedding, mlp } from '../../../src/nets/index.js';
import { createRandom } from '../../../src/random/index.js';
import { createConditionalPrior, createGaussianEncoder, latentKl } from '../../../src/vae/index.js';
import { checkNoLeaks } from '../../support/checks.js';
import { expectClose, read } from '../../support/close.js';
import { inScope } from '../../support/in-scope.js';

inScope();

const table = [
  [1, -2, 0, Math.log(4)],
  [0, 3, -1, 0.5],
];

/** One Gaussian in two dimensions for each of two classes. */
function ofClasses() {
  const network = embedding({ classes: 2, size: 4, random: createRandom(1) });
  network.variables[0]!.assign(tf.tensor2d(table));
  return createConditionalPrior(network, { latentSize: 2 });
}

const labels = () => tf.tensor1d([1, -1, 0], 'int32');
const gaussians = (): DiagonalGaussian => ({
  mean: tf.tensor2d([
    [0, 3],
    [0, 0],
    [1, -2],
  ]),
  logVariance: tf.tensor2d([
    [-1, 0.5],
    [0, 0],
    [0, Math.log(4)],
  ]),
});

describe('createConditionalPrior', () => {
  test('is the Gaussian of each class, and N(0, I) without one', async () => {
    const z = createRandom(2).normal([3, 2]);
    const nats = ofClasses().logProb(z, { condition: labels() });
    await expectClose(nats, await read(gaussianLogProb(z, gaussians())));
    await expectClose(tf.slice(nats, 1, 1), await read(gaussianPrior.logProb(tf.slice(z, 1, 1))));
  });

  test('samples from these Gaussians', async () => {
    const condition = tf.tile(labels(), [10_000]);
    const z = tf.reshape(ofClasses().sample([30_000, 2], createRandom(3), { condition }), [10_000, 3, 2]);
    const { mean, variance } = tf.moments(z, 0);
    const { mean: expected, logVariance } = gaussians();
    await expectClose(mean, await read(expected), { absolute: 0.1 });
    await expectClose(variance, await read(tf.exp(logVariance)), { relative: 0.08 });
  });

  test('has a closed divergence, also of several latents per example', async () => {
    const encoder = createGaussianEncoder(mlp({ sizes: [3, 4], random: createRandom(4) }), { latentSize: 2 });
    const prior = ofClasses();
    const draw = encoder.draw(createRandom(5).normal([3, 3]), createRandom(6), { samples: 2 });
    const once = await read(latentKl(draw, prior, { condition: labels() }));
    expect(once).toEqual(await read(latentKl(draw, prior, { condition: tf.tile(labels(), [2]) })));
    expect(once.slice(0, 3)).toEqual(once.slice(3));
    expect(Math.min(...once)).toBeGreaterThan(0);
  });

  test('rejects a missing condition, another number of them, and an output of another size', async () => {
    const prior = ofClasses();
    const z = tf.ones([4, 2]);
    expect(() => prior.logProb(z)).toThrow('logProb: `options.condition` must be a tensor; got undefined.');
    expect(() => prior.logProb(z, { condition: labels() })).toThrow('must have shape [4]; got [3].');
    const network = embedding({ classes: 2, size: 3, random: createRandom(1) });
    expect(() =>
      createConditionalPrior(network, { latentSize: 2 }).sample([3, 2], createRandom(1), { condition: labels() }),
    ).toThrow('sample: `network output` must have shape [3, 4]; got [3, 3].');
    const [condition, three] = [labels(), tf.ones([3, 2])];
    await checkNoLeaks(() =>
      tf.dispose([prior.logProb(three, { condition }), prior.sample([3, 2], createRandom(1), { condition })]),
    );
  });
});
