import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/random/index.js';

describe('createRandom', () => {
  it('takes 0 as a seed like any other', async () => {
    const zero = await createRandom(0).normal([8]).data();
    expect(await createRandom(0).normal([8]).data()).toEqual(zero);
    expect(await createRandom(1).normal([8]).data()).not.toEqual(zero);
    expect(createRandom(-0).state()).toEqual(createRandom(0).state());
  });

  it('rejects a seed that is not an integer of at least 0', () => {
    for (const seed of [-1, 0.5, NaN, Infinity, 2 ** 53]) {
      expect(() => createRandom(seed)).toThrow(/^createRandom: `seed` must be an integer of at least 0; got /);
      expect(() => createRandom(seed)).toThrow(RangeError);
    }
    expect(() => createRandom('1' as unknown as number)).toThrow(TypeError);
    expect(() => createRandom(undefined as unknown as number)).toThrow(TypeError);
  });

  it('gives a frozen record whose functions can be passed on alone', async () => {
    const random = createRandom(6);
    expect(Object.isFrozen(random)).toBe(true);
    const { normal } = random;
    expect(await normal([4]).data()).toEqual(await createRandom(6).normal([4]).data());
  });
});

describe('shapes and types of random tensors', () => {
  it('are as requested, down to scalars and empty tensors', async () => {
    const random = createRandom(0);
    for (const shape of [[], [0], [3, 0, 2], [1], [2, 3], [2, 1, 3, 2], [9]]) {
      const size = shape.reduce((product, length) => product * length, 1);
      const tensors = [random.normal(shape), random.uniform(shape), random.integers(shape, 0, 9)];
      expect(tensors.map((tensor) => tensor.dtype)).toEqual(['float32', 'float32', 'int32']);
      for (const tensor of tensors) {
        expect(tensor.shape).toEqual(shape);
        expect((await tensor.data()).length).toBe(size);
      }
      tf.dispose(tensors);
    }
  });

  it('are usable by ops of the backend', async () => {
    const random = createRandom(8);
    const x = random.normal([3, 4]);
    const host = await x.data();
    const doubled = await tf.add(x, x).data();
    doubled.forEach((value, i) => expect(value).toBeCloseTo(2 * host[i]!, 5));
    const n = random.integers([5], 0, 3);
    expect(Array.from(await tf.add(n, n).data())).toEqual(Array.from(await n.data(), (value) => 2 * value));
  });

  it('do not share memory between calls', async () => {
    const random = createRandom(8);
    const first = random.normal([16]);
    const values = Array.from(await first.data());
    random.normal([16]).dispose();
    expect(Array.from(await first.data())).toEqual(values);
  });
});

describe('memory', () => {
  it('holds one tensor per draw, and none for streams, forks, states and errors', () => {
    const before = tf.memory().numTensors;
    const random = createRandom(0);
    const drawn = [random.normal([10]), random.uniform([10]), random.integers([10], 0, 5)];
    expect(tf.memory().numTensors).toBe(before + 3);
    random.fork('a').permutation(10);
    random.restore(random.state());
    expect(() => random.normal([-1])).toThrow();
    tf.dispose(drawn);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('errors', () => {
  it('name the function and the argument, and leave the stream where it was', () => {
    const random = createRandom(0);
    const before = random.state();
    const shape = (value: unknown) => value as number[];
    const wrong: [() => unknown, RegExp][] = [
      [() => random.normal(shape(3)), /^random\.normal: `shape` must be an array; got 3\. Write \[n\]/],
      [() => random.normal(shape(undefined)), /^random\.normal: `shape` must be an array; got undefined\./],
      [() => random.normal([2, -1]), /^random\.normal: `shape\[1\]` must be an integer of at least 0; got -1\./],
      [() => random.normal([2.5]), /`shape\[0\]` must be an integer of at least 0; got 2\.5\./],
      [() => random.normal(shape([null])), /`shape\[0\]` must be a number; got null\./],
      [() => random.normal([2 ** 16, 2 ** 16]), /`shape` must ask for fewer than 2\^31 values; got 4294967296\./],
      [() => random.uniform([NaN]), /^random\.uniform: `shape\[0\]` must be an integer/],
      [() => random.uniform([1], 0, Infinity), /^random\.uniform: `high` must be finite; got Infinity\./],
      [() => random.uniform([1], NaN, 1), /^random\.uniform: `low` must be finite; got NaN\./],
      [() => random.uniform([1], 1, 1), /^random\.uniform: `high` must be above low = 1 by .*; got 1\./],
      [() => random.uniform([1], 1, 1 + 1e-12), /`high` must be above low = 1 by a finite difference in float32/],
      [() => random.uniform([1], -3e38, 3e38), /`high` must be above low = -3e\+38 by a finite difference in float32/],
      [() => random.integers([1], 0.5, 3), /^random\.integers: `low` must be an integer/],
      [() => random.integers([1], 3, 3), /^random\.integers: `high` must be an integer of at least 4; got 3\./],
      [() => random.integers([1], 0, 2 ** 31 + 1), /`high` must be finite and at most 2147483648; got 2147483649\./],
      [() => random.integers([1], -(2 ** 31) - 1, 0), /`low` must be an integer of at least -2147483648/],
      [() => random.permutation(-1), /^random\.permutation: `n` must be an integer of at least 0; got -1\./],
      [() => random.permutation(2 ** 31), /^random\.permutation: `n` must ask for fewer than 2\^31 values/],
      [() => random.fork(1 as unknown as string), /^random\.fork: `name` must be a string; got 1\./],
    ];
    for (const [act, message] of wrong) expect(act).toThrow(message);
    expect(random.state()).toEqual(before);
  });
});
