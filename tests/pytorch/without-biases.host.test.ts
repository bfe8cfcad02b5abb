import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import {
  attention,
  batchNorm,
  conv2d,
  conv2dTranspose,
  createRandom,
  dense,
  flatten,
  groupNorm,
  layerNorm,
  mlp,
  relu,
  residual,
  sequential,
  spectralNorm,
  type Network,
} from '../../src/index.js';
import { loadStateDict, saveStateDict, type StateDictOptions } from '../../src/pytorch/index.js';
import { decodeSafetensors, encodeSafetensors } from '../support/safetensors.js';
import { savedVariables } from '../../src/training/trainer/trainer.js';
import { withoutLeak } from '../training/sample.js';
import { fileOf } from './cases.js';
import { inScope } from '../support/in-scope.js';

inScope();

const random = createRandom(1);
const fork = (name: number) => ({ random: random.fork(String(name)) });
const numbersOf = (part: Network) => Promise.all(savedVariables(part).map(async (x) => [...(await x.data())]));
/** Moves all variables away from where they begin, which is zeros and ones for many. */
const moved = (part: Network): Network => {
  for (const variable of savedVariables(part)) variable.assign(tf.add(tf.abs(variable), 0.25));
  return part;
};

const layers = () =>
  sequential([
    conv2d({ inputs: 2, filters: 4, kernelSize: 3, ...fork(0) }),
    batchNorm({ inputs: 4, activation: relu }),
    conv2dTranspose({ inputs: 4, filters: 4, kernelSize: 4, strides: 2, ...fork(1) }),
    groupNorm({ inputs: 4, groups: 2 }),
    flatten(),
    spectralNorm(dense({ inputs: 192, units: 5, ...fork(2) })),
    layerNorm({ inputs: 5 }),
    dense({ inputs: 5, units: 3, ...fork(3) }),
    layerNorm({ inputs: 3 }),
  ]);
const tokens = () => sequential([residual(attention({ inputs: 4, heads: 2, ...fork(4) })), layerNorm({ inputs: 4 })]);

/** Models of PyTorch with bias=False and affine=False, and the same here. */
const models: [name: string, make: () => Network, options: StateDictOptions][] = [
  ['without-biases', layers, { input: [4, 3, 2] }],
  ['tokens-without-biases', tokens, { names: { '0.body': 'mix', '1': 'norm' } }],
];

describe.each(models)('a state dict of PyTorch without biases and scales: %s', (name, make, options) => {
  const run = (part: Network) => ({ run: ({ input }: Readonly<Record<string, tf.Tensor>>) => part.apply(input!) });

  test('gives the outputs that PyTorch computed, after any biases and scales', async () => {
    const part = moved(make());
    const load = () => loadStateDict(part, fileOf(name), { ...options, example: { ...run(part), tolerance: 1e-5 } });
    expect(await withoutLeak(load)).toBeLessThan(1e-5);
  });

  test('comes back from a file that is written here', async () => {
    const [part, other] = [moved(make()), moved(make())];
    await loadStateDict(part, fileOf(name), options);
    await loadStateDict(other, await saveStateDict(part, options), options);
    expect(await numbersOf(other)).toEqual(await numbersOf(part));
  });
});

describe('missing tensors', () => {
  const network = () =>
    moved(sequential([dense({ inputs: 2, units: 3, ...fork(0) }), layerNorm({ inputs: 3 }), batchNorm({ inputs: 3 })]));
  /** The state dict of a network, changed. */
  const changed = async (change: (names: Map<string, object>) => void) => {
    const tensors = new Map<string, object>(decodeSafetensors('test', await saveStateDict(network())).tensors);
    change(tensors);
    return encodeSafetensors({
      tensors: [...tensors].map(([name, rest]) => ({ name, ...rest }) as never),
      metadata: {},
    });
  };
  const renamed = (from: string, to: string) => (tensors: Map<string, object>) => {
    tensors.set(to, tensors.get(from)!);
    tensors.delete(from);
  };
  const without =
    (...names: string[]) =>
    (tensors: Map<string, object>) =>
      names.forEach((name) => tensors.delete(name));

  test.each<[string, (tensors: Map<string, object>) => void, StateDictOptions & { strict?: boolean }, RegExp]>([
    ['weights', without('0.weight'), {}, /got none of 0\.weight\./],
    [
      'a bias under another name',
      renamed('0.bias', '0.biases'),
      { strict: false },
      /got none of 0\.bias\. It has 0\.biases\./,
    ],
    ['a scale whose offset is there', without('1.weight'), {}, /got none of 1\.weight\./],
    [
      'a norm under another name',
      (tensors) => {
        renamed('1.weight', 'norm.weight')(tensors);
        renamed('1.bias', 'norm.bias')(tensors);
      },
      { strict: false },
      /got none of 1\.weight, and 1 more\. /,
    ],
    [
      'statistics',
      without('2.running_mean', '2.running_var'),
      {},
      /track_running_stats=False has no counterpart here\./,
    ],
    ['everything', (tensors) => tensors.clear(), {}, /got none of 0\.weight, and 7 more\./],
  ])('must not be %s', async (_, change, options, message) => {
    const part = network();
    const before = await numbersOf(part);
    const bytes = await changed(change);
    await expect(withoutLeak(() => loadStateDict(part, bytes, options))).rejects.toThrow(message);
    expect(await numbersOf(part)).toEqual(before);
  });

  test('is zeros for a bias and an offset, ones for a scale', async () => {
    const part = network();
    await loadStateDict(part, await changed(without('0.bias', '1.weight', '1.bias', '2.weight', '2.bias')));
    const [weights, ...rest] = await numbersOf(part);
    expect(weights!.every((x) => x !== 0)).toBe(true);
    expect(rest.slice(0, 5)).toEqual([
      [0, 0, 0],
      [1, 1, 1],
      [0, 0, 0],
      [1, 1, 1],
      [0, 0, 0],
    ]);
  });
});

describe('a file of a model that was wrapped in Python', () => {
  const make = () => mlp({ sizes: [2, 3, 1], random: createRandom(1) });
  const wrapped = async (wrap: (name: string) => string, prefix = '') => {
    const { tensors } = decodeSafetensors('test', await saveStateDict(make(), { prefix }));
    const renamed = [...tensors].map(([name, rest]) => ({ name: wrap(name), ...rest }));
    return encodeSafetensors({ tensors: renamed, metadata: {} });
  };

  test.each([
    ['module.', ''],
    ['_orig_mod.', ''],
    ['module._orig_mod.', ''],
    ['_orig_mod.', 'decoder.'],
    ['generator.main.', ''],
  ])("says prefix: '%s%s', which loads it", async (before, prefix) => {
    const bytes = await wrapped((name) => before + name, prefix);
    await expect(loadStateDict(make(), bytes, { prefix })).rejects.toThrow(
      `got none of ${prefix}0.weight, and 3 more. It has ${before}${prefix}0.weight: pass { prefix: '${before}${prefix}' }.`,
    );
    await loadStateDict(make(), bytes, { prefix: before + prefix });
  });

  test('within a part says what to save', async () => {
    const bytes = await wrapped((name) => name.replace('decoder.', 'decoder._orig_mod.'), 'decoder.');
    await expect(loadStateDict({ decoder: make() }, bytes)).rejects.toThrow(
      'It has decoder._orig_mod.0.weight: save the state_dict of the wrapped model, model.module or model._orig_mod.',
    );
  });
});
