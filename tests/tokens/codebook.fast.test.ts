import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { createRandom, type RandomStream } from '../../src/index.js';
import { createCodebook, type Quantizer } from '../../src/tokens/index.js';
import { expectClose, expectOracle, read } from '../support/close.js';
import { inScope } from '../support/in-scope.js';
import { withoutLeak } from '../training/sample.js';

inScope();

const FOUR = [
  [0, 0],
  [1, 0],
  [4, 0],
  [6, 2],
];

/** A codebook with these codes. */
function codebook(codes: number[][], options: object = {}): Quantizer {
  const size = codes[0]!.length;
  const quantizer = createCodebook({ codes: codes.length, size, random: createRandom(1), ...options });
  tf.tidy(() => quantizer.buffers![0]!.assign(tf.tensor2d(codes)));
  return quantizer;
}

const train = (random: RandomStream = createRandom(2)) => ({ training: true, random });
const codesOf = (quantizer: Quantizer): Promise<number[]> => read(quantizer.buffers![0]!);
const countsOf = (quantizer: Quantizer): Promise<number[]> => read(quantizer.buffers![1]!);

describe('four points and two codes', () => {
  const two = [
    [0, 0],
    [5, 0],
  ];
  test('each point gets the nearest code, and the penalty is the squared distance', async () => {
    const quantizer = codebook(two, { commitment: 1 });
    const { z, indices, penalty } = quantizer.quantize(tf.tensor2d(FOUR));
    expect(await read(indices)).toEqual([0, 0, 1, 1]);
    await expectOracle(z, [0, 0, 0, 0, 5, 0, 5, 0]);
    await expectOracle(penalty!, [0, 1, 1, 5]);
    const half = codebook(two, { commitment: 0.5 }).quantize(tf.tensor3d([FOUR.slice(0, 2), FOUR.slice(2)]));
    await expectOracle(half.penalty!, [0.5, 3]);
    expect(codebook(two, { commitment: 0 }).quantize(tf.tensor2d(FOUR)).penalty).toBeUndefined();
  });

  // one step of Lloyd's algorithm, by hand
  test.each([0, 0.5, 0.99])(
    'the first update moves the codes to the means of their points, with decay %d',
    async (decay) => {
      const quantizer = codebook(two, { decay });
      quantizer.quantize(tf.tensor2d(FOUR), train());
      await expectOracle(await codesOf(quantizer), [0.5, 0, 5, 1]);
      await expectOracle(await countsOf(quantizer), [2, 2]);
    },
  );

  test('gradients pass to the points unchanged, and the penalty pulls them to the codes', async () => {
    const quantizer = codebook(two, { commitment: 0.25 });
    const weights = tf.tensor2d([1, -2, 3, -4, 5, -6, 7, -8], [4, 2]);
    const h = tf.tensor2d(FOUR);
    await expectOracle(tf.grad((x) => tf.sum(tf.mul(weights, quantizer.quantize(x).z)))(h), await read(weights));
    const pull = tf.grad((x) => tf.sum(quantizer.quantize(x).penalty!))(h);
    await expectOracle(pull, [0, 0, 0.5, 0, -0.5, 0, 0.5, 1]);
  });
});

test('codes are means of running sums and counts, also where batches differ', async () => {
  const quantizer = createCodebook({ codes: 3, size: 2, random: createRandom(3), decay: 0.8, restartBelow: 0 });
  let codes = await codesOf(quantizer);
  let [sums, counts] = [new Float64Array(6), new Float64Array(3)];
  for (const seed of [1, 2, 3, 4, 5]) {
    const h = createRandom(seed).normal([4 + seed, 2]);
    const rows = await read(h);
    const { indices } = quantizer.quantize(h, train());
    const expected = Array.from({ length: rows.length / 2 }, (_, i) => {
      const distances = [0, 1, 2].map(
        (k) => (rows[2 * i]! - codes[2 * k]!) ** 2 + (rows[2 * i + 1]! - codes[2 * k + 1]!) ** 2,
      );
      return distances.indexOf(Math.min(...distances));
    });
    expect(await read(indices)).toEqual(expected);
    [sums, counts] = [sums.map((sum) => 0.8 * sum), counts.map((count) => 0.8 * count)];
    expected.forEach((k, i) => {
      counts[k]! += 1;
      for (const j of [0, 1]) sums[2 * k + j]! += rows[2 * i + j]!;
    });
    codes = codes.map((code, i) => (counts[i >> 1]! > 0 ? sums[i]! / counts[i >> 1]! : code));
    await expectOracle(await codesOf(quantizer), codes, { absolute: 1e-5 });
    await expectOracle(await countsOf(quantizer), counts);
  }
});

test('with decay 0, the error of fixed data never rises', async () => {
  const quantizer = createCodebook({
    codes: 6,
    size: 2,
    random: createRandom(4),
    decay: 0,
    restartBelow: 0,
    commitment: 1,
  });
  const h = createRandom(5).normal([60, 2]);
  const errors: number[] = [];
  for (let i = 0; i < 8; i++) {
    const { penalty } = quantizer.quantize(h, train());
    errors.push((await read(tf.mean(penalty!)))[0]!);
  }
  errors.slice(1).forEach((error, i) => expect(error).toBeLessThanOrEqual(errors[i]! * (1 + 1e-6)));
  expect(errors.at(-1)).toBeLessThan(0.9 * errors[0]!);
});

