import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import {
  bernoulli,
  createAdam,
  createDecoder,
  createGaussianEncoder,
  createPriorTrainer,
  createMixturePrior,
  createRandom,
  createVaeTrainer,
  createVampPrior,
  estimateLogLikelihood,
  importanceWeightedObjective,
  mlp,
  type ApplyOptions,
  type DiagonalGaussian,
  type GaussianEncoder,
  type VaeEncoder,
} from '../../src/index.js';
import { read } from '../support/close.js';
import { inScope } from '../support/in-scope.js';

inScope();

const random = () => createRandom(1);
const ours = () => createGaussianEncoder(mlp({ sizes: [3, 8, 4], random: random().fork('e') }), { latentSize: 2 });
const x = () => tf.clipByValue(random().normal([4, 3]), 0, 1);

/** An encoder as a class, whose members are not its own properties. */
class Encoder {
  readonly #inner = ours();
  get latentSize() {
    return this.#inner.latentSize;
  }
  get variables() {
    return this.#inner.variables;
  }
  encode(data: Tensor, options?: ApplyOptions): DiagonalGaussian {
    return this.#inner.encode(data, options);
  }
  dispose() {
    this.#inner.dispose();
  }
}

/** The numbers of a run, bits of which each encoder of the same Gaussian must give. */
async function numbersWith(encoder: VaeEncoder): Promise<number[]> {
  const network = mlp({ sizes: [2, 3], random: random().fork('d') });
  const decoder = createDecoder(network, { likelihood: bernoulli });
  const optimizer = () => createAdam({ learningRate: 0.1 });
  const numbers: number[] = [];
  for (const objective of [undefined, importanceWeightedObjective({ samples: 2 })]) {
    const trainer = createVaeTrainer({ encoder, decoder, objective, optimizer: optimizer(), random: random() });
    for (const metric of Object.values(trainer.step(x()))) numbers.push(...(await read(metric)));
  }
  const prior = createMixturePrior({ components: 2, latentSize: 2, random: random() });
  const second = createPriorTrainer({ prior, encoder, optimizer: optimizer(), random: random() });
  numbers.push(...(await read(second.step(x()).kl)));
  const { nats } = await estimateLogLikelihood({ encoder, decoder }, x(), { samples: 3, random: random() });
  const weights = await Promise.all(encoder.variables.map(read));
  return [...numbers, nats, ...weights.flat()];
}

const records: Readonly<Record<string, (encoder: GaussianEncoder) => VaeEncoder>> = {
  'a record with `encode`': ({ latentSize, variables, encode, dispose }) => ({
    latentSize,
    variables,
    encode: (data, options) => encode(data, options),
    dispose,
  }),
  'a record with `draw`': ({ latentSize, variables, draw, dispose }) => ({
    latentSize,
    variables,
    draw: (data, stream, options) => draw(data, stream, options),
    dispose,
  }),
  'a record with the `draw` of another encoder': ({ latentSize, variables, draw, dispose }) => ({
    latentSize,
    variables,
    draw,
    dispose,
  }),
  'an instance of a class with `encode`': () => new Encoder(),
};

describe('a user’s own encoder', () => {
  test.each(Object.keys(records))(
    'that is %s trains and is measured like the Gaussian encoder within',
    async (name) => {
      const expected = await numbersWith(ours());
      const found = await numbersWith(records[name]!(ours()));
      found.forEach((number, i) => expect(Math.abs(number - expected[i]!)).toBeLessThan(1e-5 * (1 + Math.abs(number))));
      if (name.includes('encode')) expect(found).toEqual(expected);
    },
  );

  test('with `encode` can be the encoder of a VampPrior', async () => {
    const inputs = x();
    const [own, expected] = [new Encoder(), ours()].map((encoder) => createVampPrior(encoder, { inputs }));
    const z = random().normal([3, 2]);
    expect(await read(own!.logProb(z))).toEqual(await read(expected!.logProb(z)));
  });

  test('without `encode` and `draw` is refused', () => {
    const { encode, draw, ...neither } = { ...ours() };
    const decoder = createDecoder(mlp({ sizes: [2, 3], random: random() }), { likelihood: bernoulli });
    const options = { decoder, optimizer: createAdam({ learningRate: 0.1 }), random: random() };
    expect([encode, draw]).toHaveLength(2);
    expect(() => createVaeTrainer({ ...options, encoder: neither as never })).toThrow(
      'createVaeTrainer: `encoder.encode` must be a function; got undefined.',
    );
  });
});
