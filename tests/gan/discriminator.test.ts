import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { createDiscriminator } from '../../src/gan/index.js';
import { dense, flatten, mlp, sequential, type ApplyOptions, type Network } from '../../src/nets/index.js';
import { createRandom } from '../../src/random/index.js';
import { ShapeError } from '../../src/tensor/errors.js';
import { expectClose, read } from '../support/close.js';
import { inScope } from '../support/in-scope.js';

inScope();

/** A network without variables, whose output is a function of the input. */
const networkOf = (apply: Network['apply']): Network => ({ apply, variables: [], dispose: () => undefined });

test('the logits are the network’s output, without a limit, and the probability is their sigmoid', async () => {
  const discriminator = createDiscriminator(networkOf((x) => tf.sum(x, 1, true)));
  const x = tf.tensor2d([
    [0.25, 0.5],
    [-100, 0],
    [-1, 1],
  ]);
  await expectClose(discriminator.logits(x), [0.75, -100, 0]);
  const probabilities = await read(discriminator.probability(x));
  await expectClose(probabilities, [1 / (1 + Math.exp(-0.75)), 0, 0.5]);
  expect(discriminator.probability(x).shape).toEqual([3, 1]);
});

test('it passes all options to its network, lists what that owns, and frees it', () => {
  const seen: (ApplyOptions | undefined)[] = [];
  const [weight, statistic] = [tf.variable(tf.scalar(1)), tf.variable(tf.scalar(2), false)];
  let freed = 0;
  const discriminator = createDiscriminator({
    apply: (x, options) => {
      seen.push(options);
      return tf.mean(x, 1, true);
    },
    variables: [weight],
    buffers: [statistic],
    notResumable: 'a reason',
    dispose: () => freed++,
  });
  const options = { training: true, condition: tf.tensor1d([1], 'int32') };
  discriminator.logits(tf.ones([1, 2]), options);
  discriminator.probability(tf.ones([1, 2]), options);
  discriminator.logits(tf.ones([1, 2]));
  expect(seen).toEqual([options, options, undefined]);
  expect(discriminator.variables).toEqual([weight]);
  expect(discriminator.buffers).toEqual([statistic]);
  expect(discriminator.notResumable).toBe('a reason');
  expect(Object.isFrozen(discriminator)).toBe(true);
  discriminator.dispose();
  expect(freed).toBe(1);
  const plain = createDiscriminator(networkOf((x) => x));
  expect([plain.buffers, plain.notResumable]).toEqual([[], undefined]);
});

test('no tensor is left by a call, by a rejected call, or after dispose', () => {
  const before = tf.memory().numTensors;
  const random = createRandom(1);
  const make = (units: number) => createDiscriminator(sequential([flatten(), dense({ inputs: 4, units, random })]));
  const [good, wide] = [make(1), make(2)];
  const x = tf.ones([3, 2, 2, 1]);
  const made = tf.memory().numTensors;
  tf.dispose([good.logits(x), good.probability(x)]);
  expect(() => wide.logits(x)).toThrow(ShapeError);
  expect(() => wide.probability(x)).toThrow(ShapeError);
  expect(tf.memory().numTensors).toBe(made);
  good.dispose();
  wide.dispose();
  x.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

test('a network with an output of another shape is rejected with the remedy', () => {
  const remedy = 'End the network with a layer of one unit, without an activation.';
  const x = tf.ones([3, 2]);
  const flat = createDiscriminator(networkOf((input) => tf.mean(input, 1)));
  expect(() => flat.logits(x)).toThrow(`logits: \`network output\` must have shape [3, 1]; got [3]. ${remedy}`);
  const wide = createDiscriminator(mlp({ sizes: [2, 2], random: createRandom(1) }));
  expect(() => wide.logits(x)).toThrow(`logits: \`network output\` must have shape [3, 1]; got [3, 2]. ${remedy}`);
  const one = createDiscriminator(networkOf((input) => tf.mean(input, undefined, true)));
  expect(() => one.logits(x)).toThrow('must have shape [3, 1]; got [1, 1].');
});

test('inputs of another kind and values that are not networks are rejected by name', () => {
  const discriminator = createDiscriminator(networkOf((x) => x));
  const images = tf.ones([2, 8, 8, 1], 'int32');
  const advice = 'must be float32; got int32. Cast with tf.cast; divide bytes by 255.';
  expect(() => discriminator.logits(images)).toThrow(`logits: \`x\` ${advice}`);
  expect(() => discriminator.probability(images)).toThrow(`probability: \`x\` ${advice}`);
  expect(() => discriminator.logits(tf.ones([2]))).toThrow('logits: `x` must have shape [?, 2]; got [2].');
  expect(() => discriminator.logits(undefined as unknown as Tensor)).toThrow(TypeError);
  expect(() => createDiscriminator(undefined as unknown as Network)).toThrow(
    'createDiscriminator: `network` must be a network, with apply, variables and dispose; got undefined.',
  );
});
