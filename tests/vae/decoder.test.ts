import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { bernoulli, learnedGaussian, type Likelihood } from '../../src/distributions/index.js';
import { mlp, type ApplyOptions, type Network } from '../../src/nets/index.js';
import { createRandom } from '../../src/random/index.js';
import { ShapeError } from '../../src/tensor/errors.js';
import { createDecoder } from '../../src/vae/index.js';
import { expectClose, read } from '../support/close.js';
import { fixed } from './parts.js';
import { checkNoLeaks } from '../support/checks.js';
import { inScope } from '../support/in-scope.js';

inScope();

describe('createDecoder', () => {
  test('interprets the network through the likelihood: parameters, mean, sample', async () => {
    const network = mlp({ sizes: [2, 6], random: createRandom(1) });
    const decoder = createDecoder(network, { likelihood: learnedGaussian() });
    const z = createRandom(2).normal([4, 2]);
    const parameters = network.apply(z);
    await expectClose(decoder.decode(z), parameters);
    await expectClose(decoder.mean(z), learnedGaussian().mean(parameters));
    const sample = decoder.sample(z, createRandom(3));
    expect(sample.shape).toEqual([4, 3]);
    expect(await read(sample)).toEqual(await read(learnedGaussian().sample(parameters, createRandom(3))));
    expect(decoder.variables).toBe(network.variables);
  });

  test('passes its options to the network in all three', () => {
    const seen: (ApplyOptions | undefined)[] = [];
    const network = fixed((z, options) => {
      seen.push(options);
      return z;
    });
    const decoder = createDecoder(network, { likelihood: bernoulli });
    const options = { condition: tf.tensor1d([3], 'int32') };
    const z = tf.zeros([1, 2]);
    decoder.decode(z, options);
    decoder.mean(z, options);
    decoder.sample(z, createRandom(1), options);
    expect(seen).toEqual([options, options, options]);
    decoder.dispose();
    expect(network.disposals).toBe(1);
  });

  test('rejects anything but a network, a likelihood and float32 latents, before anything is made', async () => {
    const network = fixed((z) => z);
    expect(() => createDecoder({} as Network, { likelihood: bernoulli })).toThrow('`network` must be a network');
    const half = { ...bernoulli, sample: undefined } as unknown as Likelihood;
    expect(() => createDecoder(network, { likelihood: half })).toThrow(
      '`likelihood` must be a record with logProb, mean, sample',
    );
    const sizeless = { ...bernoulli, parameterSize: 0 };
    expect(() => createDecoder(network, { likelihood: sizeless })).toThrow(
      '`likelihood.parameterSize` must be a positive',
    );
    const decoder = createDecoder(network, { likelihood: bernoulli });
    const [integers, flat, z] = [tf.ones([1, 2], 'int32'), tf.ones([2]), tf.ones([1, 2])];
    expect(() => decoder.decode(integers)).toThrow('decode: `z` must be float32; got int32');
    expect(() => decoder.mean(flat)).toThrow(ShapeError);
    await checkNoLeaks(() => expect(() => decoder.sample(z, undefined as never)).toThrow('`random` must be a random'));
    await checkNoLeaks(() => [decoder.decode(z), decoder.mean(z), decoder.sample(z, createRandom(1))]);
  });
});
