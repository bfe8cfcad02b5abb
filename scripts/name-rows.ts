// Writes the names of rows and columns next to the sheets of samples that the examples draw: from docs/images/sheets/*.png to docs/images/*.svg. `npm run tool -- name-rows`
import { readFile, writeFile } from 'node:fs/promises';
import { PNG } from 'pngjs';
import { card, words } from '../examples/shared/figures/card.js';

interface Sheet {
  /** How many pixels of the screen a pixel of a sample has, along each side. */
  readonly scale: number;
  /** Names of rows, or of blocks of rows, all of the same height. */
  readonly rows: readonly string[];
  /** What is to the left of the rows, if it is something else; the names are then on their right. */
  readonly left?: string;
  /** Names of columns, all of the same width. */
  readonly columns?: readonly string[];
}

const emoji = ['activities', 'animals', 'flags', 'food', 'objects', 'people', 'faces', 'signs', 'places'];
const likelihoods = [
  'gaussian, 1',
  'gaussian, 0.02',
  'bernoulli',
  'continuousBernoulli',
  'learnedGaussian',
  'discretizedLogistic',
];
const nearest = 'nearest picture';
const filled = ['test images', 'given', 'filled in', 'filled in', 'filled in'];

const sheets: Readonly<Record<string, Sheet>> = {
  colouring: { scale: 2, rows: ['held out', 'given', 'coloured', 'coloured', 'coloured'] },
  'diffusion-failures': {
    scale: 2,
    rows: [
      '1 right',
      '2 ends too early',
      '3 starts too late',
      '4 wrong target',
      '5 wrong schedule',
      '6 too few steps',
      '7 guidance of 8',
      '8 not rescaled',
    ],
  },
  'diffusion-guidance': { scale: 2, rows: guidances(['0', '1', '1.5', '2', '3', '5']) },
  'diffusion-inpainting': { scale: 2, rows: filled },
  'diffusion-interpolation': {
    scale: 2,
    rows: ['trousers, dress', 'T-shirt, pullover', 'boot, sneaker', 'bag, shirt', 'sandal, boot'],
  },
  emoji: { scale: 1, rows: emoji },
  'emoji-colours': { scale: 1, rows: ['samples', 'to red', 'to green', 'to blue'] },
  'emoji-guidance': { scale: 1, rows: guidances(['0', '1', '1.5', '2', '3', '5']) },
  'emoji-nearest': { scale: 1, rows: emoji },
  families: { scale: 1, rows: ['VAE', nearest, 'GAN', nearest, 'diffusion', nearest, 'test images'] },
  'families-emoji': { scale: 1, rows: ['VAE', nearest, 'GAN', nearest, 'diffusion', nearest, 'held out'] },
  'one-call': { scale: 2, rows: emoji },
  'one-call-clothes': { scale: 2, rows: ['one call', 'two calls', 'four calls', 'teacher, 20'] },
  'latent-diffusion': { scale: 2, rows: ['from the prior', 'from diffusion', 'reconstructions'] },
  'fine-tuning': { scale: 2, rows: ['your pictures', 'before', 'adapted', 'from scratch'] },
  'fine-tuning-clothes': { scale: 2, rows: ['outlines', 'before', 'adapted', 'from scratch'] },
  likelihoods: { scale: 1, rows: ['test images', ...likelihoods.flatMap((name) => [name, 'samples'])] },
  quickstart: {
    scale: 1,
    rows: ['test images', 'reconstructions', 'samples', 'samples', 'interpolation', 'interpolation'],
    left: 'map of two latents',
  },
  melodies: {
    scale: 1,
    rows: ['held-out tune', 'autoregressive', 'from first bars', 'masked', 'from first bars', 'from last bars'],
  },
  'vq-images': {
    scale: 1,
    rows: ['T-shirt', 'trousers', 'pullover', 'dress', 'coat', 'sandal', 'shirt', 'sneaker', 'bag', 'boot'],
    columns: ['test pictures', 'reconstructions', 'autoregressive', 'masked'],
  },
  'vae-priors': {
    scale: 1,
    rows: ['latents', 'density', 'draws'],
    columns: ['N(0, I)', 'mixture', 'VampPrior', 'flow', 'two levels'],
  },
};

const [MARGIN, TITLE, LETTER] = [12, 30, 7.6];

for (const [name, sheet] of Object.entries(sheets)) {
  const file = `docs/images/${name}.svg`;
  await writeFile(file, named(await readFile(`docs/images/sheets/${name}.png`), sheet));
  console.log(file);
}

function guidances(values: readonly string[]): string[] {
  return values.map((value) => `guidance ${value}`);
}

/** A sheet on a card, each row to the right of its name, each column below. */
function named(bytes: Buffer, { scale, rows, left: other, columns = [] }: Sheet): string {
  const sheet = shrunk(PNG.sync.read(bytes));
  const [width, height] = [scale * sheet.width, scale * sheet.height];
  const names = MARGIN + Math.ceil(LETTER * Math.max(...rows.map((row) => row.length))) + MARGIN;
  const left = other === undefined ? names : MARGIN;
  const top = other === undefined && columns.length === 0 ? MARGIN : TITLE;
  const colorType = isGrey(sheet) ? 0 : 2;
  const source = PNG.sync.write(sheet, { deflateLevel: 9, colorType }).toString('base64');
  return card(
    [names + width + MARGIN, top + height + MARGIN],
    ...(other === undefined ? [] : [words([left + 0.17 * width, TITLE / 2], other)]),
    ...columns.map((column, i) => words([left + (width * (i + 0.5)) / columns.length, TITLE / 2], column)),
    ...rows.map((row, i) =>
      words([other === undefined ? MARGIN : width + 2 * MARGIN, top + (height * (i + 0.5)) / rows.length], row, 'left'),
    ),
    `<image x="${left}" y="${top}" width="${width}" height="${height}" style="image-rendering: pixelated" href="data:image/png;base64,${source}" />`,
  );
}

function isGrey({ data }: PNG): boolean {
  return data.every((value, i) => i % 4 === 3 || value === data[i - (i % 4)]);
}

/** The sheet with one pixel in place of each square of equal ones; a sheet whose pixels are not doubled stays as it is. */
function shrunk(sheet: PNG): PNG {
  const [width, height] = [sheet.width / 2, sheet.height / 2];
  const small = new PNG({ width: Math.floor(width), height: Math.floor(height) });
  const colour = (from: PNG, x: number, y: number): number => from.data.readUInt32BE(4 * (y * from.width + x));
  for (let y = 0; y < small.height; y++) {
    for (let x = 0; x < small.width; x++) {
      const value = colour(sheet, 2 * x, 2 * y);
      for (const [right, down] of [
        [1, 0],
        [0, 1],
        [1, 1],
      ] as const)
        if (colour(sheet, 2 * x + right, 2 * y + down) !== value) return sheet;
      small.data.writeUInt32BE(value, 4 * (y * small.width + x));
    }
  }
  return small;
}
