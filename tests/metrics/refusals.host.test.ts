import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  densityCoverage,
  frechetDistance,
  kernelDistance,
  modeCoverage,
  nearestNeighbours,
  precisionRecall,
  type MeasureOptions,
} from '../../src/metrics/index.js';
import { ShapeError } from '../../src/tensor/errors.js';

type Measure = (a: tf.Tensor, b: tf.Tensor, options?: MeasureOptions) => Promise<object>;

/** Each measure of two sets, the names of its arguments, and how many rows each needs. */
const measures: [name: string, measure: Measure, a: string, b: string, rowsOfA: number, rowsOfB: number][] = [
  ['frechetDistance', frechetDistance, 'a', 'b', 2, 2],
  ['kernelDistance', kernelDistance, 'a', 'b', 2, 2],
  ['precisionRecall', precisionRecall, 'real', 'fake', 4, 4],
  ['densityCoverage', densityCoverage, 'real', 'fake', 6, 1],
  ['nearestNeighbours', nearestNeighbours, 'samples', 'data', 1, 2],
  [
    'modeCoverage',
    (a, centers, options) => modeCoverage(a, { centers, standardDeviation: 1, seed: options?.seed }),
    'samples',
    'centers',
    1,
    1,
  ],
];

describe.each(measures)('%s', (name, measure, a, b, rowsOfA, rowsOfB) => {
  let good: tf.Tensor[] = [];
  let tensors = 0;
  beforeEach(() => {
    good = [tf.ones([6, 3]), tf.ones([6, 3])];
    tensors = tf.memory().numTensors;
  });
  afterEach(() => {
    tf.dispose(good);
    expect(tf.memory().numTensors).toBe(tensors - 2);
  });

  /** Expects each argument to be rejected in turn. */
  async function refuses(make: () => tf.Tensor, error: new (...words: never[]) => Error, rule: string): Promise<void> {
    for (const place of [0, 1]) {
      const wrong = make();
      const [x, y] = place === 0 ? [wrong, good[1]!] : [good[0]!, wrong];
      const thrown: unknown = await measure(x, y).catch((reason: unknown) => reason);
      tf.dispose(wrong);
      expect(thrown).toBeInstanceOf(error);
      expect((thrown as Error).message).toContain(`${name}: \`${place === 0 ? a : b}\` ${rule}`);
    }
  }

  it('takes as few rows as it says', async () => {
    const [x, y] = [tf.ones([rowsOfA, 3]), tf.ones([rowsOfB, 3])];
    expect(await measure(x, y)).toHaveProperty('protocol');
    tf.dispose([x, y]);
  });

  it('rejects fewer rows', async () => {
    const [x, y] = [tf.ones([rowsOfA - 1, 3]), tf.ones([rowsOfB - 1, 3])];
    await expect(measure(x, good[1]!)).rejects.toThrow(
      `${name}: \`${a}\` must have shape [?, 3]; got [${rowsOfA - 1}, 3].`,
    );
    await expect(measure(good[0]!, y)).rejects.toThrow(
      `${name}: \`${b}\` must have shape [?, 3]; got [${rowsOfB - 1}, 3].`,
    );
    await expect(measure(x, good[1]!)).rejects.toThrow(ShapeError);
    tf.dispose([x, y]);
  });

  it('rejects integers', () => refuses(() => tf.ones([6, 3], 'int32'), TypeError, 'must be float32; got int32'));

  it('rejects a disposed tensor', () =>
    refuses(
      () => {
        const gone = tf.ones([6, 3]);
        gone.dispose();
        return gone;
      },
      TypeError,
      'must be a tensor, not disposed',
    ));

  it('rejects images', () => refuses(() => tf.ones([6, 3, 1]), ShapeError, 'must have shape [?, '));

  it('rejects rows of another length', async () => {
    const y = tf.ones([6, 2]);
    await expect(measure(good[0]!, y)).rejects.toThrow(`${name}: \`${b}\` must have shape [?, 3]; got [6, 2].`);
    tf.dispose(y);
  });

  it('rejects rows without numbers', async () => {
    const x = tf.zeros([6, 0]);
    await expect(measure(x, x)).rejects.toThrow(`${name}: \`${a}.shape[1]\` must be a positive integer; got 0.`);
    tf.dispose(x);
  });

  it.each([NaN, Infinity])('rejects a feature that is %d', (number) =>
    refuses(
      () => tf.tensor2d([...new Array<number>(14).fill(1), number, 1, 1, 1], [6, 3]),
      RangeError,
      `must be finite; got ${number} in row 4`,
    ),
  );

  it('rejects a seed that is not an integer', async () => {
    await expect(measure(good[0]!, good[1]!, { seed: 0.5 })).rejects.toThrow(`${name}: \`seed\` must be`);
  });
});

