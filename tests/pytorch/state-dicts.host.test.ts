import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { createRandom, dense, mlp, type Part } from '../../src/index.js';
import { loadStateDict, saveStateDict, stateDictEntries, type StateDictParts } from '../../src/pytorch/index.js';
import { savedVariables } from '../../src/training/trainer/trainer.js';
import { decodeSafetensors, encodeSafetensors } from '../support/safetensors.js';
import { withoutLeak } from '../training/sample.js';
import { cases, fileOf } from './cases.js';
import { inScope } from '../support/in-scope.js';

inScope();

const partsOf = (part: StateDictParts): Part[] =>
  Array.isArray((part as Part).variables) ? [part as Part] : Object.values(part as Record<string, Part>);
const numbersOf = (part: StateDictParts) =>
  Promise.all(
    partsOf(part)
      .flatMap(savedVariables)
      .map(async (variable) => [...(await variable.data())]),
  );
const tensorsOf = (bytes: Uint8Array) => decodeSafetensors('test', bytes).tensors;

describe.each(Object.entries(cases))('a state dict of PyTorch: %s', (name, make) => {
  test('gives the outputs that PyTorch computed', async () => {
    const { part, run, options } = make();
    const load = () => loadStateDict(part, fileOf(name), { ...options, example: { run, tolerance: 1e-5 } });
    const difference = await withoutLeak(load);
    expect(difference).toBeLessThan(1e-5);
    expect(difference).toBeGreaterThanOrEqual(0);
    // the weights stay, the comparison is over
    expect(await loadStateDict(part, fileOf(name), options)).toBeUndefined();
  });

  test('is written again bit for bit', async () => {
    const { part, run, options } = make();
    await loadStateDict(part, fileOf(name), options);
    const there = tensorsOf(fileOf(name));
    const inputs = [...there].filter(([key]) => key.startsWith('example.inputs.'));
    const written = tensorsOf(await withoutLeak(() => saveStateDict(part, options)));
    for (const [key, { dtype, shape, data }] of there) {
      if (key.startsWith('example.')) continue;
      const own = written.get(key)!;
      expect([key, own.dtype, own.shape]).toEqual([key, dtype, shape]);
      if (key.endsWith('num_batches_tracked')) continue;
      // what only PyTorch has is computed
      if (key.endsWith('._v')) data.forEach((x, i) => expect(own.data[i]).toBeCloseTo(x as number, 5));
      else expect({ key, data: own.data }).toEqual({ key, data });
    }
    expect(written.size).toBe([...there.keys()].filter((key) => !key.startsWith('example.')).length);
    expect(inputs.length).toBeGreaterThan(0);
    void run;
  });

  test('is listed with the shapes of the file', () => {
    const { part, options } = make();
    const there = tensorsOf(fileOf(name));
    const entries = stateDictEntries(part, options);
    expect(entries.map(({ name }) => name).sort()).toEqual(
      [...there.keys()].filter((key) => !key.startsWith('example.')).sort(),
    );
    for (const { name, torchShape } of entries) expect([name, torchShape]).toEqual([name, there.get(name)!.shape]);
  });
});

describe('a file of another part', () => {
  const square = cases['square']!;
  const options = () => ({ example: { run: square().run } });
  /** The file of the squares, changed. */
  const changed = (
    change: (tensors: Map<string, { dtype: 'F32'; shape: readonly number[]; data: Float32Array }>) => void,
  ) => {
    const tensors = new Map(tensorsOf(fileOf('square'))) as never as Parameters<typeof change>[0];
    change(tensors);
    return encodeSafetensors({ tensors: [...tensors].map(([name, rest]) => ({ name, ...rest })), metadata: {} });
  };
  const transposed = (x: Float32Array): Float32Array => x.map((_, i) => x[5 * (i % 5) + Math.floor(i / 5)]!);

  test.each<[string, Parameters<typeof changed>[0], RegExp]>([
    [
      'the example reveals a square matrix that is transposed',
      (tensors) => {
        const weight = tensors.get('2.weight')!;
        tensors.set('2.weight', { ...weight, data: transposed(weight.data) });
      },
      /^loadStateDict: `bytes` must give the outputs of its example to 0\.0001; got a difference of [\d.]+ where outputs reach [\d.]+\. The model in Python/,
    ],
    [
      'a name that differs',
      (tensors) => {
        tensors.set('2.weights', tensors.get('2.weight')!);
        tensors.delete('2.weight');
      },
      /must contain each tensor of the part; got none of 2\.weight\. It has 2\.weights\. Pass its names/,
    ],
    [
      'a tensor too many',
      (tensors) => tensors.set('6.weight', tensors.get('2.weight')!),
      /must contain no other tensors; got 6\.weight\. .*strict: false/,
    ],
    [
      'another shape',
      (tensors) => tensors.set('2.weight', { ...tensors.get('2.weight')!, shape: [25] }),
      /`bytes: 2\.weight` must have shape \[5, 5\]; got \[25\]\. Here it is dense weights\./,
    ],
    ['no example', (tensors) => tensors.delete('example.output'), /must contain an example; got none/],
    [
      'an example of another size',
      (tensors) => tensors.set('example.output', { ...tensors.get('example.output')!, shape: [15] }),
      /`example.run\(inputs\)` must have shape \[15\]; got \[3, 5\]/,
    ],
  ])('%s: nothing changes', async (_, change, message) => {
    const { part, run } = square();
    const before = await numbersOf(part);
    await withoutLeak(() =>
      expect(loadStateDict(part, changed(change), { example: { run } })).rejects.toThrow(message),
    );
    expect(await numbersOf(part)).toEqual(before);
    void options;
  });

  test('loads without strict if it only has extra tensors', async () => {
    const { part, run } = square();
    const more = changed((tensors) => tensors.set('6.weight', tensors.get('2.weight')!));
    expect(await loadStateDict(part, more, { strict: false, example: { run } })).toBeLessThan(1e-6);
  });

  test('is refused as damaged where it holds checksums', async () => {
    const { part } = square();
    const bytes = await saveStateDict(part);
    bytes[bytes.length - 1]! ^= 1;
    await expect(loadStateDict(part, bytes)).rejects.toThrow(/must have the checksum/);
  });
});

