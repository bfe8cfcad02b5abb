import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { gaussianPrior } from '../../../src/distributions/index.js';
import type { Part } from '../../../src/nets/index.js';
import { createRandom, type RandomStream } from '../../../src/random/index.js';
import { createAdam, createTrainer } from '../../../src/training/index.js';
import { createFlowPrior } from '../../../src/vae/index.js';
import { coupling, type Halves } from '../../../src/vae/priors/coupling.js';
import { checkGradients, checkNoLeaks } from '../../support/checks.js';
import { expectClose, expectOracle, read } from '../../support/close.js';
import { inScope } from '../../support/in-scope.js';
import { fixed } from '../parts.js';

inScope();

/** A GPU in software compiles shaders for each shape. */
const isSlow = /web/.test(tf.getBackend());

/** Moves all variables away from where they start. */
function moved<P extends Part>(part: P, random: RandomStream, by = 0.2): P {
  for (const variable of part.variables) variable.assign(tf.add(variable, tf.mul(by, random.normal(variable.shape))));
  return part;
}

const flow = (latentSize: number, layers = 4) =>
  moved(createFlowPrior({ latentSize, layers, width: 6, random: createRandom(1) }), createRandom(2));

describe('an affine coupling', () => {
  test('of scale 2 and shift 1 has the density of its change of variables', async () => {
    // the bounded logarithm 3 tanh(raw / 3) is log 2
    const raw = 3 * Math.atanh(Math.LN2 / 3);
    const { toNoise } = coupling(
      fixed((a) => tf.concat([tf.fill(a.shape, raw), tf.ones(a.shape)], 1)),
      false,
    );
    const { u, logScale } = toNoise([tf.tensor2d([[0.5]]), tf.tensor2d([[2]])]);
    await expectOracle(tf.sub(gaussianPrior.logProb(tf.concat([...u], 1)), logScale), -2.7810244, { relative: 1e-6 });
  });
});

