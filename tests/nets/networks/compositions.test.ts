import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import {
  convDecoder,
  convEncoder,
  dense,
  flatten,
  mlp,
  sequential,
  type ApplyOptions,
  type Network,
} from '../../../src/nets/index.js';
import { createRandom } from '../../../src/random/index.js';
import { ShapeError } from '../../../src/tensor/errors.js';
import { expectClose, read } from '../../support/close.js';
import { inScope } from '../../support/in-scope.js';

inScope();

describe('sequential', () => {
  const seen: unknown[] = [];
  const part = (number: number): Network => ({
    apply: (x, options) => {
      seen.push([number, options]);
      return tf.add(tf.mul(x, 10), number);
    },
    variables: [tf.variable(tf.scalar(number))],
    ...(number === 2 ? { buffers: [tf.variable(tf.scalar(-number), false)] } : {}),
    dispose: () => seen.push(`${number} disposed`),
  });

  test('applies its networks in order with the same options, lists their variables, and disposes each', async () => {
    seen.length = 0;
    const network = sequential([part(1), part(2), part(3)]);
    const options: ApplyOptions = { training: true };
    await expectClose(network.apply(tf.scalar(0), options), 123);
    expect(seen).toEqual([1, 2, 3].map((number) => [number, options]));
    expect(await Promise.all(network.variables.map(async (variable) => (await variable.data())[0]))).toEqual([1, 2, 3]);
    expect(network.buffers).toHaveLength(1);
    network.dispose();
    expect(seen.slice(3)).toEqual(['1 disposed', '2 disposed', '3 disposed']);
  });

  test('rejects two layers that start equal; a layer that occurs twice, other shapes and forks are legal', () => {
    const random = createRandom(1);
    const layer = (fork = random, units = 3) => dense({ inputs: 3, units, random: fork });
    expect(() => sequential([layer(), flatten(), layer()])).toThrow(
      'sequential: `networks[2]` must begin with weights of its own; got those of networks[0], drawn from the same ' +
        "stream. Give each a fork: random.fork('2').",
    );
    const make = () => mlp({ sizes: [3, 3], random });
    expect(() => sequential([make(), make()])).toThrow('`networks[1]` must begin with weights of its own');
    const shared = layer();
    for (const layers of [
      [layer(), layer(random.fork('2'))],
      [layer(), layer(createRandom(2))],
      [layer(random, 3), layer(random, 4)],
      [shared, shared],
    ]) {
      expect(() => sequential(layers)).not.toThrow();
    }
    // two networks made in the same way are equal at first on purpose: one is the other's average
    expect(() => [sequential([layer()]), sequential([layer()])]).not.toThrow();
  });

  test('leaves nothing behind when a network throws', () => {
    const network = sequential([flatten(), dense({ inputs: 3, units: 1, random: createRandom(1) })]);
    const x = tf.zeros([2, 2, 2]);
    const before = tf.memory().numTensors;
    expect(() => network.apply(x)).toThrow(ShapeError);
    expect(tf.memory().numTensors).toBe(before);
  });
});

test('mlp has no activation after its last layer', async () => {
  const network = mlp({ sizes: [4, 8, 50], random: createRandom(1) });
  const values = await read(network.apply(createRandom(2).normal([10, 4])));
  expect(values.some((value) => value < 0)).toBe(true);
  const hidden = mlp({ sizes: [4, 8, 50], activation: (x) => tf.zerosLike(x), random: createRandom(1) });
  // where the hidden layer is zero, the output is the biases of the last one
  const biases = await read(hidden.variables[3]!);
  expect(await read(hidden.apply(createRandom(2).normal([1, 4])))).toEqual(biases);
});

test.each([
  [28, 28],
  [9, 5],
  [1, 3],
])('convDecoder gives images of %i x %i, and convEncoder takes them', (height, width) => {
  const random = createRandom(1);
  const decoder = convDecoder({ inputs: 3, shape: [height, width, 2], widths: [2, 2, 1], random });
  const images = decoder.apply(tf.zeros([1, 3]));
  expect(images.shape).toEqual([1, height, width, 2]);
  const encoder = convEncoder({ shape: [height, width, 2], widths: [1, 2, 2], outputs: 6, random });
  expect(encoder.apply(images).shape).toEqual([1, 6]);
});

describe('a wrong option is named before anything is made', () => {
  const random = createRandom(1);
  const shape = [4, 4, 1] as const;
  test.each<[() => Network, string]>([
    [() => sequential([]), 'sequential: `networks` must hold at least one network; got none.'],
    [
      () => sequential([{} as Network]),
      'sequential: `networks[0]` must be a network, with apply, variables and dispose; got {}.',
    ],
    [() => mlp({ sizes: [3], random }), 'mlp: `sizes` must hold at least 2 numbers; got [3].'],
    [() => mlp({ sizes: [3, 0], random }), 'mlp: `sizes[1]` must be a positive integer; got 0.'],
    [
      () => convEncoder({ shape, widths: [], outputs: 2, random }),
      'convEncoder: `widths` must hold at least one number; got [].',
    ],
    [
      () => convDecoder({ inputs: 2, shape: [4, 4] as unknown as typeof shape, widths: [2], random }),
      'convDecoder: `shape` must hold exactly 3 numbers; got [4, 4].',
    ],
  ])('%#', (make, sentence) => {
    const before = tf.memory().numTensors;
    expect(make).toThrow(sentence);
    expect(tf.memory().numTensors).toBe(before);
  });
});
