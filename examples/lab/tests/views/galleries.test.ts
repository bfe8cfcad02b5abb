import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { defaultsOf, type Experiment } from '../../experiment/experiment.js';
import { firstLook } from '../../experiment/look.js';
import type { Pictures } from '../../experiment/pictures.js';
import { interpolation } from '../../views/interpolation.js';
import { making } from '../../views/making.js';
import { noising } from '../../views/noising.js';
import { reconstructions } from '../../views/reconstructions.js';
import { samples } from '../../views/samples.js';
import { scores } from '../../views/scores.js';
import type { LabView, Seen } from '../../views/view.js';
import { recordedCanvas } from './record.js';

/** The first byte of each picture that is put on a sheet, and where, in pictures. */
const put: (readonly [byte: number, column: number, row: number])[] = [];

beforeAll(() => {
  vi.stubGlobal('devicePixelRatio', 1);
  vi.stubGlobal(
    'ImageData',
    class {
      readonly data: Uint8ClampedArray;
      constructor(width: number, height: number) {
        this.data = new Uint8ClampedArray(4 * width * height);
      }
    },
  );
  vi.stubGlobal(
    'OffscreenCanvas',
    class {
      readonly getContext = () => ({
        putImageData: ({ data }: ImageData, x: number, y: number) => put.push([data[0]!, x / 28, y / 30]),
      });
    },
  );
});
afterAll(() => void vi.unstubAllGlobals());

/** Pictures of one colour each, from a colour on. */
const coloured = (count: number, from: number): Uint8Array =>
  Uint8Array.from({ length: count * 784 }, (_, i) => from + Math.floor(i / 784));

function draw(
  view: LabView,
  family: Experiment['family'],
  frame: Partial<Seen['frame']>,
  changes: Partial<Experiment> = {},
  classes: Partial<Pictures> = {},
  look = firstLook,
) {
  const { canvas, of } = recordedCanvas(400, 1_000);
  const data = coloured(12, 100);
  const seen: Seen = {
    experiment: { ...defaultsOf(family, 'clothes'), ...changes },
    frame: { step: 7, arrays: {}, pictures: {}, ...frame },
    data: new Float32Array(),
    pictures: { data, shape: [12, 28, 28, 1], labels: Uint8Array.from({ length: 12 }, (_, i) => i % 10), ...classes },
    look,
  };
  put.length = 0;
  view.draw(canvas, seen);
  const words = of('fillText').map(({ args }) => args[0] as string);
  const frames = of('strokeRect').map(({ args }) => (args as number[]).map(Math.round));
  const columns = of('drawImage').map(({ args }) => (args as number[]).slice(5, 8));
  return { words, frames, columns, height: view.height!(400, seen), put: [...put], description: view.describe(seen) };
}

test('samples have a column for each class, in blocks, and pictures of the data are in the order of the classes', () => {
  const { words, put: pictures, height } = draw(samples, 'vae', { pictures: { samples: coloured(20, 0) } });
  const [first, second] = [
    ['T-shirt', 'Trousers', 'Pullover', 'Dress', 'Coat'],
    ['Sandal', 'Shirt', 'Sneaker', 'Bag', 'Boot'],
  ];
  expect(words).toEqual(['Samples after 7 updates', ...first, ...second, 'Data']);
  const block = (from: number) =>
    [0, 1].flatMap((row) => [0, 1, 2, 3, 4].map((column) => [10 * row + from + column, column, row]));
  expect(pictures.slice(0, 20)).toEqual([...block(0), ...block(5)]);
  expect(pictures.slice(20).map(([byte]) => byte)).toEqual([...Array(10).keys()].map((i) => 100 + i));
  // 400 pixels have room for 5 pictures of 28 pixels with gaps of 2, twice as large: six rows, two titles and two lines of names
  expect(height).toBe(6 * 60 + 4 * 22);
});

test('columns reach from one side to the other, each as wide as its pictures', () => {
  const { columns } = draw(samples, 'vae', { pictures: { samples: coloured(20, 0) } });
  // five pictures of 56 pixels in 400: 30 between them
  const strip = [0, 86, 172, 258, 344].map((x) => [x, 0, 56]);
  expect(columns).toEqual([...strip, ...strip, ...strip]);
});

