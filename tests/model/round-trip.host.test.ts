import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import type { TableModel } from '../../src/tables/index.js';
import { predictorOf } from '../../src/tables/table-predictor.js';
import type { TokenModel } from '../../src/tokens/index.js';
import { makers } from '../../src/model/makers.js';
import { kindOfPart } from '../../src/model/part-kinds.js';
import { describeModel, loadModel, saveModel } from '../../src/model/index.js';
import * as g from '../../src/index.js';
import type { Network, Part } from '../../src/nets/network.js';
import { inputOf, type NetworkCase } from '../nets/network-case.js';
import type { Quantizer } from '../../src/tokens/quantizers/quantizer.js';
import { networks, parts } from './models.js';
import { inScope } from '../support/in-scope.js';

inScope();

const numbers = async (tensors: readonly Tensor[]): Promise<readonly (readonly number[])[]> =>
  Promise.all(tensors.map(async (tensor) => [...(await tensor.data())]));
const all = ({ variables, buffers = [] }: Part): readonly Tensor[] => [...variables, ...buffers];

/** Changes the initial numbers, so that a network that was only made again differs from one that was loaded. */
function change(part: Part): void {
  const random = g.createRandom(21);
  for (const variable of new Set(all(part)) as Set<tf.Variable>) {
    tf.tidy(() => variable.assign(tf.add(variable, random.uniform(variable.shape, 0, 0.25))));
  }
}

/** What a network gives for the input of its case, and then in training; and what it holds after that. */
async function outputs(network: Network, one: NetworkCase): Promise<unknown> {
  const passes = tf.tidy(() =>
    [{}, { training: true, random: g.createRandom(8) }].map((mode) =>
      network.apply(inputOf(one), { ...one.options?.(), ...mode }),
    ),
  );
  return [await numbers(passes), await numbers(all(network))];
}

describe.each(networks)('$name', (one) => {
  test('gives the same bits after it was saved and loaded, in training as well, and holds the same variables', async () => {
    const network = one.make(g.createRandom(1));
    change(network);
    const before = await saveModel(network);
    const loaded = await loadModel(before, { as: 'network' });
    expect(await numbers(all(loaded))).toEqual(await numbers(all(network)));
    expect(loaded.variables.map(({ trainable }) => trainable)).toEqual(network.variables.map(() => true));
    // statistics are not, and frozen variables are, for a program that thaws them
    expect(loaded.buffers!.map(({ trainable }) => trainable)).toEqual(
      network.buffers!.map(({ trainable }) => trainable),
    );
    expect(await saveModel(loaded)).toEqual(before);
    expect(await outputs(loaded, one)).toEqual(await outputs(network, one));
    expect(describeModel(before).parts['part']!.parameters).toBe(g.countParameters(network));
  });
});

/** All that a part can do, in numbers. */
async function doings(part: Part): Promise<unknown> {
  const x = g.createRandom(4).uniform([3, 4]);
  const z = g.createRandom(5).normal([3, 2]);
  const t = tf.tensor1d([0, 1, 2], 'int32');
  const labels = tf.tensor1d([0, 1, -1], 'int32');
  const random = g.createRandom(6);
  const one = part as Partial<Omit<g.GaussianEncoder, 'draw'> & g.Decoder & g.Generator & g.Discriminator & g.Denoiser>;
  const results: Tensor[] = [];
  if (one.encode) results.push(...Object.values(one.encode(x)));
  if (one.decode) results.push(one.decode(z), one.mean!(z), one.sample!(z as never, random));
  if (one.likelihood) results.push(one.likelihood.logProb(x, one.decode!(z)));
  const { draw, logProb, sample } = part as Partial<g.LatentEncoder & g.LatentDensity>;
  if ('quantize' in part) results.push((part as Quantizer).quantize(z).z);
  if (one.generate) results.push(one.draw!(3, random));
  else if (draw) {
    const drawn = draw(x, random);
    results.push(drawn.z, drawn.logProb);
  }
  if ('tokens' in part) {
    const model = part as TokenModel;
    const indices = tf.tensor2d([0, 1, 2, 3, 1, 2], [2, 3], 'int32');
    results.push(model.logProb(indices, { random }), await model.sample(4, { random }));
  } else if (logProb) results.push(logProb(z, { condition: labels }), sample!([3, 2], random, { condition: labels }));
  if (one.probability) results.push(one.probability(x));
  if (one.estimate) results.push(...Object.values(one.estimate(x, t, { condition: labels })));
  if ('description' in part) {
    const { predict, layout } = predictorOf(part as TableModel);
    const scores = random.normal([3, layout.numbers.length]);
    const indices = tf.fill([3, layout.categories.length], -1, 'int32');
    const { velocity, logits } = predict({ scores, known: tf.zerosLike(scores), indices }, t);
    results.push(velocity, ...logits);
  }
  expect(results.length).toBeGreaterThan(0);
  return numbers(results);
}

describe.each(Object.entries(parts))('%s', (_, make) => {
  test('does the same after it was saved and loaded, bit for bit', async () => {
    const [as, part] = make();
    const loaded: Part = await loadModel(await saveModel(part), { as });
    expect(await doings(loaded)).toEqual(await doings(part));
    expect(Object.keys(loaded)).toEqual(Object.keys(part));
    // a user's function of `definePart` may return any of them
    expect(kindOfPart(part)).toBe(as);
  });
});

test('the networks and parts above have every maker of the list', async () => {
  const used = new Set<string>();
  const visit = ({ kind, parts }: { kind: string; parts: readonly never[] }): void => {
    used.add(kind);
    parts.forEach(visit);
  };
  const made = [
    ...networks.map((one) => one.make(g.createRandom(1))),
    ...Object.values(parts).map((make) => make()[1]),
  ];
  for (const part of made) visit(describeModel(await saveModel(part)).parts['part'] as never);
  expect([...used].sort()).toEqual([...makers.keys()].sort());
});

test('a VAE with a VampPrior is written with its encoder once, and both share it again', async () => {
  const random = g.createRandom(3);
  const encoder = g.createGaussianEncoder(g.mlp({ sizes: [4, 4], random }), { latentSize: 2 });
  const decoder = g.createDecoder(g.mlp({ sizes: [2, 4], random }), { likelihood: g.bernoulli });
  const prior = g.createVampPrior(encoder, { inputs: random.uniform([3, 4]) });
  const loaded = await loadModel(await saveModel({ encoder, decoder, prior }), {
    as: { encoder: 'encoder', decoder: 'decoder', prior: 'prior' },
  });
  const variables = new Set(Object.values(loaded).flatMap((part) => [...part.variables]));
  expect(variables.size).toBe(2 + 2 + 1);
  expect(loaded.prior.variables.slice(1)).toEqual(loaded.encoder.variables);
});