describe('options', () => {
  const [rows] = [() => tf.ones([6, 3])];

  it.each([
    ['precisionRecall', precisionRecall],
    ['densityCoverage', densityCoverage],
  ] as const)('%s refuses neighbours that are no positive integer, or too many', async (name, measure) => {
    const x = rows();
    for (const neighbours of [0, 1.5, NaN]) {
      await expect(measure(x, x, { neighbours })).rejects.toThrow(`${name}: \`neighbours\` must be a positive integer`);
    }
    await expect(measure(x, x, { neighbours: 6 })).rejects.toThrow('With 6 neighbours, at least 7 rows are needed.');
    x.dispose();
  });

  it('nearestNeighbours rejects a quantile outside 0 ... 1', async () => {
    const x = rows();
    for (const quantile of [0, 1.01, NaN]) {
      await expect(nearestNeighbours(x, x, { quantile })).rejects.toThrow(
        'nearestNeighbours: `quantile` must be finite',
      );
    }
    x.dispose();
  });

  it('nearestNeighbours rejects groups that are not an integer for each row, or all the same', async () => {
    const x = rows();
    const count = x.shape[0];
    for (const groups of ['aaaaaa', Array.from({ length: count }, () => 0.5)] as unknown as ArrayLike<number>[]) {
      await expect(nearestNeighbours(x, x, { groups })).rejects.toThrow(
        'nearestNeighbours: `groups` must be an array of integers',
      );
    }
    await expect(nearestNeighbours(x, x, { groups: [1, 2] })).rejects.toThrow(
      `nearestNeighbours: \`groups.length\` must be ${count}, one for each row of \`data\`; got 2.`,
    );
    await expect(nearestNeighbours(x, x, { groups: new Int32Array(count).fill(7) })).rejects.toThrow(
      'nearestNeighbours: `groups` must have at least two different numbers; got only 7.',
    );
    x.dispose();
  });

  it('modeCoverage rejects a standard deviation that is not above 0', async () => {
    const x = rows();
    for (const standardDeviation of [0, -1, Infinity]) {
      await expect(modeCoverage(x, { centers: x, standardDeviation })).rejects.toThrow(
        'modeCoverage: `standardDeviation` must be finite and above 0',
      );
    }
    x.dispose();
  });

  it('features must be a string', async () => {
    const x = rows();
    await expect(frechetDistance(x, x, { features: 3 as unknown as string })).rejects.toThrow(
      'frechetDistance: `features` must be a string; got 3.',
    );
    x.dispose();
  });
});

describe('a device that fails', () => {
  it('leaves no tensor behind', async () => {
    const x = tf.ones([6, 3]);
    const before = tf.memory().numTensors;
    // The products, not the features, which have another shape.
    const data = vi.spyOn(tf.Tensor.prototype, 'data').mockImplementation(function (this: tf.Tensor) {
      if (this.shape[1] === 6) return Promise.reject(new Error('lost'));
      return Promise.resolve(new Float32Array(18).fill(1));
    });
    try {
      await expect(precisionRecall(x, x)).rejects.toThrow('lost');
    } finally {
      data.mockRestore();
    }
    expect(tf.memory().numTensors).toBe(before);
    x.dispose();
  });
});
