import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import { encodePng, writePng } from '../../src/node/index.js';
import { ShapeError } from '../../src/tensor/errors.js';

/** Width, height, and red, green, blue of each pixel. */
function read(bytes: Uint8Array): { size: [number, number]; rgb: number[][] } {
  const { width, height, data } = PNG.sync.read(Buffer.from(bytes));
  return {
    size: [width, height],
    rgb: Array.from({ length: width * height }, (_, i) => [...data.subarray(4 * i, 4 * i + 3)]),
  };
}

const grey = (values: number[]): number[][] => values.map((value) => [value, value, value]);

describe('encodePng', () => {
  it('rounds to the nearest of 256 levels and clips', async () => {
    const image = tf.tensor2d([
      [0, 0.5, 1],
      [-3, 1.001, 0.2499],
    ]);
    const { size, rgb } = read(await encodePng(image));
    expect(size).toEqual([3, 2]);
    expect(rgb).toEqual(grey([0, 128, 255, 0, 255, 64]));
    tf.dispose(image);
  });

  it('gives the same bytes for [height, width] and [height, width, 1], one channel in the file', async () => {
    const image = tf.tensor2d([
      [0, 0.5],
      [0.25, 1],
    ]);
    const bytes = await encodePng(image);
    expect(await encodePng(tf.expandDims(image, 2))).toEqual(bytes);
    expect(bytes[25]).toBe(0); // the colour type in the header: grey
  });

  it('keeps the colours separate', async () => {
    const image = tf.tensor3d([1, 0, 0, 0, 1, 0, 0, 0, 1, 0.2, 0.4, 0.6], [2, 2, 3]);
    const bytes = await encodePng(image);
    expect(bytes[25]).toBe(2); // RGB
    expect(read(bytes).rgb).toEqual([
      [255, 0, 0],
      [0, 255, 0],
      [0, 0, 255],
      [51, 102, 153],
    ]);
    tf.dispose(image);
  });

  it('makes a square of each pixel', async () => {
    const image = tf.tensor2d([
      [0, 1],
      [1, 0.2],
    ]);
    const { size, rgb } = read(await encodePng(image, { scale: 2 }));
    expect(size).toEqual([4, 4]);
    expect(rgb).toEqual(grey([0, 0, 255, 255, 0, 0, 255, 255, 255, 255, 51, 51, 255, 255, 51, 51]));
    tf.dispose(image);
  });

  it('rejects other images and leaves no tensor behind', async () => {
    const batch = tf.zeros([1, 2, 2, 1]);
    const two = tf.zeros([2, 2, 2]);
    const integers = tf.zeros([2, 2], 'int32');
    const empty = tf.zeros([0, 2]);
    const image = tf.zeros([2, 2]);
    const before = tf.memory().numTensors;
    await expect(encodePng(batch)).rejects.toThrow(ShapeError);
    await expect(encodePng(two)).rejects.toThrow(
      /^encodePng: `image` must have shape .*got \[2, 2, 2\]\. Pass one image/,
    );
    await expect(encodePng(integers)).rejects.toThrow(TypeError);
    await expect(encodePng(empty)).rejects.toThrow(/`image.shape\[0\]`/);
    await expect(encodePng(image, { scale: 1.5 })).rejects.toThrow(
      /^encodePng: `scale` must be a positive integer; got 1.5\./,
    );
    await encodePng(image);
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose([batch, two, integers, empty, image]);
  });
});

describe('writePng', () => {
  it('writes the bytes of encodePng, and makes the folders', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'png-'));
    const image = tf.tensor2d([
      [0, 0.5],
      [0.25, 1],
    ]);
    await writePng(join(folder, 'new/picture.png'), image, { scale: 3 });
    expect(new Uint8Array(await readFile(join(folder, 'new/picture.png')))).toEqual(
      await encodePng(image, { scale: 3 }),
    );
    await rm(folder, { recursive: true });
    tf.dispose(image);
  });

  it('writes nothing for an image with NaN', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'png-'));
    const image = tf.tensor2d([[0, NaN]]);
    await expect(writePng(join(folder, 'picture.png'), image)).rejects.toThrow(
      /^writePng: `image` must not contain NaN; got NaN\. /,
    );
    expect(await readdir(folder)).toEqual([]);
    await rm(folder, { recursive: true });
    tf.dispose(image);
  });

  it('does not wait for a pipe', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'png-'));
    const path = join(folder, 'pipe.png');
    spawnSync('mkfifo', [path]);
    const image = tf.zeros([2, 2]);
    await expect(writePng(path, image)).rejects.toThrow(/Node says that it is no ordinary file: choose another path/);
    tf.dispose(image);
    await rm(folder, { recursive: true });
  });

  it('replaces a PNG file and an empty one, and leaves any other file alone', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'png-'));
    const image = tf.tensor2d([[0, 1]]);
    const path = join(folder, 'picture.png');
    await writeFile(path, '');
    await writePng(path, image);
    await writePng(path, image, { scale: 2 });
    expect(read(await readFile(path)).size).toEqual([4, 2]);
    for (const other of ['a thesis', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0)]) {
      await writeFile(path, other);
      await expect(writePng(path, image)).rejects.toThrow(
        /^writePng: `path` must be a new file, or a PNG file to replace; got .*picture\.png\. Remove that file/,
      );
      expect(await readFile(path)).toEqual(Buffer.from(other as string));
    }
    await rm(folder, { recursive: true });
    tf.dispose(image);
  });
});
