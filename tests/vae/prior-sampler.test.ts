import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { learnedGaussian, uniformPrior, type LatentPrior } from '../../src/distributions/index.js';
import { mlp, type ApplyOptions } from '../../src/nets/index.js';
import { createRandom, type RandomStream } from '../../src/random/index.js';
import { ShapeError } from '../../src/tensor/errors.js';
import { createDecoder, createPriorSampler, type Decoder } from '../../src/vae/index.js';
import { read } from '../support/close.js';
import { fixed } from './parts.js';
import { checkNoLeaks } from '../support/checks.js';
import { inScope } from '../support/in-scope.js';

inScope();

const makeDecoder = (): Decoder =>
  createDecoder(mlp({ sizes: [3, 8], random: createRandom(1) }), { likelihood: learnedGaussian() });

describe.each([
  { name: 'no prior', prior: undefined, latents: (random: RandomStream) => random.normal([5, 3]) },
  { name: 'uniformPrior', prior: uniformPrior, latents: (random: RandomStream) => random.uniform([5, 3], -1, 1) },
])('with $name', ({ prior, latents }) => {
  test('draw gives the decoder’s means of latents that are drawn from the caller’s stream', async () => {
    const decoder = makeDecoder();
    const [own, other] = [createRandom(4), createRandom(4)];
    const drawn = createPriorSampler(decoder, { latentSize: 3, prior }).draw(5, own);
    expect(await read(drawn)).toEqual(await read(decoder.mean(latents(other))));
    expect(own.state()).toEqual(other.state());
  });

  test('sample gives the decoder’s samples, whose noise follows the latents in the same stream', async () => {
    const decoder = makeDecoder();
    const [own, other] = [createRandom(4), createRandom(4)];
    const sampled = createPriorSampler(decoder, { latentSize: 3, prior }).sample(5, own);
    expect(await read(sampled)).toEqual(await read(decoder.sample(latents(other), other)));
    expect(own.state()).toEqual(other.state());
  });
});

test('it passes its options on, and owns nothing', () => {
  const seen: (ApplyOptions | undefined)[] = [];
  const network = fixed((z, options) => {
    seen.push(options);
    return tf.concat([z, z], 1);
  });
  const sampler = createPriorSampler(createDecoder(network, { likelihood: learnedGaussian() }), { latentSize: 2 });
  const options = { condition: tf.tensor1d([3], 'int32') };
  sampler.draw(1, createRandom(1), options);
  sampler.sample(1, createRandom(1), options);
  sampler.draw(1, createRandom(1));
  expect(seen).toEqual([options, options, undefined]);
  expect(Object.keys(sampler)).toEqual(['latentSize', 'draw', 'sample']);
  expect(sampler.latentSize).toBe(2);
  expect(Object.isFrozen(sampler)).toBe(true);
});

test('nothing but the pictures is left behind, even by a call that throws', async () => {
  const decoder = makeDecoder();
  const random = createRandom(1);
  const sampler = createPriorSampler(decoder, { latentSize: 3 });
  await checkNoLeaks(() => [sampler.draw(2, random), sampler.sample(2, random)]);
  const wrong = createPriorSampler(decoder, { latentSize: 4 });
  const before = tf.memory().numTensors;
  expect(() => wrong.draw(2, random)).toThrow(ShapeError);
  expect(tf.memory().numTensors).toBe(before);
});

test('decoders, sizes, priors, counts and streams of another kind are rejected by name', () => {
  const decoder = makeDecoder();
  const random = createRandom(1);
  const { mean } = decoder;
  expect(() => createPriorSampler(undefined as unknown as Decoder, { latentSize: 3 })).toThrow(
    'createPriorSampler: `decoder.mean` must be a function; got undefined.',
  );
  expect(() => createPriorSampler({ mean } as Decoder, { latentSize: 3 })).toThrow('`decoder.sample` must be');
  expect(() => createPriorSampler(decoder, { latentSize: 0 })).toThrow(
    'createPriorSampler: `latentSize` must be a positive integer; got 0.',
  );
  expect(() => createPriorSampler(decoder, { latentSize: 3, prior: {} as LatentPrior })).toThrow(
    'createPriorSampler: `prior` must be a record with sample; got',
  );
  const misspelt = { latentSize: 3, priors: uniformPrior };
  expect(() => createPriorSampler(decoder, misspelt)).toThrow('createPriorSampler: `options` must be an object with');
  const sampler = createPriorSampler(decoder, { latentSize: 3 });
  const flat: LatentPrior = { sample: ([n]): Tensor => tf.ones([n!]) };
  const astray = createPriorSampler(decoder, { latentSize: 3, prior: flat });
  for (const name of ['draw', 'sample'] as const) {
    expect(() => sampler[name](0, random)).toThrow(`${name}: \`n\` must be a positive integer; got 0.`);
    expect(() => sampler[name](2, undefined as unknown as RandomStream)).toThrow(
      `${name}: \`random\` must be a random stream; got undefined.`,
    );
    expect(() => astray[name](2, random)).toThrow(`${name}: \`prior.sample(...)\` must have shape [2, 3]; got [2].`);
  }
});
