// Makes the pictures of this folder from the npm package emoji-datasource-google:
// npm i --no-save emoji-datasource-google@16.0.0 && npx tsx examples/data/noto-emoji/make-pictures.ts node_modules/emoji-datasource-google
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PNG } from 'pngjs';

/** Number of pictures: drawings at equal distances in the order of emoji. */
const COUNT = 100;
const [SIZE, BORDER] = [32, 1];

interface Emoji {
  readonly name: string;
  readonly category: string;
  readonly image: string;
  readonly sheet_x: number;
  readonly sheet_y: number;
  readonly sort_order: number;
}

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write('make-pictures.ts needs the folder of the npm package emoji-datasource-google.\n');
  process.exit(2);
}
const here = fileURLToPath(new URL('.', import.meta.url));
const all = JSON.parse(readFileSync(join(folder, 'emoji.json'), 'utf8')) as Emoji[];
// five squares of skin colours have the category Component
const emoji = all.filter(({ category }) => category !== 'Component').sort((a, b) => a.sort_order - b.sort_order);
const sheet = PNG.sync.read(readFileSync(join(folder, 'img/google/sheets-256/32.png')));
for (let i = 0; i < COUNT; i++) {
  const { category, image, sheet_x: column, sheet_y: row } = emoji[Math.floor(((i + 0.5) * emoji.length) / COUNT)]!;
  const picture = new PNG({ width: SIZE, height: SIZE });
  const cell = SIZE + 2 * BORDER;
  PNG.bitblt(sheet, picture, column * cell + BORDER, row * cell + BORDER, SIZE, SIZE, 0, 0);
  mkdirSync(join(here, category), { recursive: true });
  writeFileSync(join(here, category, image), PNG.sync.write(picture, { deflateLevel: 9 }));
}
console.log(`${COUNT} of ${emoji.length} drawings`);