describe('names', () => {
  const network = () => mlp({ sizes: [2, 3, 1], random: createRandom(1) });

  test('follow a prefix, beginnings and functions, and lead back', async () => {
    for (const [options, expected] of [
      [{}, ['0.weight', '0.bias', '2.weight', '2.bias']],
      [{ prefix: 'decoder.' }, ['decoder.0.weight', 'decoder.0.bias', 'decoder.2.weight', 'decoder.2.bias']],
      [{ names: { '0': 'fc1', '2': 'fc2', '2.bias': 'b' } }, ['fc1.weight', 'fc1.bias', 'fc2.weight', 'b']],
      [{ names: (path: string) => path.replace('.', '_') }, ['0_weight', '0_bias', '2_weight', '2_bias']],
    ] as const) {
      const [from, to] = [network(), mlp({ sizes: [2, 3, 1], random: createRandom(2) })];
      expect(stateDictEntries(from, options).map(({ name }) => name)).toEqual(expected);
      await loadStateDict(to, await saveStateDict(from, options), options);
      expect(await numbersOf(to)).toEqual(await numbersOf(from));
    }
  });

  test('with a prefix leave the other tensors of a file alone', async () => {
    const [encoder, decoder, other] = [network(), mlp({ sizes: [1, 2], random: createRandom(3) }), network()];
    const bytes = await saveStateDict({ encoder, decoder });
    await loadStateDict(other, bytes, { prefix: 'encoder.' });
    expect(await numbersOf(other)).toEqual(await numbersOf(encoder));
  });

  test('say what a part is made of', () => {
    expect(stateDictEntries(dense({ inputs: 2, units: 3, random: createRandom(1) }))[0]).toEqual({
      name: 'weight',
      path: 'weight',
      ours: 'dense weights',
      layout: '[in, out] -> [out, in]',
      shape: [2, 3],
      torchShape: [3, 2],
    });
  });
});

describe('halves and examples', () => {
  test('a file of halves holds an example that is whole', async () => {
    const { part, run } = cases['conv-vae']!();
    const x = tf.randomUniform([2, 10, 7, 2], 0, 1, 'float32', 3);
    const example = { inputs: { x }, run };
    const bytes = await withoutLeak(() => saveStateDict(part, { dtype: 'F16', example }));
    expect(bytes.length).toBeLessThan((await saveStateDict(part, { example })).length - 1000);
    await expect(loadStateDict(part, bytes, { example: { run, tolerance: 1e-7 } })).rejects.toThrow(
      /outputs of its example/,
    );
    const difference = (await loadStateDict(part, bytes, { example: { run, tolerance: 1e-2 } }))!;
    expect(difference).toBeGreaterThan(1e-6);
    // images are channels first in the file
    const saved = tensorsOf(bytes).get('example.inputs.x')!;
    expect(saved.shape).toEqual([2, 2, 10, 7]);
    expect([...saved.data]).toEqual([...(await tf.transpose(x, [0, 3, 1, 2]).data())]);
  });

  test('a number beyond float16 is rejected by name', async () => {
    const part = mlp({ sizes: [1, 1], random: createRandom(1) });
    part.variables[0]!.assign(tf.tensor2d([[1e6]]));
    await expect(saveStateDict(part, { dtype: 'F16' })).rejects.toThrow(
      'at most 65504 in the tensor "0.weight"; got 1000000.',
    );
  });
});
