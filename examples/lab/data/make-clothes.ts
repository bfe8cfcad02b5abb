// Makes clothes.png from the training pictures of the examples' Fashion-MNIST: npx tsx examples/lab/data/make-clothes.ts
import { constants } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { PNG } from 'pngjs';
import { loadFile, saveFile } from 'tfjs-generative/node';
import { readIdx } from '../../shared/idx.js';
import { run } from '../../shared/report.js';

const [CLASSES, EACH, SIDE, COLUMNS] = [10, 200, 28, 50];
/** Four bits for each pixel: levels are multiples of this. */
const LEVEL = 17;

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const read = async (name: string, axes: number) => {
  const path = at(`../../data/fashion-mnist/train-${name}-ubyte.gz`);
  return readIdx(path, await loadFile(path), axes).data;
};

run(async () => {
  const [images, labels] = [await read('images-idx3', 3), await read('labels-idx1', 1)];
  const byClass = Array.from({ length: CLASSES }, (_, label) =>
    [...labels.keys()].filter((i) => labels[i] === label).slice(0, EACH),
  );
  const sheet = new PNG({ width: COLUMNS * SIDE, height: ((CLASSES * EACH) / COLUMNS) * SIDE, colorType: 0 });
  const data = Buffer.alloc(sheet.width * sheet.height);
  for (let n = 0; n < CLASSES * EACH; n++) {
    // the classes take turns
    const from = byClass[n % CLASSES]![Math.floor(n / CLASSES)]! * SIDE ** 2;
    const [left, top] = [(n % COLUMNS) * SIDE, Math.floor(n / COLUMNS) * SIDE];
    for (let i = 0; i < SIDE ** 2; i++) {
      const level = LEVEL * Math.round(images[from + i]! / LEVEL);
      data[(top + Math.floor(i / SIDE)) * sheet.width + left + (i % SIDE)] = level;
    }
  }
  sheet.data = data;
  const format = { colorType: 0, inputColorType: 0, inputHasAlpha: false, filterType: 4 } as const;
  const bytes = PNG.sync.write(sheet, { ...format, deflateLevel: 9, deflateStrategy: constants.Z_FILTERED });
  await saveFile(at('clothes.png'), bytes);
  console.log(`clothes.png: ${CLASSES * EACH} pictures, ${bytes.length} bytes`);
});
