import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { dense, gaussianNoise, glu, minibatchStddev, residual, timeEmbedding } from '../../../src/nets/index.js';
import { createRandom } from '../../../src/random/index.js';
import { expectClose, read } from '../../support/close.js';
import { inScope } from '../../support/in-scope.js';

inScope();

describe('timeEmbedding', () => {
  const steps = [0, 1, 17, 250, 999];

  test.each([
    [2, 10_000],
    [8, 10_000],
    [6, 100],
  ])('of size %i and period %i is the sines, then the cosines, of its definition in float64', async (size, period) => {
    const layer = timeEmbedding({ size, maxPeriod: period });
    const half = size / 2;
    const waves = (wave: (x: number) => number, step: number): number[] =>
      Array.from({ length: half }, (_, i) => wave(step * period ** (-i / half)));
    const expected = steps.flatMap((step) => [...waves(Math.sin, step), ...waves(Math.cos, step)]);
    // 999 radians are 159 turns: float32 holds them to 1e-5 of a turn
    await expectClose(layer.apply(tf.tensor1d(steps, 'int32')), expected, { absolute: 5e-5 });
  });

  test('rejects an odd size, and steps that are not integers', () => {
    expect(() => timeEmbedding({ size: 3 })).toThrow('timeEmbedding: `size` must be even; got 3.');
    expect(() => timeEmbedding({ size: 2, maxPeriod: 1 })).toThrow('`maxPeriod` must be finite and above 1; got 1.');
    expect(() => timeEmbedding({ size: 2 }).apply(tf.ones([3]))).toThrow('must be int32; got float32.');
    expect(() => timeEmbedding({ size: 2 }).apply(tf.ones([3, 1], 'int32'))).toThrow(
      'must have shape [?]; got [3, 1].',
    );
  });
});

describe('minibatchStddev', () => {
  /** The definition in float64: examples i, i + n, i + 2n ... are one of the n groups. */
  function deviations(values: number[], batch: number, groupSize: number): number[] {
    const [groups, features] = [batch / groupSize, values.length / batch];
    return Array.from({ length: batch }, (_, example) => {
      let total = 0;
      for (let feature = 0; feature < features; feature++) {
        const members = Array.from(
          { length: groupSize },
          (_, k) => values[((example % groups) + k * groups) * features + feature]!,
        );
        const mean = members.reduce((sum, value) => sum + value) / groupSize;
        const variance = members.reduce((sum, value) => sum + (value - mean) ** 2, 0) / groupSize;
        total += Math.sqrt(variance + 1e-8);
      }
      return total / features;
    });
  }

  test.each([
    [undefined, [6, 5]],
    [3, [6, 5]],
    [2, [4, 3, 2, 2]],
  ])('of groups of %s appends the mean deviation to %o', async (groupSize, shape) => {
    const x = createRandom(1).normal(shape);
    const output = minibatchStddev({ groupSize }).apply(x);
    const channels = shape.at(-1)!;
    const [kept, added] = tf.split(output, [channels, 1], -1) as [Tensor, Tensor];
    await expectClose(kept, await read(x));
    const expected = deviations(await read(x), shape[0]!, groupSize ?? shape[0]!);
    const places = added.size / shape[0]!;
    await expectClose(
      added,
      expected.flatMap((value) => new Array<number>(places).fill(value)),
    );
  });

  test('has finite gradients where all examples are the same', async () => {
    const gradient = tf.grad((x: Tensor) => minibatchStddev().apply(x))(tf.ones([4, 3]));
    await expectClose(gradient, new Array<number>(12).fill(1));
  });

  test('rejects a batch that its groups do not divide', () => {
    expect(() => minibatchStddev({ groupSize: 4 }).apply(tf.ones([6, 3]))).toThrow(
      'minibatchStddev: `input` must have shape [?, 3]; got [6, 3]. The groupSize 4 must divide the batch.',
    );
    expect(() => minibatchStddev({ groupSize: 0 })).toThrow('`groupSize` must be a positive integer; got 0.');
  });
});

describe('gaussianNoise', () => {
  const layer = gaussianNoise({ standardDeviation: 0.5 });
  const x = (): Tensor => tf.fill([100, 100], 3);

  test('adds normal numbers with its deviation from the stream in training, and nothing otherwise', async () => {
    const noisy = layer.apply(x(), { training: true, random: createRandom(1) });
    const expected = (await read(createRandom(1).normal([100, 100]))).map((value) => 3 + 0.5 * value);
    await expectClose(noisy, expected);
    expect(await read(layer.apply(x()))).toEqual(await read(x()));
    await expectClose(gaussianNoise({ standardDeviation: 0 }).apply(x(), { training: true }), await read(x()));
  });

  test('names a missing stream, and a deviation below 0', () => {
    expect(() => layer.apply(x(), { training: true })).toThrow(
      'gaussianNoise: `options.random` must be a random stream when options.training is true; got undefined. ' +
        'Pass { training: true, random: createRandom(seed) } to apply.',
    );
    expect(() => gaussianNoise({ standardDeviation: -1 })).toThrow('must be finite and at least 0; got -1.');
  });
});

describe('residual', () => {
  test('adds the input, or the output of the shortcut', async () => {
    const [body, shortcut] = [1, 2].map((i) => dense({ inputs: 2, units: 2, random: createRandom(i) }));
    const x = tf.tensor2d([[1, -2]]);
    const added = await read(body!.apply(x));
    const past = await read(shortcut!.apply(x));
    await expectClose(residual(body!).apply(x), [1 + added[0]!, -2 + added[1]!]);
    await expectClose(residual(body!, shortcut).apply(x), [past[0]! + added[0]!, past[1]! + added[1]!]);
  });

  test('rejects a body whose output has another shape', () => {
    const body = dense({ inputs: 2, units: 3, random: createRandom(1) });
    expect(() => residual(body).apply(tf.ones([1, 2]))).toThrow(
      'residual: `body.apply(input)` must have shape [1, 2]; got [1, 3]. It must match `input`.',
    );
  });
});

describe('glu', () => {
  test('is the first half times the logistic function of the second, as torch.nn.functional.glu', async () => {
    const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
    const output = glu().apply(tf.tensor2d([[3, -2, 0, 1.5]]));
    await expectClose(output, [3 * sigmoid(0), -2 * sigmoid(1.5)], { relative: 1e-6 });
  });

  test('rejects an odd number of channels', () => {
    expect(() => glu().apply(tf.ones([2, 3]))).toThrow('glu: `input` must have an even last axis; got 3 numbers. Give');
  });
});
