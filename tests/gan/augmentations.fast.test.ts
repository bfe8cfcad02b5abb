import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import {
  augmentations,
  instanceNoise,
  r1Penalty,
  randomColor,
  randomCutout,
  randomTranslation,
  type Augmentation,
} from '../../src/gan/index.js';
import * as gan from '../../src/gan/index.js';
import { createRandom, type RandomStream } from '../../src/random/index.js';
import { noteOf } from '../../src/tensor/made-by.js';
import { ShapeError } from '../../src/tensor/errors.js';
import { linearRamp } from '../../src/training/index.js';
import { expectClose, read } from '../support/close.js';
import { augmentationCases } from './augmentation-references.js';
import { checkGradients, checkNoLeaks, checkSecondGradients } from '../support/checks.js';
import { inScope } from '../support/in-scope.js';

inScope();

const shapes = [
  [4, 8, 8, 3],
  [2, 7, 4, 2],
  [1, 8, 8, 1],
  [3, 5, 9, 3],
  [2, 1, 1, 1],
] as const;
/** A GPU in software compiles shaders for each shape. */
const isSlow = /web/.test(tf.getBackend());

describe.each(augmentationCases)('$name', ({ augment, reference, anyShape }) => {
  test.each(shapes.slice(0, isSlow ? 1 : 5))(
    'does what its documentation says, draws included, to images of [%i, %i, %i, %i]',
    async (...shape) => {
      const x = createRandom(1).normal(shape);
      const [drawn, expectedDrawn] = [createRandom(2), createRandom(2)];
      const changed = augment(x, drawn);
      const expected = await reference({ data: await read(x), shape }, expectedDrawn);
      expect([changed.shape, changed.dtype]).toEqual([shape, 'float32']);
      await expectClose(changed, expected.data, { relative: 1e-5, absolute: 2e-6 });
      expect(drawn.state()).toEqual(expectedDrawn.state());
    },
  );

  test('gives the same images from the same stream, different ones from another, and different ones for each example of a batch', async () => {
    const one = createRandom(1).normal([1, 16, 16, 3]);
    const x = tf.tile(one, [6, 1, 1, 1]);
    const draw = (seed: number): Promise<number[]> => read(augment(x, createRandom(seed)));
    const first = await draw(3);
    expect(await draw(3)).toEqual(first);
    expect(await draw(4)).not.toEqual(first);
    const size = 16 * 16 * 3;
    const images = Array.from({ length: 6 }, (_, b) => first.slice(b * size, (b + 1) * size).join());
    // A flip gives two; one draw for the whole batch would give one.
    expect(new Set(images).size).toBeGreaterThan(1);
  });

  test('has the gradient of central differences, and a correct second derivative in a penalty on its output', async () => {
    // few numbers, because a software GPU takes a second for each
    const x = createRandom(5).normal([2, 1, 4, 2]);
    const fixed = (images: Tensor): Tensor => augment(images, createRandom(6));
    // Squares: with steeper functions the sum would drown a small derivative in the rounding of float32.
    await checkGradients((images) => tf.square(fixed(images)), [x]);
    const critic = {
      logits: (images: Tensor): Tensor => tf.sum(tf.reshape(tf.square(fixed(images)), [images.shape[0], -1]), 1, true),
    };
    await checkSecondGradients((images) => r1Penalty(critic, images), [x]);
    const [slope] = await read(tf.sum(tf.abs(tf.grad((images) => r1Penalty(critic, images))(x))));
    expect(slope).toBeGreaterThan(1);
  });

  test('leaves no tensor behind, even when it throws, and its input unchanged', async () => {
    const x = tf.ones([2, 4, 4, 3]);
    await checkNoLeaks(() => augment(x, createRandom(1)));
    await checkNoLeaks(() => tf.grad((images) => augment(images, createRandom(1)))(x));
    const wrong = tf.ones([2, 4, 4, 3], 'int32');
    await checkNoLeaks(() => {
      expect(() => augment(wrong, createRandom(1))).toThrow(TypeError);
      expect(() => augment(x, {} as RandomStream)).toThrow(TypeError);
    });
    augment(x, createRandom(1)).dispose();
    await expectClose(x, tf.ones([2, 4, 4, 3]));
  });

  test('rejects anything but a batch of float32 images and a stream, by name', () => {
    const random = createRandom(1);
    expect(() => augment(tf.ones([2, 4, 4, 3], 'int32'), random)).toThrow(
      /: `(images|x)` must be float32; got int32\. Cast with tf\.cast; divide bytes by 255\.$/,
    );
    expect(() => augment(undefined as unknown as Tensor, random)).toThrow(TypeError);
    expect(() => augment(tf.ones([2]), random)).toThrow(ShapeError);
    expect(() => augment(tf.ones([2, 4, 4, 3]), undefined as unknown as RandomStream)).toThrow(
      /: `random` must be a random stream; got undefined\./,
    );
    if (anyShape === true) return;
    expect(() => augment(tf.ones([2, 16]), random)).toThrow(
      /^\w+: `images` must have shape \[\?, \?, \?, \?\]; got \[2, 16\]\. Images are \[batch, height, width, channels\]\.$/,
    );
  });
});

