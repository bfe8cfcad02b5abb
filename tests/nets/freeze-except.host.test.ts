import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import {
  batches,
  convDecoder,
  convEncoder,
  cosineSchedule,
  countParameters,
  createAdam,
  createDenoiser,
  createRandom,
  createTrainer,
  dcganDiscriminator,
  dcganGenerator,
  denoisingMlp,
  dense,
  dit,
  embedding,
  fit,
  freeze,
  groupNorm,
  loadCheckpoint,
  loadWeights,
  mlp,
  predictVelocity,
  residual,
  saveCheckpoint,
  saveWeights,
  sequential,
  unet,
  unet1d,
  withCondition,
  type Network,
  type Part,
} from '../../src/index.js';
import { definePart, loadModel, saveModel } from '../../src/model/index.js';
import { saveStateDict, loadStateDict } from '../../src/pytorch/index.js';
import { transformer } from '../../src/tokens/index.js';
import { read } from '../support/close.js';
import { inScope } from '../support/in-scope.js';

inScope();

const random = createRandom(3);
const small = (): Network => unet({ channels: 1, widths: [8, 16], classes: 3, random });
const values = async (part: Part): Promise<number[][]> => Promise.all([...part.variables].map(read));
/** The numbers that still learn, by the place that is excepted. */
const learns = (part: Part, ...except: string[]): number => countParameters(freeze(part, { except }));

/** The places of each ready-made network, as the docstring of its `random` lists them. */
const networks: [string, () => Network, string[]][] = [
  ['unet', small, ['first', 'level 0', 'level 1', 'last', 'time 0', 'time 1', 'labels']],
  ['unet1d', () => unet1d({ channels: 1, widths: [8, 16], stepSizes: 2, random }), ['first', 'level 0', 'level 1', 'last', 'time 0', 'time 1', 'step sizes']],
  ['dit', () => dit({ channels: 1, size: [4, 4], patch: 2, width: 8, depth: 2, heads: 2, classes: 2, random }), ['patches', 'block 0', 'block 1', 'modulation', 'last', 'time 0', 'time 1', 'labels']],
  ['denoisingMlp', () => denoisingMlp({ size: 2, width: 4, classes: 2, stepSizes: 2, random }), ['0', '1', '2', 'last', 'labels', 'step sizes']],
  ['mlp', () => mlp({ sizes: [3, 4, 2], random }), ['0', '1']],
  ['convEncoder', () => convEncoder({ shape: [8, 8, 1], widths: [2, 3], outputs: 4, random }), ['0', '1', 'dense']],
  ['convDecoder', () => convDecoder({ inputs: 2, shape: [8, 8, 1], widths: [3, 2], random }), ['dense', '0', '1']],
  ['dcganGenerator', () => dcganGenerator({ latentSize: 2, shape: [8, 8, 1], width: 2, classes: 2, random: random.fork('g') }), ['dense', '0', 'labels']],
  ['dcganDiscriminator', () => dcganDiscriminator({ shape: [8, 8, 1], width: 2, norm: ({ inputs, activation }) => groupNorm({ inputs, groups: 1, activation }), random }), ['0', 'head']],
  ['transformer', () => transformer({ tokens: 3, length: 4, width: 4, heads: 2, layers: 2, classes: 2, random }), ['tokens', 'places', 'labels', 'block 0', 'block 1', 'logits']],
]; // prettier-ignore

describe.each(networks)('the places of %s', (_, make, places) => {
  test('share out its variables, also in a stream of any depth', () => {
    const network = make();
    const parts = places.map((place) => new Set(freeze(network, { except: [place] }).variables));
    expect(parts.every(({ size }) => size > 0)).toBe(true);
    const all = parts.flatMap((part) => [...part]);
    expect(new Set(all)).toEqual(new Set(network.variables.filter((one) => all.includes(one))));
    expect(all).toHaveLength(new Set(all).size);
    // every variable is at one of the listed places
    expect(all).toHaveLength(network.variables.length);
  });

  test('are listed if one is unknown', () => {
    expect(() => freeze(make(), { except: ['lasst'] })).toThrow(/^freeze: `except` must hold some of .*; got 'lasst'\.$/);
  });
}); // prettier-ignore

test('places have the numbers of their layers, with the norm before them', () => {
  const network = small();
  // a 3x3 convolution from 8 channels to 1, and the norm of 8 channels before it
  expect(learns(network, 'last')).toBe(9 * 8 + 1 + 2 * 8);
  expect(learns(network, 'labels')).toBe(3 * 32);
  expect(learns(network, 'level 0/down 0')).toBeLessThan(learns(network, 'level 0'));
  expect(learns(network, 'last', 'labels')).toBe(learns(network, 'last') + learns(network, 'labels'));
  // post-norm: the scale and offset of two channels belong to the dense layer before them
  const generator = dcganGenerator({ latentSize: 2, shape: [8, 8, 1], width: 2, random });
  expect(learns(generator, 'dense')).toBe(2 * 32 + 32 + 2 * 2);
  expect(() => freeze(network, { except: ['level'] })).toThrow(
    'freeze: `except` must hold some of first, level 0, level 1, last, time 0, time 1, labels; got \'level\'.',
  );
}); // prettier-ignore

