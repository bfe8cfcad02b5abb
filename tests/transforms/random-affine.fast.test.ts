import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { batches, createRandom } from '../../src/index.js';
import { randomAffine, randomCrop } from '../../src/transforms/index.js';
import { checkNoLeaks } from '../support/checks.js';
import { expectOracle, read } from '../support/close.js';
import { inScope } from '../support/in-scope.js';
import { every, expectedPicture, given, smooth } from './pictures.js';

inScope();

describe('randomAffine', () => {
  it('leaves pictures and labels as they are without options', async () => {
    const batch = { x: smooth([2, 3, 4, 2]), condition: tf.tensor1d([1, 0], 'int32') };
    const changed = randomAffine()(batch, createRandom(1));
    expect(await read(changed.x)).toEqual(await read(batch.x));
    expect(changed.condition).toBe(batch.condition);
    // another tensor: whoever disposes one keeps the other
    changed.x.dispose();
    expect(batch.x.isDisposed).toBe(false);
  });

  it('changes pictures by the numbers that it draws, as in float64', async () => {
    const [count, height, width] = [6, 5, 7];
    const images = smooth([count, height, width, 1]);
    const bounds = { shift: 0.3, rotation: 3, scale: 0.5 };
    const changed = randomAffine({ flip: true, flipVertically: true, ...bounds })(images, createRandom(4));
    const draws = await read(createRandom(4).uniform([count, 6], -1, 1));
    const pixels = await read(images);
    const expected = Array.from({ length: count }, (_, i) => {
      const [flip, flop, right, down, turn, size] = draws.slice(6 * i) as [
        number,
        number,
        number,
        number,
        number,
        number,
      ];
      return expectedPicture(pixels.slice(i * height * width, (i + 1) * height * width), [height, width], {
        flip: Number(flip < 0),
        flop: Number(flop < 0),
        right: right * bounds.shift * width,
        down: down * bounds.shift * height,
        cos: Math.cos(turn * bounds.rotation),
        sin: Math.sin(turn * bounds.rotation),
        factor: 1 + size * bounds.scale,
      });
    });
    // WebGL's sine has an error of 3e-4
    await expectOracle(changed, expected.flat(), { relative: 0, absolute: 3e-3 });
  });

  it('mirrors exactly, and back', async () => {
    const images = createRandom(2).normal([2, 4, 5, 3]);
    for (const [axis, option, numbers] of [
      [2, 'flip', [-1, 1]],
      [1, 'flipVertically', [1, -1]],
    ] as const) {
      const flip = randomAffine({ [option]: true });
      const random = () => given([...numbers, 0.3, 0.3, 0.3, 0.3]);
      const once = flip(images, random());
      expect(await read(once)).toEqual(await read(tf.reverse(images, axis)));
      expect(await read(flip(once, random()))).toEqual(await read(images));
    }
  });

  it('turns by a right angle clockwise, pixel by pixel', async () => {
    const [count, side] = [3, 6];
    const images = createRandom(3).normal([count, side, side, 1]);
    const pixels = await read(images);
    const expected = pixels.map((_, i) => {
      const [image, row, column] = [Math.floor(i / side ** 2), Math.floor(i / side) % side, i % side];
      return pixels[image * side ** 2 + (side - 1 - column) * side + row];
    });
    const turn = randomAffine({ rotation: Math.PI });
    const quarter = () => given([1, 1, 0, 0, 0.5, 0]);
    expect(await read(turn(images, quarter()))).toEqual(expected);
    let full = images;
    for (let i = 0; i < 4; i++) full = turn(full, quarter());
    expect(await read(full)).toEqual(pixels);
  });

  it('continues a picture as in a mirror beyond its border', async () => {
    const image = tf.tensor4d([0, 1, 2, 3], [1, 1, 4, 1]);
    const moved = (share: number) => read(randomAffine({ shift: 2 })(image, given([1, 1, share, 0, 0, 0])));
    expect(await moved(0.25)).toEqual([1, 0, 0, 1]);
    expect(await moved(-0.375)).toEqual([3, 3, 2, 1]);
    expect(await moved(0.875)).toEqual([1, 2, 3, 3]);
    const halved = randomAffine({ scale: 0.5 })(image, given([1, 1, 0, 0, 0, -1]));
    expect(await read(halved)).toEqual([0.5, 0.5, 2.5, 2.5]);
  });

  it('makes finite pictures in their range at the widest bounds', async () => {
    const images = createRandom(5).uniform([32, 4, 3, 2]);
    const widest = randomAffine({ flip: true, shift: 100, rotation: Math.PI, scale: 0.999 });
    const made = await read(widest(images, createRandom(6)));
    expect(made.every((value) => value >= 0 && value < 1)).toBe(true);
  });

  it('serves as a transform of batches: the same pictures from the same seed, and no leaks', async () => {
    const data = { x: smooth([6, 4, 4, 1]), condition: tf.range(0, 6, 1, 'int32') };
    const affine = randomAffine({ flip: true, shift: 0.2 });
    const crop = randomCrop({ height: 3, width: 2 });
    const all = async (seed: number) => {
      const source = batches(data, {
        batchSize: 4,
        random: createRandom(seed),
        transform: (batch, random) => crop(affine(batch, random), random),
      });
      const numbers: number[] = [];
      for await (const { x, condition } of source) {
        expect(x.shape.slice(1)).toEqual([3, 2, 1]);
        numbers.push(...(await read(x)), ...(await read(condition)));
        tf.dispose([x, condition]);
      }
      return numbers;
    };
    const first = await all(7);
    expect(await all(7)).toEqual(first);
    expect(await all(8)).not.toEqual(first);
    await checkNoLeaks(() => all(7));
    await checkNoLeaks(() => affine(data.x, createRandom(1)).dispose());
  });

  it('says what is wrong', () => {
    expect(() => randomAffine({ scale: 1 })).toThrow('randomAffine: `scale` must be');
    expect(() => randomAffine({ rotation: 4 })).toThrow('randomAffine: `rotation` must be');
    expect(() => randomAffine()(tf.zeros([3, 4]), createRandom(1))).toThrow('randomAffine: `batch`');
    expect(() => randomAffine()({ x: tf.zeros([3, 4]) }, createRandom(1))).toThrow('randomAffine: `batch.x`');
    expect(() => randomAffine()(tf.zeros([3, 4, 4, 1]), undefined as never)).toThrow('randomAffine: `random`');
  });
});

