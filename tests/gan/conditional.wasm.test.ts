import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import {
  createDiscriminator,
  createGenerator,
  nonSaturatingLoss,
  r1Penalty,
  type Discriminator,
  type Generator,
} from '../../src/gan/index.js';
import {
  dense,
  embedding,
  layerNorm,
  mlp,
  sequential,
  spectralNorm,
  swish,
  withCondition,
  withProjection,
  withScaleAndShift,
  type Network,
} from '../../src/nets/index.js';
import { createRandom, type RandomStream } from '../../src/random/index.js';
import { valueAndGradients } from '../../src/training/index.js';
import { expectClose, read } from '../support/close.js';
import { checkGradients, checkSecondGradients } from '../support/checks.js';
import { inScope } from '../support/in-scope.js';

inScope();

const classes = 3;
const [latentSize, label, data, features] = [2, 4, 5, 6];

/** A network that maps a condition to a vector: an embedding for labels, a dense layer for vectors of two numbers. */
type Labels = (size: number, random: RandomStream) => Network;
const ofLabels: Labels = (size, random) => embedding({ classes, size, random });
const ofVectors: Labels = (size, random) => dense({ inputs: 2, units: size, random });

/** The label is concatenated to the latents, and scales and shifts the output of a norm. */
function generatorOf(labels: Labels, random: RandomStream): Generator {
  const hidden = dense({ inputs: latentSize + label, units: 8, random: random.fork('hidden') });
  const norm = withScaleAndShift(layerNorm({ inputs: 8 }), labels(2 * 8, random.fork('norm')));
  const last = mlp({ sizes: [8, 8, data], activation: swish, random: random.fork('last') });
  const body = sequential([hidden, norm, last]);
  return createGenerator(withCondition(body, labels(label, random.fork('labels'))), { latentSize });
}

/** The projection of the features on a vector for the label is added to the logit. */
function discriminatorOf(labels: Labels, random: RandomStream): Discriminator {
  const body = mlp({ sizes: [data, 8, features], activation: swish, random: random.fork('body') });
  const head = spectralNorm(dense({ inputs: features, units: 1, random: random.fork('head') }));
  return createDiscriminator(sequential([body, withProjection(head, labels(features, random.fork('labels')))]));
}

const made = (labels: Labels) => ({
  generator: generatorOf(labels, createRandom(1)),
  discriminator: discriminatorOf(labels, createRandom(2)),
});

const condition = () => tf.tensor1d([0, 2, 1, 2], 'int32');

describe('a generator and a discriminator of classes, composed of the layers', () => {
  test('give data and logits that depend on each example’s own label', async () => {
    const { generator, discriminator } = made(ofLabels);
    const z = tf.tile(createRandom(3).normal([1, latentSize]), [4, 1]);
    const images = generator.generate(z, { condition: condition() });
    const logits = discriminator.logits(tf.ones([4, data]), { condition: condition() });
    expect([images.shape, logits.shape]).toEqual([
      [4, data],
      [4, 1],
    ]);
    for (const [values, size] of [
      [await read(images), data],
      [await read(logits), 1],
    ] as const) {
      const rows = [0, 1, 2, 3].map((i) => values.slice(i * size, (i + 1) * size));
      await expectClose(rows[3]!, rows[1]!, { relative: 1e-5 });
      for (const other of [0, 2]) expect(Math.abs(rows[other]![0]! - rows[1]![0]!)).toBeGreaterThan(1e-3);
    }
    const samples = generator.sample(4, createRandom(4), { condition: condition() });
    const same = generator.generate(createRandom(4).normal([4, latentSize]), { condition: condition() });
    expect(await read(samples)).toEqual(await read(same));
  });

  test('take -1 for no label, and require a label', async () => {
    const { generator, discriminator } = made(ofLabels);
    const x = createRandom(5).normal([1, data]);
    const none = { condition: tf.tensor1d([-1], 'int32') };
    expect(await read(generator.sample(1, createRandom(1), none))).toHaveLength(data);
    expect(await read(discriminator.probability(x, none))).toHaveLength(1);
    expect(() => generator.sample(1, createRandom(1))).toThrow('sample: `options.condition` must be a tensor');
    expect(() => discriminator.logits(x)).toThrow('logits: `options.condition` must be a tensor');
  });

  test('a change of the label changes the logit by the difference of its projections', async () => {
    const { discriminator } = made(ofLabels);
    const x = createRandom(6).normal([1, data]);
    const logit = (c: number): Tensor => discriminator.logits(x, { condition: tf.tensor1d([c], 'int32') });
    // phi(x), from a discriminator with the same initial weights but no head
    const body = mlp({ sizes: [data, 8, features], activation: swish, random: createRandom(2).fork('body') });
    const vectors = await read(discriminator.variables.at(-1)!);
    const phi = await read(body.apply(x));
    const projection = (c: number): number =>
      phi.reduce((sum, value, j) => sum + value * vectors[c * features + j]!, 0);
    for (const [one, other] of [
      [0, 1],
      [2, 1],
    ] as const) {
      await expectClose(tf.sub(logit(one), logit(other)), projection(one) - projection(other), { absolute: 1e-5 });
    }
    await expectClose(tf.sub(logit(0), logit(-1)), projection(0), { absolute: 1e-5 });
  });

  test('the gradient of the generator’s loss reaches the vectors of the labels that were drawn, and only those', async () => {
    const { generator, discriminator } = made(ofLabels);
    const z = createRandom(7).normal([2, latentSize]);
    const options = { condition: tf.tensor1d([0, 2], 'int32') };
    const loss = (): Tensor =>
      nonSaturatingLoss.generator(discriminator.logits(generator.generate(z, options), options));
    const { gradients } = valueAndGradients(loss, generator.variables);
    const vectors = generator.variables.filter(({ shape }) => shape[0] === classes);
    expect(vectors).toHaveLength(2);
    for (const vector of vectors) {
      const rows = await read(tf.sum(tf.abs(gradients[generator.variables.indexOf(vector)]!), 1));
      expect(rows.map((size) => size > 0)).toEqual([true, false, true]);
    }
  });
});

describe('for conditions that are vectors', () => {
  const vectors = () => createRandom(8).normal([3, 2]);

  test('the derivative of the logits in the condition agrees with finite differences, through both networks', async () => {
    const { generator, discriminator } = made(ofVectors);
    const [x, z] = [createRandom(9).normal([3, data]), createRandom(10).normal([3, latentSize])];
    await checkGradients((given) => discriminator.logits(x, { condition: given }), [vectors()]);
    await checkGradients((given) => generator.generate(z, { condition: given }), [vectors()]);
    await checkGradients(
      (given) => discriminator.logits(generator.generate(z, { condition: given }), { condition: given }),
      [vectors()],
    );
  });

  test('so does that of a penalty with the discriminator bound to the condition', async () => {
    const { discriminator } = made(ofVectors);
    const x = createRandom(11).normal([3, data]);
    const bound = (given: Tensor) => ({ logits: (y: Tensor) => discriminator.logits(y, { condition: given }) });
    await checkSecondGradients((given) => r1Penalty(bound(given), x), [vectors()]);
  });
});
