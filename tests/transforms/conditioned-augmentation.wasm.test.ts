import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import {
  batches,
  cosineSchedule,
  createAdam,
  createDenoiser,
  createDiffusionTrainer,
  createRandom,
  fit,
  predictVelocity,
  sampleDdim,
  unet,
} from '../../src/index.js';
import { conditionedAugmentation } from '../../src/transforms/index.js';
import { checkNoLeaks } from '../support/checks.js';
import { expectOracle, read } from '../support/close.js';
import { inScope } from '../support/in-scope.js';
import { every, expectedPicture, given, smooth } from './pictures.js';

inScope();

const bounds = { shift: 0.2, rotation: 2, scale: 0.3, brightness: 0.4, contrast: 0.5 };
const all = { ...bounds, flip: true, flipVertically: true };
const [COUNT, HEIGHT, WIDTH] = [24, 5, 6];

describe('conditionedAugmentation', () => {
  it('changes pictures as its numbers say, in float64', async () => {
    const images = smooth([COUNT, HEIGHT, WIDTH, 1]);
    const augment = conditionedAugmentation({ classes: 0, ...all, share: 0.5 });
    expect(augment.size).toBe(9);
    const made = augment(images, createRandom(8));
    const [pixels, changes] = [await read(images), await read(made.condition)];
    const expected = Array.from({ length: COUNT }, (_, i) => {
      const [flip, flop, right, down, cosMinus1, sin, size, brightness, contrast] = changes.slice(9 * i) as [
        number, number, number, number, number, number, number, number, number,
      ]; // prettier-ignore
      const picture = expectedPicture(pixels.slice(i * HEIGHT * WIDTH, (i + 1) * HEIGHT * WIDTH), [HEIGHT, WIDTH], {
        flip,
        flop,
        right: right * bounds.shift * WIDTH,
        down: down * bounds.shift * HEIGHT,
        cos: 1 + cosMinus1,
        sin,
        factor: 1 + size * bounds.scale,
      });
      const mean = picture.reduce((sum, value) => sum + value, 0) / picture.length;
      const distance = 1 + contrast * bounds.contrast;
      return picture.map((value) => mean + distance * (value - mean) + brightness * bounds.brightness);
    });
    await expectOracle(made.x, expected.flat(), { relative: 0, absolute: 2e-3 });
    // the angle, by the circle; the sine of WebGL has an error of 3e-4
    const [cos, sin] = [every(changes, 4, 9).map((value) => 1 + value), every(changes, 5, 9)];
    await expectOracle(
      cos.map((value, i) => value ** 2 + sin[i]! ** 2),
      cos.map(() => 1),
      { absolute: 5e-4 },
    );
    // each kind of change leaves about half of the pictures as they are
    for (const column of [0, 1, 2, 5, 6, 7]) {
      const used = every(changes, column, 9).filter((value) => value !== 0).length;
      expect(used).toBeGreaterThan(3);
      expect(used).toBeLessThan(COUNT - 3);
    }
    // a shift in one direction is one in the other, too; so are brightness and contrast
    expect(every(changes, 2, 9).map(Boolean)).toEqual(every(changes, 3, 9).map(Boolean));
    expect(every(changes, 7, 9).map(Boolean)).toEqual(every(changes, 8, 9).map(Boolean));
  });

  it('describes only the changes that it makes', async () => {
    const numbers = [-1, -1, 0.1, 0.2, 0.5, -0.3, 0.4, 0.6];
    const rows = (options: object) =>
      conditionedAugmentation({ classes: 0, ...options })(smooth([1, 4, 4, 1]), given(numbers, [0, 0, 0, 0]));
    await expectOracle(rows({ rotation: 3 }).condition, [Math.cos(1.5) - 1, Math.sin(1.5)]);
    await expectOracle(rows({ flipVertically: true, contrast: 1 }).condition, [1, 0.6]);
    await expectOracle(rows({ shift: 0.1, scale: 0.1 }).condition, [0.1, 0.2, -0.3]);
  });

  it('gives zeros for a picture that is not changed', async () => {
    const images = smooth([2, 4, 4, 1]);
    const none = given([1, 1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5], [1, 1, 1, 1]);
    const made = conditionedAugmentation({ classes: 0, ...all })(images, none);
    expect((await read(made.condition)).every((value) => value === 0)).toBe(true);
    await expectOracle(made.x, images, { relative: 0, absolute: 1e-6 });
  });

  it('writes labels as zeros and a one before the changes', async () => {
    const x = smooth([3, 4, 4, 1]);
    const rows = (condition: tf.Tensor, options: { classes: number; dropLabel?: number }, seed = 1) =>
      conditionedAugmentation({ ...options, flip: true })({ x, condition }, createRandom(seed)).condition.array();
    const own = async (condition: tf.Tensor, classes: number) =>
      ((await rows(condition, { classes })) as number[][]).map((row) => row.slice(0, -1));
    expect(await own(tf.tensor1d([1, -1, 0], 'int32'), 2)).toEqual([[0, 1], [0, 0], [1, 0]]); // prettier-ignore
    expect(await own(tf.tensor1d([0, -1, 0], 'int32'), 1)).toEqual([[1], [0], [1]]);
    expect(await own(tf.tensor1d([2, 1, 0], 'int32'), 2)).toEqual([[NaN, NaN], [0, 1], [1, 0]]); // prettier-ignore
    expect(await own(tf.tensor2d([[0.5, 2], [3, 0], [0, 1]]), 2)).toEqual([[0.5, 2], [3, 0], [0, 1]]); // prettier-ignore
  });

  it('drops labels, and keeps the changes', async () => {
    const batch = { x: tf.zeros([400, 2, 2, 1]), condition: tf.zeros([400], 'int32') };
    const rows = async (dropLabel: number) =>
      read(conditionedAugmentation({ classes: 1, dropLabel, flip: true })(batch, createRandom(5)).condition);
    const dropped = await rows(0.25);
    const share = every(dropped, 0, 2).filter((value) => value === 0).length / 400;
    // three standard deviations are 0.065
    expect(Math.abs(share - 0.25)).toBeLessThan(0.065);
    expect(every(dropped, 1, 2)).toEqual(every(await rows(0), 1, 2));
  });

  it('trains a denoiser that is sampled and guided by labels alone', async () => {
    const random = createRandom(10);
    const augmentation = conditionedAugmentation({ classes: 2, dropLabel: 0.2, flip: true, shift: 0.1 });
    const network = unet({ channels: 1, widths: [8], groups: 4, classes: 2 + augmentation.size, random });
    const denoiser = createDenoiser(network, { schedule: cosineSchedule({ steps: 10 }), predicts: predictVelocity });
    const trainer = createDiffusionTrainer({ denoiser, optimizer: createAdam({ learningRate: 1e-2 }), random });
    const data = { x: smooth([8, 4, 4, 1]), condition: tf.tensor1d([0, 1, 0, 1, 0, 1, 0, 1], 'int32') };
    await fit(trainer, batches(data, { batchSize: 4, random, transform: augmentation }), { epochs: 2 });

    const sampled = async (condition: tf.Tensor, guidance?: number) =>
      read(await sampleDdim(denoiser, { shape: [3, 4, 4, 1], steps: 3, random: createRandom(2), condition, guidance, allowNoClass: true })); // prettier-ignore
    const labels = tf.tensor1d([1, 0, -1], 'int32');
    const vectors = tf.tensor2d([[0, 1, 0, 0, 0], [1, 0, 0, 0, 0], [0, 0, 0, 0, 0]]); // prettier-ignore
    expect(await sampled(labels)).toEqual(await sampled(vectors));
    expect(await sampled(labels, 2)).toEqual(await sampled(vectors, 2));
    expect(await sampled(labels, 2)).not.toEqual(await sampled(labels));
    // the last row has no label, so guidance does not move it
    const last = (numbers: readonly number[]) => numbers.slice(-16);
    await expectOracle(last(await sampled(labels, 2)), last(await sampled(labels)), { absolute: 1e-5 });
    trainer.dispose();
    network.dispose();
  });

  it('gives the same from the same seed, without leaks', async () => {
    const batch = { x: smooth([3, 4, 4, 3]), condition: tf.tensor1d([0, 1, 1], 'int32') };
    const augment = conditionedAugmentation({ classes: 2, ...all });
    const once = async (seed: number) => {
      const { x, condition } = augment(batch, createRandom(seed));
      const numbers = [...(await read(x)), ...(await read(condition))];
      tf.dispose([x, condition]);
      return numbers;
    };
    const first = await once(3);
    expect(await once(3)).toEqual(first);
    expect(await once(4)).not.toEqual(first);
    await checkNoLeaks(() => once(3));
    await checkNoLeaks(() => expect(() => augment(batch.x, createRandom(1))).toThrow());
  });

  it('says what is wrong', () => {
    const x = tf.zeros([3, 4, 4, 1]);
    const random = createRandom(1);
    expect(() => conditionedAugmentation({ classes: 2 })).toThrow('must leave a change, such as a flip; got none');
    expect(() => conditionedAugmentation({ classes: -1, flip: true })).toThrow('conditionedAugmentation: `classes`');
    const augment = conditionedAugmentation({ classes: 2, flip: true });
    expect(() => augment(x, random)).toThrow('`batch.condition` must be a tensor, as `classes` is 2');
    expect(() => augment({ x, condition: tf.zeros([3, 3]) }, random)).toThrow('`batch.condition` must have');
    const plain = conditionedAugmentation({ classes: 0, flip: true });
    expect(() => plain({ x, condition: tf.zeros([3, 1]) }, random)).toThrow('must be left out, as `classes` is 0');
  });
});