describe('randomCrop', () => {
  it('cuts a rectangle of pixels from each picture, at all places', async () => {
    const [count, height, width] = [200, 4, 5];
    // each number tells its picture, its row and its column
    const numbers = Float32Array.from({ length: count * height * width }, (_, i) => i);
    const crops = await read(
      randomCrop({ height: 3, width: 3 })(tf.tensor4d(numbers, [count, height, width, 1]), createRandom(9)),
    );
    const corners = every(crops, 0, 9);
    const expected = corners.flatMap((corner) => [0, 1, 2, 5, 6, 7, 10, 11, 12].map((step) => corner + step));
    expect(crops).toEqual(expected);
    const places = corners.map((corner, i) => corner - i * height * width);
    expect([...new Set(places)].sort((a, b) => a - b)).toEqual([0, 1, 2, 5, 6, 7]);
  });

  it('keeps pictures of its own size, and refuses smaller ones', async () => {
    const images = smooth([2, 4, 3, 2]);
    expect(await read(randomCrop({ height: 4, width: 3 })(images, createRandom(1)))).toEqual(await read(images));
    const crop = randomCrop({ height: 4, width: 4 });
    expect(() => crop(images, createRandom(1))).toThrow('must hold pictures of at least 4 x 4; got pictures of 4 x 3');
    await checkNoLeaks(() => expect(() => crop(images, createRandom(1))).toThrow());
    expect(() => randomCrop({ height: 0, width: 4 })).toThrow('randomCrop: `height` must be');
  });
});
