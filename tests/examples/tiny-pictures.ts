import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PNG } from 'pngjs';

const SIDE = 32;

/** Writes a folder with two classes of small colour pictures: discs of different sizes on white, some red and some blue. */
export function writeTinyPictures(folder: string, ofEach: number): void {
  for (const [name, colour] of Object.entries({ red: [220, 40, 40], blue: [40, 60, 220] })) {
    mkdirSync(join(folder, name), { recursive: true });
    for (let i = 0; i < ofEach; i++) {
      const png = new PNG({ width: SIDE, height: SIDE });
      for (let p = 0; p < SIDE ** 2; p++) {
        const distance = Math.hypot((p % SIDE) - 15.5, Math.floor(p / SIDE) - 15.5);
        png.data.set([...(distance < 4 + i / 2 ? colour : [255, 255, 255]), 255], 4 * p);
      }
      writeFileSync(join(folder, name, `${i}.png`), PNG.sync.write(png));
    }
  }
}