/** How often each value was drawn. */
function counts(values: readonly number[]): Map<number, number> {
  const found = new Map<number, number>();
  for (const value of values) found.set(value, (found.get(value) ?? 0) + 1);
  return found;
}

test.skipIf(isSlow)('all shifts up to an eighth of the image, in each direction, are equally likely', async () => {
  const n = 1000;
  // One bright pixel in the middle of each image: its new place shows how far it has moved.
  const dot = tf.pad(tf.ones([n, 1, 1, 1]), [[0, 0], [8, 7], [8, 7], [0, 0]]); // prettier-ignore
  const moved = randomTranslation()(dot, createRandom(7));
  for (const axis of [1, 2]) {
    const lines = tf.reshape(tf.sum(moved, axis === 1 ? 2 : 1), [n, 16]);
    const found = counts((await read(tf.argMax(lines, 1))).map((place) => place - 8));
    expect([...found.keys()].sort((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2]);
    // four standard errors of a share of one fifth
    for (const count of found.values()) expect(Math.abs(count / n - 0.2)).toBeLessThan(4 * Math.sqrt(0.16 / n));
  }
});

test.skipIf(isSlow)('a hole is half of each side, one rectangle, and may be partly outside', async () => {
  const n = 500;
  const kept = await read(randomCutout()(tf.ones([n, 8, 6, 1]), createRandom(8)));
  const areas = Array.from({ length: n }, (_, b) => {
    const places = Array.from({ length: 48 }, (_, place) => place).filter((place) => kept[48 * b + place] === 0);
    const rows = new Set(places.map((place) => Math.floor(place / 6)));
    const columns = new Set(places.map((place) => place % 6));
    const range = (all: Set<number>): number => Math.max(...all) - Math.min(...all) + 1;
    expect(places.length, 'a full rectangle').toBe(rows.size * columns.size);
    expect([range(rows), range(columns)]).toEqual([rows.size, columns.size]);
    return [rows.size, columns.size] as const;
  });
  expect(new Set(areas.map(([rows]) => rows))).toEqual(new Set([2, 3, 4]));
  expect(new Set(areas.map(([, columns]) => columns))).toEqual(new Set([2, 3]));
});

test('an augmentation that does nothing returns a copy that the caller may dispose', async () => {
  const x = createRandom(1).normal([2, 4, 4, 3]);
  // each option of each augmentation is a strength
  const nothing = augmentationCases.flatMap(({ augment }): Augmentation[] => {
    const { kind = '', options = {} } = noteOf(augment) ?? {};
    const make = (gan as Readonly<Record<string, unknown>>)[kind] as ((options: object) => Augmentation) | undefined;
    return make === undefined || 'list' in options
      ? []
      : [make(Object.fromEntries(Object.keys(options).map((name) => [name, 0])))];
  });
  expect(nothing.length).toBeGreaterThan(3);
  for (const augment of [augmentations(), ...nothing]) {
    const copy = augment(x, createRandom(1));
    expect(await read(copy)).toEqual(await read(x));
    copy.dispose();
    expect(x.isDisposed).toBe(false);
  }
});

test('noise whose size is a schedule depends on the step, by itself and in a chain, for points as for images', async () => {
  const noisy = instanceNoise({ standardDeviation: linearRamp({ from: 2, to: 0, steps: 10 }) });
  const x = tf.ones([3, 2]);
  const noise = createRandom(1).normal([3, 2]);
  for (const augment of [noisy, augmentations(noisy)]) {
    await expectClose(augment(x, createRandom(1), 0), tf.add(x, tf.mul(2, noise)));
    await expectClose(augment(x, createRandom(1), 5), tf.add(x, noise));
    await expectClose(augment(x, createRandom(1), 10), x);
    expect(() => augment(x, createRandom(1))).toThrow(/^instanceNoise: `step` must be a number; got undefined/);
  }
});

test('options that are not numbers in their range are rejected', () => {
  for (const make of [randomTranslation, randomCutout]) {
    for (const fraction of [-0.1, 1.1, NaN]) {
      expect(() => make({ fraction })).toThrow(
        `${make.name}: \`fraction\` must be finite and at least 0 and at most 1; got ${fraction}.`,
      );
    }
  }
  for (const option of ['brightness', 'saturation', 'contrast']) {
    expect(() => randomColor({ [option]: -1 })).toThrow(
      `randomColor: \`${option}\` must be finite and at least 0; got -1.`,
    );
  }
  const sentence = 'instanceNoise: `standardDeviation` must be finite and at least 0; got -1.';
  expect(() => instanceNoise({ standardDeviation: -1 })).toThrow(sentence);
  expect(() => instanceNoise({ standardDeviation: () => -1 })(tf.ones([2, 2]), createRandom(1), 0)).toThrow(sentence);
  expect(() => instanceNoise({ standardDeviation: '1' as unknown as number })).toThrow(TypeError);
  expect(() => augmentations(randomCutout(), undefined as unknown as Augmentation)).toThrow(
    'augmentations: `list[1]` must be a function; got undefined.',
  );
});
