import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { gaussianPrior, type LatentPrior, uniformPrior } from '../../src/distributions/index.js';
import { createGenerator } from '../../src/gan/index.js';
import { batchNorm, dense, mlp, sequential, type ApplyOptions, type Network } from '../../src/nets/index.js';
import { createRandom, type RandomStream } from '../../src/random/index.js';
import { ShapeError } from '../../src/tensor/errors.js';
import { expectClose, read } from '../support/close.js';
import { checkGradients } from '../support/checks.js';
import { inScope } from '../support/in-scope.js';

inScope();

/** A network without variables, whose output is a function of the input. */
const networkOf = (apply: Network['apply']): Network => ({ apply, variables: [], dispose: () => undefined });

test('what it generates is the network’s output, and gradients reach the latents', async () => {
  const generator = createGenerator(mlp({ sizes: [3, 4, 2], random: createRandom(1) }), { latentSize: 3 });
  const twice = createGenerator(
    networkOf((z) => tf.mul(2, z)),
    { latentSize: 2 },
  );
  await expectClose(twice.generate(tf.tensor2d([[1, -0.5]])), [2, -1]);
  await checkGradients((z) => generator.generate(z), [createRandom(2).normal([2, 3])]);
  expect([generator.latentSize, twice.latentSize]).toEqual([3, 2]);
});

test.each([
  { name: 'gaussianPrior', prior: gaussianPrior, draw: (random: RandomStream) => random.normal([5, 3]) },
  { name: 'no prior', prior: undefined, draw: (random: RandomStream) => random.normal([5, 3]) },
  { name: 'uniformPrior', prior: uniformPrior, draw: (random: RandomStream) => random.uniform([5, 3], -1, 1) },
])('with $name its latents are drawn from the caller’s stream, and from no other', async ({ prior, draw }) => {
  const generator = createGenerator(
    networkOf((z) => tf.mul(3, z)),
    { latentSize: 3, prior },
  );
  const [one, other, third] = [createRandom(4), createRandom(4), createRandom(4)];
  const latents = generator.sampleLatent(5, one);
  const expected = draw(other);
  expect(latents.shape).toEqual([5, 3]);
  expect(await read(latents)).toEqual(await read(expected));
  expect(one.state()).toEqual(other.state());
  const options = { training: true, random: createRandom(9) };
  const samples = generator.sample(5, third, options);
  expect(third.state()).toEqual(other.state());
  expect(options.random.state()).toEqual(createRandom(9).state());
  expect(await read(samples)).toEqual(await read(tf.mul(3, expected)));
});

test('a custom prior is called with the shape and the stream', async () => {
  const asked: unknown[] = [];
  const prior: LatentPrior = {
    sample: (shape, random) => {
      asked.push([shape, random]);
      return tf.fill([...shape], 0.5);
    },
  };
  const generator = createGenerator(
    networkOf((z) => tf.clone(z)),
    { latentSize: 2, prior },
  );
  const random = createRandom(1);
  await expectClose(generator.sample(1, random), [0.5, 0.5]);
  expect(asked).toEqual([[[1, 2], random]]);
});

test('it passes all options to its network, lists what that owns, and frees it', () => {
  const seen: (ApplyOptions | undefined)[] = [];
  const [weight, statistic] = [tf.variable(tf.scalar(1)), tf.variable(tf.scalar(2), false)];
  let freed = 0;
  const generator = createGenerator(
    {
      apply: (z, options) => {
        seen.push(options);
        return tf.mul(z, weight);
      },
      variables: [weight],
      buffers: [statistic],
      notResumable: 'a reason',
      dispose: () => freed++,
    },
    { latentSize: 2 },
  );
  const options = { training: true, condition: tf.tensor1d([1], 'int32') };
  generator.generate(tf.ones([1, 2]), options);
  generator.draw(1, createRandom(1), options);
  generator.sample(1, createRandom(1), options);
  generator.generate(tf.ones([1, 2]));
  generator.draw(1, createRandom(1));
  generator.sample(1, createRandom(1));
  expect(seen).toEqual([options, options, options, undefined, undefined, undefined]);
  expect(generator.variables).toEqual([weight]);
  expect(generator.buffers).toEqual([statistic]);
  expect(generator.notResumable).toBe('a reason');
  expect(Object.isFrozen(generator)).toBe(true);
  generator.dispose();
  expect(freed).toBe(1);
  const plain = createGenerator(
    networkOf((z) => z),
    { latentSize: 2 },
  );
  expect([plain.buffers, plain.notResumable]).toEqual([[], undefined]);
});