describe('createFlowPrior', () => {
  test('starts as N(0, I), bit for bit', async () => {
    const prior = createFlowPrior({ latentSize: 5, random: createRandom(3) });
    const z = prior.sample([4, 5], createRandom(4));
    expect(await read(z)).toEqual(await read(createRandom(4).normal([4, 5])));
    expect(await read(prior.logProb(z))).toEqual(await read(gaussianPrior.logProb(z)));
  });

  test('maps noise to latents and back, also far out', async () => {
    const prior = flow(5);
    const noise = tf.mul(3, createRandom(5).normal([20, 5]));
    const z = prior.sample([20, 5], { ...createRandom(5), normal: () => tf.clone(noise) });
    // the couplings with the networks written out
    const networks = Array.from({ length: 4 }, (_, i) => {
      const [w1, b1, w2, b2, w3, b3] = prior.variables.slice(6 * i, 6 * i + 6);
      const swish = (x: Tensor): Tensor => tf.mul(x, tf.sigmoid(x));
      return fixed((a) => {
        const hidden = swish(tf.add(tf.matMul(swish(tf.add(tf.matMul(a, w1!), b1!)), w2!), b2!));
        return tf.add(tf.matMul(hidden, w3!), b3!);
      });
    });
    let back: Halves = tf.split(z, [2, 3], 1) as [Tensor, Tensor];
    for (let i = 3; i >= 0; i--) back = coupling(networks[i]!, i % 2 === 1).toNoise(back).u;
    await expectClose(tf.concat([...back], 1), await read(noise), { absolute: 1e-5, relative: 1e-5 });
    expect((await read(tf.max(tf.abs(tf.sub(z, noise)))))[0]).toBeGreaterThan(0.5);
  });

  test('has the determinant that finite differences of its samples have, in three dimensions', async () => {
    const prior = flow(3);
    const at = createRandom(6).normal([1, 3]);
    const step = 1e-2;
    const shifts = tf.mul(step, tf.concat([tf.eye(3), tf.neg(tf.eye(3))]));
    const noise = tf.concat([at, tf.add(at, shifts)]);
    const z = prior.sample([7, 3], { ...createRandom(5), normal: () => tf.clone(noise) });
    const rows = await read(z);
    const row = (i: number): number[] => rows.slice(3 * i, 3 * i + 3);
    const [a, b, c] = [0, 1, 2].map((j) => row(1 + j).map((value, k) => (value - row(4 + j)[k]!) / (2 * step))) as [
      number[],
      number[],
      number[],
    ];
    const det =
      a[0]! * (b[1]! * c[2]! - b[2]! * c[1]!) -
      a[1]! * (b[0]! * c[2]! - b[2]! * c[0]!) +
      a[2]! * (b[0]! * c[1]! - b[1]! * c[0]!);
    const [ofNoise] = await read(gaussianPrior.logProb(at));
    const [ofLatents] = await read(prior.logProb(tf.slice(z, 0, 1)));
    expect(Math.abs(Math.log(Math.abs(det)))).toBeGreaterThan(0.05);
    await expectClose(ofLatents!, ofNoise! - Math.log(Math.abs(det)), { absolute: 2e-3 });
  });

  test('integrates to 1 over a grid in two dimensions', async () => {
    const [from, cells] = [-9, 240];
    const width = (-2 * from) / cells;
    const ticks = tf.add(tf.mul(tf.range(0, cells), width), from + width / 2);
    const points = tf.stack(
      [tf.tile(ticks, [cells]), tf.reshape(tf.tile(tf.reshape(ticks, [-1, 1]), [1, cells]), [-1])],
      1,
    );
    const [mass] = await read(tf.mul(width ** 2, tf.sum(tf.exp(flow(2).logProb(points)))));
    await expectClose(mass!, 1, { absolute: 1e-3, relative: 0 });
  });

  test('has the gradients of finite differences, also far out', async () => {
    const prior = flow(3, 2);
    const z = tf.mul(tf.tensor2d([[1], [20]]), createRandom(7).normal([2, 3]));
    await checkGradients((at) => prior.logProb(at), [z]);
  });

  test.skipIf(isSlow)(
    'is a density model of its own: trained on a curved cloud, it gains what a Gaussian cannot',
    async () => {
      const cloud = (rows: number, random: RandomStream): Tensor =>
        tf.tidy(() => {
          const a = random.normal([rows, 1]);
          return tf.concat([a, tf.add(tf.square(a), tf.mul(0.2, random.normal([rows, 1])))], 1);
        });
      const prior = createFlowPrior({ latentSize: 2, layers: 2, width: 16, random: createRandom(8) });
      const trainer = createTrainer({
        name: 'flow',
        parts: { prior },
        optimizer: createAdam({ learningRate: 0.02 }),
        random: createRandom(9),
        loss: ({ x }) => ({ loss: tf.neg(tf.mean(prior.logProb(x))) }),
      });
      const random = createRandom(10);
      for (let i = 0; i < 150; i++) tf.tidy(() => void trainer.step(cloud(128, random)));
      const test = cloud(2000, createRandom(11));
      const [nats] = await read(tf.mean(prior.logProb(test)));
      // its entropy is log(2 pi e) + log 0.2 = 1.228 nats; that of the best Gaussian, of variances 1 and 2.04, is 3.19
      expect(nats).toBeGreaterThan(-2.7);
      expect(nats).toBeLessThan(-1.1);
      trainer.dispose();
    },
  );

  test('leaves no tensor behind', async () => {
    const prior = flow(3);
    const z = createRandom(3).normal([2, 3]);
    await checkNoLeaks(() => tf.dispose([prior.logProb(z), prior.sample([2, 3], createRandom(4))]));
    prior.dispose();
    expect(() => prior.logProb(z)).toThrow('logProb: `prior` must not be disposed');
  });

  test('rejects a size of 1, one layer, and latents of another size', () => {
    const random = createRandom(1);
    expect(() => createFlowPrior({ latentSize: 1, random })).toThrow('createFlowPrior: `latentSize` must be');
    expect(() => createFlowPrior({ latentSize: 2, layers: 1, random })).toThrow('createFlowPrior: `layers` must be');
    expect(() => flow(3).logProb(tf.ones([2, 2]))).toThrow('logProb: `z` must have shape [?, 3]; got [2, 2].');
  });
});
