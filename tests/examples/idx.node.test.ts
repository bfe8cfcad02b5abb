import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readIdx } from '../../examples/shared/idx.js';
import { loadImages } from '../../examples/shared/image-data.js';
import { InputError } from '../../examples/shared/input-error.js';

/** Two pictures of 2 rows and 3 columns, written by hand. */
const pictures = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 255);
const labels = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 9, 0);

describe('readIdx', () => {
  it('reads the sizes big-endian and the bytes, gzipped or plain, at any offset', () => {
    const expected = { shape: [2, 2, 3], data: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 255) };
    expect(readIdx('file', pictures, 3)).toEqual(expected);
    expect(readIdx('file', gzipSync(pictures), 3)).toEqual(expected);
    expect(readIdx('file', Uint8Array.of(7, ...pictures).subarray(1), 3)).toEqual(expected);
    expect(readIdx('file', labels, 1)).toEqual({ shape: [2], data: Uint8Array.of(9, 0) });
  });

  it.each([
    ['labels in place of images', Uint8Array.of(...labels, ...labels), 3, 'starts with 0x00000803; got 0x00000801.'],
    ['numbers of another type', Uint8Array.of(0, 0, 13, 1, 0, 0, 0, 0), 1, 'starts with 0x00000801; got 0x00000d01.'],
    ['a cut header', pictures.subarray(0, 15), 3, 'an IDX header has 16 bytes; the file has 15.'],
    ['an empty file', new Uint8Array(0), 1, 'an IDX header has 8 bytes; the file has 0.'],
    ['a missing byte', pictures.subarray(0, 27), 3, 'the shape [2, 2, 3] needs 12 bytes; the file has 11.'],
    ['a byte too many', Uint8Array.of(...labels, 0), 1, 'the shape [2] needs 2 bytes; the file has 3.'],
    ['a cut gzip file', gzipSync(pictures).subarray(0, 20), 3, 'damaged or cut short.'],
  ])('refuses %s in one line that names the file', (_, bytes, axes, end) => {
    const read = () => readIdx('some/file.gz', bytes, axes);
    expect(read).toThrow(InputError);
    expect(read).toThrow(/^some\/file\.gz: [^\n]+$/);
    expect(read).toThrow(end);
  });
});

describe('the Fashion-MNIST that ships with the examples', () => {
  it('has 12,000 and 2,000 images, with each class within 1.3% of a tenth', async () => {
    const { train, test } = await loadImages();
    expect(train.images.shape).toEqual([12_000, 28, 28, 1]);
    expect(test.images.shape).toEqual([2_000, 28, 28, 1]);
    for (const { images, labels: classes } of [train, test]) {
      expect(images.data.length).toBe(images.shape[0] * 784);
      expect(classes.shape).toEqual([images.shape[0]]);
      const counts = new Array<number>(10).fill(0);
      for (const label of classes.data) counts[label] = (counts[label] as number) + 1;
      for (const count of counts) expect(Math.abs(count / classes.data.length - 0.1)).toBeLessThan(0.013);
    }
    // The checksum in the README next to the data.
    const header = Uint8Array.of(0, 0, 8, 1, 0, 0, 2000 >> 8, 2000 & 255);
    const sum = createHash('sha256').update(header).update(Uint8Array.from(test.labels.data)).digest('hex');
    expect(sum).toBe('aa3f574d30afaf0d4d9da084a6f8541771e20693d6a97fae6e9a4953fca8f078');
  });

  it('starts with an ankle boot, as the original does', async () => {
    const { train, test } = await loadImages();
    expect([...train.labels.data.subarray(0, 5)]).toEqual([9, 0, 0, 3, 0]);
    expect([...test.labels.data.subarray(0, 5)]).toEqual([9, 2, 1, 1, 6]);
  });
});

describe('loadImages', () => {
  async function inFolder(
    files: Readonly<Record<string, Uint8Array>>,
    then: (folder: string) => Promise<void>,
  ): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'idx-'));
    for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
    try {
      await then(folder);
    } finally {
      await rm(folder, { recursive: true });
    }
  }
  const whole = {
    'train-images-idx3-ubyte': pictures,
    'train-labels-idx1-ubyte': labels,
    't10k-images-idx3-ubyte.gz': gzipSync(pictures),
    't10k-labels-idx1-ubyte.gz': gzipSync(labels),
  };

  it('reads plain and gzipped files side by side', async () => {
    await inFolder(whole, async (folder) => {
      const { train, test } = await loadImages(folder);
      expect(train).toEqual(test);
      expect(train.images.shape).toEqual([2, 2, 3, 1]);
      expect(train.labels).toEqual({ data: Int32Array.of(9, 0), shape: [2] });
    });
  });

  it('names the file that is missing', async () => {
    await inFolder({ 'train-images-idx3-ubyte': pictures }, async (folder) => {
      await expect(loadImages(folder)).rejects.toThrow(
        /the file (train-labels|t10k-images)-idx[13]-ubyte\.gz or .* is missing/,
      );
      await expect(loadImages(folder)).rejects.toThrow(InputError);
    });
  });

  it('rejects images and labels of different numbers', async () => {
    const three = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 3, 9, 0, 1);
    await inFolder({ ...whole, 'train-labels-idx1-ubyte': three }, async (folder) => {
      await expect(loadImages(folder)).rejects.toThrow(/: 2 train images and 3 labels do not match\.$/);
    });
  });
});