test('of several nearest codes the first one is chosen', async () => {
  // 70 codes: kernels that compare in parallel visit the code 64 before the code 1
  const codes = Array.from({ length: 70 }, (_, k) => (k % 3 === 1 ? [1, 2] : [50 + k, 0]));
  const quantizer = codebook(codes);
  expect(await read(quantizer.indicesOf(tf.tensor2d([1, 2, 1.5, 2], [2, 2])))).toEqual([1, 1]);
});

test('a large offset that all vectors share costs no accuracy', async () => {
  const offset = 4096;
  const near = [0, 0.25, 0.5, 0.75].map((x) => [offset + x, offset - x]);
  const points = near.map(([x, y]) => [x! + 0.0625, y! - 0.0625]);
  expect(await read(codebook(near).indicesOf(tf.tensor2d(points)))).toEqual([0, 1, 2, 3]);
});

test('an unused code becomes a vector of the batch, drawn from the stream, and its count the limit', async () => {
  const far = [
    [0, 0],
    [100, 100],
    [200, 200],
  ];
  const quantizer = codebook(far, { restartBelow: 0.1 });
  const random = createRandom(6);
  const [first, second] = createRandom(6).permutation(4).slice(1, 3) as unknown as [number, number];
  const { z } = quantizer.quantize(tf.tensor2d(FOUR), train(random));
  await expectClose(z, new Float32Array(8));
  await expectOracle(await codesOf(quantizer), [11 / 4, 0.5, ...FOUR[first]!, ...FOUR[second]!]);
  await expectOracle(await countsOf(quantizer), [4, 0.1 * (4 / 3), 0.1 * (4 / 3)]);
  // the next batch moves a new code by its own mean, from the sum that belongs to its count
  const own = FOUR[first]!;
  quantizer.quantize(tf.tensor2d([own, own]), train(random));
  const codes = await codesOf(quantizer);
  await expectOracle(codes.slice(2, 4), own);
});

test('without restarts no stream is needed, and unused codes stay', async () => {
  const quantizer = codebook(
    [
      [0, 0],
      [99, 99],
    ],
    { restartBelow: 0 },
  );
  quantizer.quantize(tf.tensor2d(FOUR), { training: true });
  await expectOracle((await codesOf(quantizer)).slice(2), [99, 99]);
  expect(() => codebook([[0], [1]]).quantize(tf.zeros([2, 1]), { training: true })).toThrow(/options.random/);
});

test('nothing moves outside training, in a second pass of an update, or by a vector that is not finite', async () => {
  const quantizer = codebook([
    [0, 0],
    [5, 0],
  ]);
  const [codes, counts] = [await codesOf(quantizer), await countsOf(quantizer)];
  const unchanged = async (): Promise<void> => {
    expect(await codesOf(quantizer)).toEqual(codes);
    expect(await countsOf(quantizer)).toEqual(counts);
  };
  const h = tf.tensor2d(FOUR);
  quantizer.quantize(h);
  quantizer.quantize(h, { random: createRandom(1) });
  quantizer.quantize(h, { training: false });
  await unchanged();
  for (const bad of [NaN, Infinity]) {
    const broken = tf.tensor2d([
      [0, 0],
      [bad, 1],
    ]);
    quantizer.quantize(broken, train());
    await unchanged();
  }
  const { z, indices } = quantizer.quantize(
    tf.tensor2d([
      [0, 1],
      [NaN, 1],
    ]),
  );
  expect(await read(indices)).toEqual([0, 2]);
  expect((await read(z)).map(Number.isNaN)).toEqual([false, false, true, true]);
  // by hand: the first pass sees the points, the second one others
  tf.tidy(() =>
    tf.grad((x) => {
      const first = quantizer.quantize(x, train()).z;
      return tf.sum(tf.add(first, quantizer.quantize(tf.add(x, 1), train()).z));
    })(h),
  );
  await expectOracle(await codesOf(quantizer), [0.5, 0, 5, 1]);
});

test('indices and codes belong to each other one to one', async () => {
  const quantizer = createCodebook({ codes: 40, size: 3, random: createRandom(7) });
  const all = tf.range(0, 40, 1, 'int32');
  expect(await read(quantizer.indicesOf(quantizer.lookUp(all)))).toEqual(await read(all));
  const outside = await read(quantizer.lookUp(tf.tensor1d([-1, 40], 'int32')));
  expect(outside.every(Number.isNaN)).toBe(true);
});

test('no tensor is left behind', async () => {
  const quantizer = codebook([
    [0, 0],
    [5, 0],
  ]);
  const h = tf.tensor2d(FOUR);
  await withoutLeak(() => {
    const { z, indices, penalty } = quantizer.quantize(h, train());
    tf.dispose([z, indices, penalty!, quantizer.lookUp(indices), quantizer.indicesOf(h)]);
  });
});
