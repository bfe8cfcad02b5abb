import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { attentionOf, type AttentionNumbers } from '../../src/operations/attention.js';
import { createRandom } from '../../src/random/index.js';
import { checkGradients, checkSecondGradients } from '../support/checks.js';
import { expectOracle, read } from '../support/close.js';
import { inScope } from '../support/in-scope.js';

inScope();

const [BATCH, TOKENS, WIDTH] = [2, 5, 6];
const projections = (): Tensor => createRandom(3).normal([BATCH, TOKENS, 3 * WIDTH]);
const run = (x: Tensor, numbers: AttentionNumbers): Tensor => tf.tidy(() => attentionOf(x, numbers));

/** The definition in float64, with loops. */
function reference(x: ArrayLike<number>, { heads, causal }: AttentionNumbers): number[] {
  const size = WIDTH / heads;
  const at = (example: number, token: number, channel: number): number =>
    x[(example * TOKENS + token) * 3 * WIDTH + channel]!;
  const y: number[] = [];
  for (let example = 0; example < BATCH; example++) {
    for (let i = 0; i < TOKENS; i++) {
      for (let channel = 0; channel < WIDTH; channel++) {
        const first = channel - (channel % size);
        const powers = Array.from({ length: causal ? i + 1 : TOKENS }, (_, j) => {
          let score = 0;
          for (let c = first; c < first + size; c++) score += at(example, i, c) * at(example, j, WIDTH + c);
          return Math.exp(score / Math.sqrt(size));
        });
        const total = powers.reduce((sum, one) => sum + one);
        y.push(powers.reduce((sum, one, j) => sum + (one / total) * at(example, j, 2 * WIDTH + channel), 0));
      }
    }
  }
  return y;
}

describe.each([
  { heads: 1, causal: false },
  { heads: 3, causal: false },
  { heads: 1, causal: true },
  { heads: 2, causal: true },
])('attention with $heads heads, causal: $causal', (numbers) => {
  test('is its definition', async () => {
    const x = projections();
    await expectOracle(run(x, numbers), reference(await read(x), numbers), { relative: 1e-4, absolute: 1e-5 });
  });

  test('has correct first and second derivatives', async () => {
    const x = tf.slice(projections(), [0, 0, 0], [1, 3, 3 * WIDTH]);
    const weights = createRandom(4).normal([1, 3, WIDTH]);
    await checkGradients((place) => tf.mul(run(place, numbers), weights), [x]);
    const slope = (place: Tensor): Tensor => tf.grad((at: Tensor) => tf.mul(run(at, numbers), weights))(place);
    await checkSecondGradients(slope, [x]);
  });

  test('of no examples and of one token has its shape', async () => {
    expect(run(tf.zeros([0, TOKENS, 3 * WIDTH]), numbers).shape).toEqual([0, TOKENS, WIDTH]);
    const one = tf.slice(projections(), [0, 0, 0], [BATCH, 1, 3 * WIDTH]);
    await expectOracle(run(one, numbers), await read(tf.slice(one, [0, 0, 2 * WIDTH], [-1, -1, -1])), {
      relative: 1e-4,
    });
  });
});

test.each([
  { batch: 2, tokens: 37, heads: 3, size: 5, causal: false },
  { batch: 3, tokens: 16, heads: 2, size: 20, causal: true },
  { batch: 1, tokens: 301, heads: 1, size: 3, causal: true },
  { batch: 40, tokens: 64, heads: 1, size: 1, causal: false },
])('$batch examples of $tokens tokens: $heads heads of $size, causal: $causal', async (sizes) => {
  const { batch, tokens, heads, size, causal } = sizes;
  const width = heads * size;
  const random = createRandom(6);
  const [x, dy] = [random.normal([batch, tokens, 3 * width]), random.normal([batch, tokens, width])];
  const [numbers, slopes] = [await read(x), await read(dy)];
  const [y, dx] = [slopes.map(() => 0), numbers.map(() => 0)];
  for (let unit = 0; unit < batch * heads * tokens; unit++) {
    const [i, head] = [unit % tokens, Math.floor(unit / tokens) % heads];
    const example = Math.floor(unit / (tokens * heads)) * tokens;
    const at = (token: number, part: number, c: number): number =>
      (3 * (example + token) + part) * width + head * size + c;
    const own = (c: number): number => (example + i) * width + head * size + c;
    const places = Array.from({ length: causal ? i + 1 : tokens }, (_, j) => j);
    const channels = Array.from({ length: size }, (_, c) => c);
    const dot = (f: (c: number) => number): number => channels.reduce((sum, c) => sum + f(c), 0);
    const powers = places.map((j) => Math.exp(dot((c) => numbers[at(i, 0, c)]! * numbers[at(j, 1, c)]!) / size ** 0.5));
    const total = powers.reduce((sum, one) => sum + one, 0);
    const weights = powers.map((one) => one / total);
    const pulls = places.map((j) => dot((c) => slopes[own(c)]! * numbers[at(j, 2, c)]!));
    const mean = pulls.reduce((sum, one, j) => sum + weights[j]! * one, 0);
    for (const c of channels) {
      for (const j of places) {
        const score = (weights[j]! * (pulls[j]! - mean)) / size ** 0.5;
        y[own(c)]! += weights[j]! * numbers[at(j, 2, c)]!;
        dx[at(i, 0, c)]! += score * numbers[at(j, 1, c)]!;
        dx[at(j, 1, c)]! += score * numbers[at(i, 0, c)]!;
        dx[at(j, 2, c)]! += weights[j]! * slopes[own(c)]!;
      }
    }
  }
  const attend = (place: Tensor): Tensor => run(place, { heads, causal });
  await expectOracle(attend(x), y, { relative: 1e-4, absolute: 1e-5 });
  await expectOracle(tf.grad(attend)(x, dy), dx, { relative: 1e-4, absolute: 2e-5 });
});

// A backend may pass it on to positions that do not see it, because 0 times NaN is NaN.
test.each([
  ['query', 0, [2]],
  ['key', 1, [2, 3]],
  ['value', 2, [2, 3]],
] as const)('NaN in a %s reaches the positions that see it', async (_, part, seen) => {
  const numbers = new Float32Array(12).fill(0.5);
  numbers[6 + part] = NaN;
  const value = await read(run(tf.tensor3d(numbers, [1, 4, 3]), { heads: 1, causal: true }));
  for (const position of seen) expect(value[position]).toBeNaN();
});

test.each([1, 1e4, 1e18])(
  'what comes later, times %d, changes no bit of causal attention, nor of its gradient',
  async (scale) => {
    const x = projections();
    const numbers = { heads: 2, causal: true };
    const past = 3;
    const from = (begin: number, size: number) => (y: Tensor) => tf.slice(y, [0, begin, 0], [-1, size, -1]);
    const other = tf.mul(createRandom(5).normal([BATCH, TOKENS - past, 3 * WIDTH]), scale);
    const changed = tf.concat([from(0, past)(x), other], 1);
    const early = (place: Tensor): Tensor => from(0, past)(run(place, numbers));
    const slope = tf.grad(early);
    expect(await read(early(changed))).toEqual(await read(early(x)));
    expect(await read(from(0, past)(slope(changed)))).toEqual(await read(from(0, past)(slope(x))));
    expect((await read(from(past, TOKENS - past)(slope(changed)))).every((one) => one === 0)).toBe(true);
  },
);