test('the networks of a chain are called by their position, or by their fork', () => {
  const head = dense({ inputs: 2, units: 5, random: random.fork('head') });
  const own: Network = { apply: (x) => tf.clone(x), variables: [tf.variable(tf.zeros([7]))], dispose: () => undefined };
  const chain = sequential([mlp({ sizes: [3, 4, 2], random }), residual(dense({ inputs: 2, units: 2, random })), sequential([own, head])]); // prettier-ignore
  expect(learns(chain, '0')).toBe(16 + 10);
  expect(learns(chain, '0/1')).toBe(10);
  expect(learns(chain, '1')).toBe(6);
  expect(learns(chain, '2/0')).toBe(7);
  expect([learns(chain, '2/1'), learns(chain, '2/head')]).toEqual([15, 15]);
  expect(() => freeze(chain, { except: ['3'] })).toThrow("must hold some of 0, 1, 2; got '3'.");
});

test('wrappers show the places of what they wrap', () => {
  const labels = embedding({ classes: 2, size: 1, random: random.fork('labels') });
  const conditional = withCondition(mlp({ sizes: [3, 4, 2], random }), labels);
  expect([learns(conditional, '0'), learns(conditional, 'labels')]).toEqual([16, 2]);
  const denoiser = createDenoiser(small(), { schedule: cosineSchedule({ steps: 9 }), predicts: predictVelocity });
  expect(learns(denoiser, 'last')).toBe(89);
  expect(learns(freeze(denoiser, { except: ['last', 'level 1'] }), 'last')).toBe(89);
  const made = definePart('test/small', small as never) as unknown as (options: object) => Network;
  expect(learns(made({}), 'labels')).toBe(96);
  const twice = definePart('test/twice', ({ body }: { body: Network }): Network => ({ ...body, apply: (x, options) => tf.mul(2, body.apply(x, options)) })); // prettier-ignore
  expect(learns(twice({ body: small() }), 'labels')).toBe(96);
});

test.each([
  ['a word', 'last', '`except` must be an array'],
  ['a number', [1], "`except` must hold names, such as 'last'; got 1."],
  ['an empty name', [''], '`except` must hold some of'],
])('%s is refused', (_, except, says) => {
  expect(() => freeze(small(), { except: except as never })).toThrow(says);
});

test('a part without names says so', () => {
  const own: Network = { apply: (x) => x, variables: [tf.variable(tf.zeros([7]))], dispose: () => undefined };
  expect(() => freeze(own, { except: ['last'] })).toThrow('must hold some of no places, as none has a name');
});

const trainerOf = (network: Network) =>
  createTrainer({
    name: 'tuned',
    parts: { network },
    optimizer: createAdam({ learningRate: 0.1 }),
    random,
    loss: ({ x, options }) => ({ loss: tf.mean(tf.square(network.apply(x, options))) }),
  });
const chainOf = (tuned: boolean) => {
  const body = mlp({ sizes: [3, 4, 4], random });
  return sequential([tuned ? freeze(body, { except: ['0'] }) : body, dense({ inputs: 4, units: 2, random: random.fork('head') })]); // prettier-ignore
};
const data = () => batches({ data: Float32Array.from({ length: 24 }, (_, i) => Math.sin(i)), shape: [8, 3] }, { batchSize: 4, random }); // prettier-ignore

test('only the excepted places move, in a run that resumes', async () => {
  const network = chainOf(true);
  const frozen = (network.buffers ?? []).map((one) => tf.clone(one));
  const trainer = trainerOf(network);
  const source = data();
  const before = await values(network);
  await fit(trainer, source, { steps: 2 });
  expect((await values(network)).every((numbers, i) => numbers.some((one, k) => one !== before[i]![k]))).toBe(true);
  const saved = await saveCheckpoint(trainer, { data: source });
  await fit(trainer, source, { steps: 2 });
  for (const [i, buffer] of network.buffers!.entries()) expect(await read(buffer)).toEqual(await read(frozen[i]!));

  const again = chainOf(true);
  const second = trainerOf(again);
  const sameData = data();
  await loadCheckpoint(second, saved, { data: sameData });
  await fit(second, sameData, { steps: 2 });
  expect(await values(again)).toEqual(await values(network));
});

test('files of a tuned part and of the part fit each other, name by name', async () => {
  const x = createRandom(5).normal([2, 3]);
  for (const [from, to] of [[true, false], [false, true]] as const) {
    const [source, target] = [chainOf(from), chainOf(to)];
    for (const one of source.variables) tf.tidy(() => one.assign(tf.add(one, createRandom(6).normal(one.shape))));
    await loadWeights(target, await saveWeights(source));
    expect(await read(target.apply(x))).toEqual(await read(source.apply(x)));
    const dict = chainOf(to);
    await loadStateDict(dict, await saveStateDict(source));
    expect(await read(dict.apply(x))).toEqual(await read(source.apply(x)));
  }
}); // prettier-ignore

test('a model file keeps which places learn', async () => {
  const network = chainOf(true);
  const loaded = await loadModel(await saveModel(network), { as: 'network' });
  expect(loaded.variables.map(({ shape }) => shape)).toEqual(network.variables.map(({ shape }) => shape));
  const x = createRandom(5).normal([2, 3]);
  expect(await read(loaded.apply(x))).toEqual(await read(network.apply(x)));
});