test('draw and sample are the same', async () => {
  const generator = createGenerator(
    networkOf((z) => tf.mul(3, z)),
    { latentSize: 2 },
  );
  expect(await read(generator.draw(3, createRandom(1)))).toEqual(await read(generator.sample(3, createRandom(1))));
});

test('a sample without options does not update statistics', async () => {
  const random = createRandom(1);
  const body = dense({ inputs: 2, units: 3, random });
  const generator = createGenerator(sequential([body, batchNorm({ inputs: 3 })]), { latentSize: 2 });
  const statistics = (): Promise<number[][]> => Promise.all(generator.buffers!.map(read));
  const before = await statistics();
  generator.sample(8, random);
  expect(await statistics()).toEqual(before);
  generator.sample(8, random, { training: true });
  expect(await statistics()).not.toEqual(before);
});

test('no tensor is left by a call, by a rejected call, or after dispose', () => {
  const before = tf.memory().numTensors;
  const random = createRandom(1);
  const good = createGenerator(mlp({ sizes: [2, 4, 3], random }), { latentSize: 2 });
  const bad = createGenerator(
    networkOf((z) => tf.sum(tf.square(z))),
    { latentSize: 2 },
  );
  const wrong: LatentPrior = { sample: ([n]) => tf.ones([n!]) };
  const astray = createGenerator(
    networkOf((z) => z),
    { latentSize: 2, prior: wrong },
  );
  const z = tf.ones([3, 2]);
  const made = tf.memory().numTensors;
  tf.dispose([good.generate(z), good.sampleLatent(3, random), good.draw(3, random), good.sample(3, random)]);
  expect(() => bad.generate(z)).toThrow(ShapeError);
  expect(() => bad.sample(3, random)).toThrow(ShapeError);
  expect(() => astray.sampleLatent(3, random)).toThrow(ShapeError);
  expect(() => astray.sample(3, random)).toThrow(ShapeError);
  expect(tf.memory().numTensors).toBe(made);
  good.dispose();
  z.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

test('an output that is not one for each latent, and latents of another size, are rejected with both shapes', () => {
  const doubling = createGenerator(
    networkOf((z) => tf.concat([z, z])),
    { latentSize: 2 },
  );
  expect(() => doubling.generate(tf.ones([3, 2]))).toThrow(
    'generate: `network output` must have shape [3, 2]; got [6, 2]. The first axis is the batch.',
  );
  expect(() => doubling.sample(3, createRandom(1))).toThrow('sample: `network output` must have shape [3, 2];');
  const fix = 'It must have one latent vector per example.';
  expect(() => doubling.generate(tf.ones([3, 4]))).toThrow(
    `generate: \`z\` must have shape [?, 2]; got [3, 4]. ${fix}`,
  );
  expect(() => doubling.generate(tf.ones([2]))).toThrow(`generate: \`z\` must have shape [?, 2]; got [2]. ${fix}`);
  expect(() => doubling.generate(tf.ones([3, 2], 'int32'))).toThrow('generate: `z` must be float32; got int32.');
});

test('counts, streams, sizes and priors of another kind are rejected by name', () => {
  const network = networkOf((z) => z);
  const generator = createGenerator(network, { latentSize: 2 });
  const random = createRandom(1);
  for (const [name, call] of [
    ['sampleLatent', generator.sampleLatent],
    ['draw', generator.draw],
    ['sample', generator.sample],
  ] as const) {
    expect(() => call(0, random)).toThrow(`${name}: \`n\` must be a positive integer; got 0.`);
    expect(() => call(2.5, random)).toThrow(RangeError);
    expect(() => call(tf.ones([3, 2]) as unknown as number, random)).toThrow(TypeError);
    expect(() => call(2, undefined as unknown as RandomStream)).toThrow(
      `${name}: \`random\` must be a random stream; got undefined. Make one with createRandom(seed).`,
    );
  }
  expect(() => createGenerator(network, { latentSize: 0 })).toThrow(
    'createGenerator: `latentSize` must be a positive integer; got 0.',
  );
  expect(() => createGenerator(undefined as unknown as Network, { latentSize: 2 })).toThrow(
    'createGenerator: `network` must be a network, with apply, variables and dispose; got undefined.',
  );
  expect(() => createGenerator(network, { latentSize: 2, prior: {} as LatentPrior })).toThrow(
    'createGenerator: `prior` must be a record with sample; got {}. Import one and hand it over: gaussianPrior, uniformPrior.',
  );
  expect(() => createGenerator(network, { latentSize: 2, prior: null as unknown as LatentPrior })).toThrow(TypeError);
  expect(() => generator.generate(undefined as unknown as Tensor)).toThrow(TypeError);
});
