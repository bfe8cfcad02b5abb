import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadImages, type LabelledImages } from '../../examples/shared/image-data.js';

/** Writes the first images of the examples' data as plain IDX files, some to train with and some to test with. */
export async function writeTinyData(folder: string, trainingImages = 300, testImages = 30): Promise<void> {
  const { train, test } = await loadImages();
  mkdirSync(folder, { recursive: true });
  writePart(folder, 'train', train, trainingImages);
  writePart(folder, 't10k', test, testImages);
}

function writePart(folder: string, name: string, { images, labels }: LabelledImages, count: number): void {
  const header = (...numbers: number[]): Buffer => {
    const bytes = Buffer.alloc(4 * numbers.length);
    numbers.forEach((number, i) => bytes.writeUInt32BE(number, 4 * i));
    return bytes;
  };
  const pixels = Buffer.from(images.data.subarray(0, count * 784));
  const classes = Buffer.from(Uint8Array.from(labels.data.subarray(0, count)));
  const file = (kind: string): string => join(folder, `${name}-${kind}-ubyte`);
  writeFileSync(file('images-idx3'), Buffer.concat([header(0x803, count, 28, 28), pixels]));
  writeFileSync(file('labels-idx1'), Buffer.concat([header(0x801, count), classes]));
}