test('of two classes there are four columns each', () => {
  const classes = { labels: Uint8Array.from({ length: 12 }, (_, i) => i % 2), classes: ['cat', 'dog'] };
  const frame = { pictures: { samples: coloured(16, 0) } };
  const { words } = draw(samples, 'vae', frame, { data: 'own', classes: 'used' }, classes);
  expect(words.slice(1, 9)).toEqual(['cat', 'dog', 'cat', 'dog', 'cat', 'dog', 'cat', 'dog']);
});

test('samples of one class say which, in eight columns', () => {
  const { words, put: pictures } = draw(samples, 'vae', { pictures: { samples: coloured(20, 0) } }, { shown: 10 });
  expect(words).toEqual(['Samples of the class Boot after 7 updates', 'Data']);
  expect(pictures[8]).toEqual([8, 0, 1]);
});

test('samples of a model without classes are as before', () => {
  const frame = { pictures: { samples: coloured(24, 0) } };
  const { words, description } = draw(samples, 'gan', frame, { classes: 'none', shown: 3 });
  expect(words).toEqual(['Samples after 7 updates', 'Data']);
  expect(description).toMatch(/^24 samples after 7 updates; their mean brightness is 0\.05, that of the data 0\.41\.$/);
});

test('a discriminator’s probabilities are above the pictures that they are of', () => {
  const arrays = { scores: Float32Array.from({ length: 16 }, (_, i) => i / 20) };
  const { words, put: pictures, description } = draw(scores, 'gan', { arrays, pictures: { samples: coloured(20, 0) } });
  expect(words).toEqual([
    'Data',
    '0%',
    '5%',
    '10%',
    '15%',
    '20%',
    '25%',
    '30%',
    '35%',
    'Samples',
    '40%',
    '45%',
    '50%',
    '55%',
    '60%',
    '65%',
    '70%',
    '75%',
  ]);
  expect(pictures.map(([byte]) => byte)).toEqual(
    [...coloured(8, 100), ...coloured(8, 0)].filter((_, i) => i % 784 === 0),
  );
  expect(description).toMatch(/pictures of the data a probability of 18% of being real, and samples 57%/);
});

test.each([
  // ten calls have eleven stops: of those of 0 to 10 calls, the one at the noise level takes the place of its neighbour
  [1, [0, 1, 3, 4, 6, 7, 9, 10], 0],
  [0.5, [0, 1, 3, 5, 6, 7, 9, 10], 3],
  [0.44, [0, 1, 3, 4, 6, 7, 9, 10], 4],
  // the last call may be at the level of its samples
  [0, [0, 1, 3, 4, 6, 7, 9, 10], 7],
])('at noise level %f a frame is around what the calls have made by then', (noise, stops, framed) => {
  const levels = Float32Array.from({ length: 11 }, (_, i) => (i < 9 ? 1 - i / 10 : 0));
  const frame = { arrays: { levels }, pictures: { making: coloured(44, 0) } };
  const drawn = draw(making, 'diffusion', frame, {}, {}, { ...firstLook, noise });
  expect(drawn.words).toEqual(['Samples being made']);
  // four rows of eleven pictures, of which eight are shown
  const rows = [0, 1, 2, 3].map((row) => stops.map((stop, column) => [11 * row + stop, column, row]));
  expect(drawn.put).toEqual(rows.flat());
  // pictures of 28 pixels and gaps of 2, twice as large
  expect(drawn.frames).toHaveLength(1);
  expect(drawn.frames[0]![0]).toBeCloseTo(1 + (framed * 30 * 400) / 238, -0.5);
  expect(drawn.description).toMatch(
    new RegExp(`^4 samples on their way from noise, in 10 calls of the network; after ${stops[framed]} of them`),
  );
});

test.each([
  [reconstructions, 'vae', { reconstruction: coloured(8, 103) }, ['Data', 'Reconstructed'], /differ by 1% on average/],
  [interpolation, 'gan', { interpolation: coloured(32, 0) }, ['From one picture to the other'], /4 rows of 8 pictures/],
  [
    noising,
    'diffusion',
    { noised: coloured(8, 0), estimate: coloured(8, 126) },
    ['Data', 'With noise', 'Estimated data'],
    /differ from the pictures' by 10% on average/,
  ],
] as const)('$0.title', (view, family, pictures, titles, sentence) => {
  const drawn = draw(view, family, { pictures });
  expect(drawn.words).toEqual(titles);
  expect(drawn.description).toMatch(sentence);
  const all = Object.values(pictures).reduce((sum, { length }) => sum + length / 784, titles[0] === 'Data' ? 8 : 0);
  expect(drawn.put).toHaveLength(all);
});
