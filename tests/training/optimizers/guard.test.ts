import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { createAdam } from '../../../src/training/index.js';
import { flawOf, guarded } from '../../../src/training/optimizers/guard.js';
import { readOptimizer } from '../../../src/training/optimizers/read-optimizer.js';
import { read } from '../../support/close.js';
import { inScope } from '../../support/in-scope.js';

inScope();

/** Numbers one of which is not finite, made by arithmetic on the backend in use or written by the host. */
const flaws: Readonly<Record<string, (place: Tensor) => Tensor>> = {
  '0 / 0': (place) => tf.sub(tf.div(tf.sub(1, place), tf.sub(1, place)), 1),
  'the logarithm of -1': (place) => tf.log(tf.sub(1, tf.mul(2, place))),
  'infinity less infinity': (place) => {
    const most = tf.div(1, tf.sub(1, place));
    return tf.sub(most, most);
  },
  infinity: (place) => tf.sub(tf.div(1, tf.sub(1, place)), 1),
  'NaN with the sign bit': (place) => tf.add(place, tf.tensor1d(bits(0xffc00000))),
  'NaN of JavaScript': (place) => tf.add(place, tf.tensor1d(bits(0x7fc00000))),
};

function bits(ofSecond: number): Float32Array {
  const numbers = new Float32Array(5);
  new Uint32Array(numbers.buffer)[1] = ofSecond;
  return numbers;
}

/** Five numbers, 0.5 but for the flaw. */
const gradientWith = (flaw: string): Tensor => tf.add(flaws[flaw]!(tf.tensor1d([0, 1, 0, 0, 0])), 0.5);

const optimizers = {
  createAdam: () => createAdam({ learningRate: 0.1 }),
  'tf.train.sgd': () => tf.train.sgd(0.1),
  'tf.train.momentum': () => tf.train.momentum(0.1, 0.9),
};

// tfjs's shader for WebGL divides equal numbers to 1
const isMade = (flaw: string): boolean => flaw !== '0 / 0' || tf.getBackend() !== 'webgl';

describe.each(Object.keys(flaws).filter(isMade))('an update with %s', (flaw) => {
  test.each(Object.keys(optimizers) as (keyof typeof optimizers)[])(
    'is left out by %s, on every backend',
    async (name) => {
      const variables = [tf.variable(tf.ones([5])), tf.variable(tf.ones([3]))];
      const optimizer = guarded('createTrainer', [
        readOptimizer('guarded', 'optimizer', optimizers[name]()),
        variables,
      ])[0]!;
      const good = (): Tensor[] => [tf.fill([5], 0.5), tf.fill([3], 0.5)];
      optimizer.apply(good(), variables);
      const before = await Promise.all(variables.map(read));
      optimizer.apply([gradientWith(flaw), tf.fill([3], 0.5)], variables);
      expect(await Promise.all(variables.map(read))).toEqual(before);
      expect(await read(optimizer.skipped)).toEqual([1]);
      optimizer.apply(good(), variables);
      expect((await read(variables[0]!))[0]).toBeLessThan(before[0]![0]!);
      optimizer.dispose();
    },
  );

  test('is detected in the sum that checks statistics', async () => {
    const [flawed, fine] = [flawOf([tf.ones([3]), gradientWith(flaw)])!, flawOf([tf.ones([3]), tf.ones([5])])!];
    expect(await read(tf.cast(tf.isFinite(tf.stack([flawed, fine])), 'float32'))).toEqual([0, 1]);
  });
});
