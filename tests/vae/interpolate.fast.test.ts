import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../src/random/index.js';
import { ShapeError } from '../../src/tensor/errors.js';
import { interpolate, linearPath, sphericalPath } from '../../src/vae/index.js';
import { expectClose, read } from '../support/close.js';
import { checkNoLeaks } from '../support/checks.js';
import { inScope } from '../support/in-scope.js';

inScope();

const paths = [
  { name: 'linearPath', path: linearPath },
  { name: 'sphericalPath', path: sphericalPath },
];

describe.each(paths)('interpolate along $name', ({ path }) => {
  test('starts and ends exactly at its two arguments, for one pair and for a batch', async () => {
    const random = createRandom(1);
    for (const shape of [[5], [3, 5]]) {
      const [from, to] = [random.normal(shape), random.normal(shape)];
      const way = interpolate(from, to, { steps: 4, path });
      expect(way.shape).toEqual([...shape.slice(0, -1), 4, 5]);
      const points = tf.unstack(way, way.rank - 2);
      expect(await read(points[0]!)).toEqual(await read(from));
      expect(await read(points[3]!)).toEqual(await read(to));
    }
  });

  test('the path itself is at the two ends for t = 0 and t = 1', async () => {
    const [from, to] = [createRandom(1).normal([3, 5]), createRandom(2).normal([3, 5])];
    await expectClose(path(from, to, 0), from, { absolute: 1e-5 });
    await expectClose(path(from, to, 1), to, { absolute: 1e-5 });
  });

  test('stays finite between equal, parallel, opposite and zero vectors', async () => {
    const from = tf.tensor2d([
      [1, 2],
      [1, 2],
      [1, 2],
      [0, 0],
      [0, 0],
    ]);
    const to = tf.tensor2d([
      [1, 2],
      [3, 6],
      [-1, -2],
      [0, 0],
      [1, 2],
    ]);
    const values = await read(interpolate(from, to, { steps: 5, path }));
    expect(values.every(Number.isFinite)).toBe(true);
    // [pair, step, latent]: the midpoint between equal and between parallel vectors
    const middle = (pair: number): number[] => [...values.slice(10 * pair + 4, 10 * pair + 6)];
    const [equal, parallel] = [middle(0), middle(1)];
    await expectClose(equal, [1, 2], { relative: 1e-3 });
    await expectClose(parallel, [2, 4], { relative: 1e-3 });
  });

  test('leaves no tensor behind', async () => {
    const [from, to] = [tf.tensor1d([1, 0]), tf.tensor1d([0, 1])];
    await checkNoLeaks(() => interpolate(from, to, { steps: 3, path }));
    await checkNoLeaks(() => path(from, to, 0.3));
  });
});

test('linearPath divides a segment evenly', async () => {
  const way = interpolate(tf.tensor1d([0, 4]), tf.tensor1d([4, 0]), { steps: 5, path: linearPath });
  await expectClose(way, [0, 4, 1, 3, 2, 2, 3, 1, 4, 0]);
});

describe('sphericalPath', () => {
  test('divides a right angle evenly', async () => {
    const way = interpolate(tf.tensor1d([2, 0]), tf.tensor1d([0, 2]), { steps: 4, path: sphericalPath });
    const angles = [0, 30, 60, 90].map((degrees) => (degrees * Math.PI) / 180);
    await expectClose(
      way,
      angles.flatMap((angle) => [2 * Math.cos(angle), 2 * Math.sin(angle)]),
      { relative: 1e-3, absolute: 1e-3 },
    );
  });

  test('keeps the norm of vectors with equal norms, at narrow and at wide angles', async () => {
    const degrees = [0.02, 0.1, 1, 30, 120, 179];
    const from = tf.tile(tf.tensor2d([[3, 0]]), [degrees.length, 1]);
    const ends = degrees.map((value) => [3 * Math.cos((value * Math.PI) / 180), 3 * Math.sin((value * Math.PI) / 180)]);
    const way = interpolate(from, tf.tensor2d(ends), { steps: 9, path: sphericalPath });
    const norms = await read(tf.norm(way, 'euclidean', -1));
    await expectClose(
      norms,
      norms.map(() => 3),
      { relative: 5e-3 },
    );
  });
});

describe('interpolate rejects', () => {
  const from = () => tf.tensor1d([1, 2]);

  test('ends of different shapes, fewer than two steps, and a path that is not a function', () => {
    const options = { steps: 3, path: linearPath };
    expect(() => interpolate(from(), tf.zeros([3]), options)).toThrow(ShapeError);
    expect(() => interpolate(tf.scalar(1), tf.scalar(2), options)).toThrow(ShapeError);
    expect(() => interpolate(from(), from(), { ...options, steps: 1 })).toThrow(
      '`steps` must be an integer of at least 2',
    );
    expect(() => interpolate(from(), from(), { ...options, path: 'linear' as never })).toThrow(
      '`path` must be a function',
    );
    expect(() => interpolate(tf.tensor1d([1], 'int32'), from(), options)).toThrow('`from` must be float32');
  });
});
