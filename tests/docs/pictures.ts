import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pngFile } from '../support/png-file.js';

/**
 * Writes the pictures that the docs read: six of each class in colour, in several sizes. A reader has a folder of their own.
 * A cat is a disc in the middle with its own colour, a dog is a bar.
 */
export function writePictures(folder: string): void {
  for (const animal of ['cat', 'dog']) {
    mkdirSync(join(folder, 'pictures', animal), { recursive: true });
    for (let i = 0; i < 6; i++) {
      const [width, height] = [40 + 4 * i, 64 - 4 * i];
      const samples: number[] = [];
      for (let pixel = 0; pixel < width * height; pixel++) {
        const [x, y] = [(pixel % width) / width - 0.5, Math.floor(pixel / width) / height - 0.5];
        const isInside = animal === 'cat' ? Math.hypot(x, y) < 0.3 : Math.abs(y) < 0.15;
        samples.push(...(isInside ? [40 * i, 120, 250 - 40 * i] : [230, 230, 190]));
      }
      writeFileSync(
        join(folder, 'pictures', animal, `${i + 1}.png`),
        pngFile({ width, height, type: 2, depth: 8, samples }),
      );
    }
  }
}
