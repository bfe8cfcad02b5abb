import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { gaussianKl, gaussianPrior, uniformPrior } from '../../src/distributions/index.js';
import { mlp } from '../../src/nets/index.js';
import { createRandom } from '../../src/random/index.js';
import { createGaussianEncoder, latentKl, type LatentDraw } from '../../src/vae/index.js';
import { checkNoLeaks } from '../support/checks.js';
import { expectClose, read } from '../support/close.js';
import { inScope } from '../support/in-scope.js';

inScope();

const encoder = () =>
  createGaussianEncoder(mlp({ sizes: [3, 8, 4], random: createRandom(1).fork('encoder') }), { latentSize: 2 });
const x = () => createRandom(2).normal([5, 3]);

describe('the draw of a Gaussian encoder', () => {
  test('is sample-major, and its log-density is that of its Gaussians', async () => {
    const { z, logProb, gaussians } = encoder().draw(x(), createRandom(3), { samples: 4 });
    expect([z.shape, logProb.shape, gaussians![0]!.mean.shape]).toEqual([[20, 2], [20], [20, 2]]);
    const { mean, logVariance } = encoder().encode(x());
    const rows = (parameter: tf.Tensor) => tf.concat([parameter, parameter, parameter, parameter]);
    await expectClose(gaussians![0]!.mean, await read(rows(mean)));
    const distance = tf.div(tf.square(tf.sub(z, rows(mean))), tf.exp(rows(logVariance)));
    const expected = tf.mul(-0.5, tf.sum(tf.add(tf.add(Math.log(2 * Math.PI), rows(logVariance)), distance), 1));
    await expectClose(logProb, await read(expected), { absolute: 1e-4 });
  });

  test('leaves only the tensors that it returns', async () => {
    const [one, data] = [encoder(), x()];
    await checkNoLeaks(() => tf.dispose(one.draw(data, createRandom(3), { samples: 2 }) as never));
  });
});

describe('latentKl', () => {
  test('is in closed form against Gaussians, a row for each latent', async () => {
    const draw = encoder().draw(x(), createRandom(3), { samples: 2 });
    const expected = await read(gaussianKl(encoder().encode(x())));
    await expectClose(latentKl(draw, gaussianPrior), [...expected, ...expected]);
    // a copy has no note, and the general form gives the same
    await expectClose(latentKl(draw, { ...gaussianPrior }), [...expected, ...expected]);
  });

  test('is the difference of log-densities at the draw elsewhere', async () => {
    const { z, logProb, gaussians } = encoder().draw(x(), createRandom(3));
    const prior = { ...gaussianPrior, blocks: undefined as never };
    await expectClose(
      latentKl({ z, logProb, gaussians }, prior),
      await read(tf.sub(logProb, gaussianPrior.logProb(z))),
    );
    const halves: LatentDraw['gaussians'] = tf.split(z, 2, 1).map((mean) => ({ mean, logVariance: tf.zeros([5, 1]) }));
    const inBlocks = latentKl({ z, logProb, gaussians: halves }, gaussianPrior);
    await expectClose(inBlocks, await read(tf.sub(logProb, gaussianPrior.logProb(z))));
  });

  test('is infinite where the prior has no mass', async () => {
    const z = tf.tensor2d([
      [0.5, 0],
      [0, 2],
    ]);
    await expectClose(uniformPrior.logProb(z), [-2 * Math.LN2, -Infinity]);
  });
});

test('a copy of the standard prior with another density has the divergence from that density', async () => {
  const draw = encoder().draw(x(), createRandom(3));
  const logProb = (z: tf.Tensor): tf.Tensor => tf.neg(tf.sum(tf.abs(z), 1));
  const expected = await read(tf.sub(draw.logProb, logProb(draw.z)));
  await expectClose(latentKl(draw, { ...gaussianPrior, logProb }), expected, { absolute: 1e-4 });
  // the density alone decides: a copy with other samples has the closed form
  const { sample } = uniformPrior;
  await expectClose(latentKl(draw, { ...gaussianPrior, sample }), await read(latentKl(draw, gaussianPrior)));
});
