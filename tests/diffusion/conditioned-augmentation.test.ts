import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import {
  conditionedAugmentation,
  cosineSchedule,
  createAdam,
  createDenoiser,
  createDiffusionTrainer,
  createRandom,
  predictNoise,
  unet,
} from '../../src/index.js';
import { augmented } from '../../src/diffusion/augmented-condition.js';
import { read } from '../support/close.js';
import { inScope } from '../support/in-scope.js';

inScope();

const [BATCH, HEIGHT, WIDTH] = [24, 6, 8];

/** What an augmentation with all changes must do, in float64, from the numbers that it returns. */
function expected(image: readonly number[], changes: readonly number[], o: typeof all): number[] {
  const [flip, flop, right, down, cos1, sin, size, contrast, brightness] = changes as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const [x0, y0] = [(WIDTH - 1) / 2, (HEIGHT - 1) / 2];
  const shrink = 2 ** (-o.scale * size);
  const reflected = (i: number, n: number): number => {
    const turn = ((i % (2 * n)) + 2 * n) % (2 * n);
    return turn < n ? turn : 2 * n - 1 - turn;
  };
  const at = (x: number, y: number): number => image[reflected(y, HEIGHT) * WIDTH + reflected(x, WIDTH)]!;
  const out = Array.from({ length: HEIGHT * WIDTH }, (_, i) => {
    // back to where the pixel was before the shift, then turned, resized and mirrored about the centre
    const [x, y] = [(i % WIDTH) - right * o.shift * WIDTH - x0, Math.floor(i / WIDTH) - down * o.shift * HEIGHT - y0];
    const u = x0 + (1 - 2 * flip) * shrink * ((1 + cos1) * x + sin * y);
    const v = y0 + (1 - 2 * flop) * shrink * ((1 + cos1) * y - sin * x);
    const [left, top] = [Math.floor(u), Math.floor(v)];
    const [a, b] = [u - left, v - top];
    const row = (line: number): number => (1 - a) * at(left, line) + a * at(left + 1, line);
    return (1 - b) * row(top) + b * row(top + 1);
  });
  const mean = out.reduce((sum, value) => sum + value, 0) / out.length;
  return out.map((value) => 2 ** (o.colour * contrast) * (value - mean) + mean + o.colour * brightness);
}

const all = { share: 0.5, flip: true, flipVertically: true, shift: 0.2, rotation: 2, scale: 0.3, colour: 0.4 };

describe('conditionedAugmentation', () => {
  it('changes pictures as its numbers say', async () => {
    const random = createRandom(8);
    // smooth pictures, so that a rounding across a pixel changes little
    const images = tf.image.resizeBilinear(random.normal([BATCH, 3, 4, 1]) as tf.Tensor4D, [HEIGHT, WIDTH]);
    const augment = conditionedAugmentation(all);
    const made = augment.apply(images, random);
    const [before, after, changes] = [await read(images), await read(made.images), await read(made.changes)];
    expect(augment.size).toBe(9);
    const part = <T>(values: ArrayLike<T>, i: number, size: number): T[] =>
      Array.from(values).slice(i * size, (i + 1) * size);
    for (let i = 0; i < BATCH; i++) {
      const wanted = expected(part(before, i, HEIGHT * WIDTH), part(changes, i, 9), all);
      part(after, i, HEIGHT * WIDTH).forEach((value, k) => expect(value).toBeCloseTo(wanted[k]!, 3));
    }
    // each kind of change is drawn by itself, and leaves about half of the pictures alone
    for (const column of [0, 1, 2, 5, 6, 7]) {
      const used = Array.from({ length: BATCH }, (_, i) => changes[9 * i + column]! !== 0).filter(Boolean).length;
      expect(used).toBeGreaterThan(3);
      expect(used).toBeLessThan(BATCH - 3);
    }
  });

  it('keeps the numbers of the changes that it makes', async () => {
    const random = createRandom(9);
    const images = random.normal([64, 4, 4, 2]);
    const augment = conditionedAugmentation({ shift: 0, rotation: 0, scale: 0, colour: 0 });
    const made = augment.apply(images, random);
    const changes = await read(made.changes);
    expect(augment.size).toBe(1);
    const mirrored = tf.reverse(images, 2);
    const wanted = tf.where(tf.equal(tf.reshape(made.changes, [64, 1, 1, 1]), 1), mirrored, images);
    expect(Math.max(...(await read(tf.abs(tf.sub(wanted, made.images)))))).toBeLessThan(1e-5);
    expect([...changes].every((value) => value === 0 || value === 1)).toBe(true);
    expect([...changes].filter((value) => value === 1).length).toBeGreaterThan(16);
    expect(() => conditionedAugmentation({ flip: false, shift: 0, rotation: 0, scale: 0, colour: 0 })).toThrow(
      'leave a change',
    );
  });

  it('reaches the network in training alone, after the label', async () => {
    const random = createRandom(10);
    const augment = conditionedAugmentation({ colour: 0, scale: 0, rotation: 0, shift: 0 });
    const network = unet({ channels: 1, widths: [8], groups: 4, classes: 2 + augment.size, random });
    const denoiser = createDenoiser(network, { schedule: cosineSchedule({ steps: 10 }), predicts: predictNoise });
    const x = random.normal([40, 4, 4, 1]);
    const condition = tf.tensor1d(
      Array.from({ length: 40 }, (_, i) => (i % 4) - 1).map((i) => Math.min(i, 1)),
      'int32',
    );
    const made = augmented(augment, { x, condition, denoiser, random, training: true });
    expect(made.condition!.shape).toEqual([40, 3]);
    const rows = (await made.condition!.array()) as number[][];
    rows.forEach((row, i) => {
      const label = Math.min((i % 4) - 1, 1);
      expect(row.slice(0, 2)).toEqual([Number(label === 0), Number(label === 1)]);
      expect([0, 1]).toContain(row[2]);
    });
    const plain = augmented(augment, { x, condition, denoiser, random, training: false });
    expect([plain.x, plain.condition]).toEqual([x, condition]);

    const options = { denoiser, augment, random };
    const trainer = createDiffusionTrainer({
      ...options,
      dropCondition: 0.5,
      optimizer: createAdam({ learningRate: 1e-3 }),
    });
    const numbers = () => Promise.all(network.variables.map((one) => read(one)));
    const before = await numbers();
    tf.dispose(trainer.step({ x, condition }));
    expect(await numbers()).not.toEqual(before);
    tf.dispose(trainer.evaluate({ x, condition }));
    trainer.dispose();
    const adam = createAdam({ learningRate: 1 });
    expect(() => createDiffusionTrainer({ ...options, augment: conditionedAugmentation(), optimizer: adam })).toThrow(
      'classes: labels + 8',
    );
    network.dispose();
  });
});
