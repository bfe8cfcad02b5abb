import {
  augmentations,
  instanceNoise,
  randomColor,
  randomCutout,
  randomTranslation,
  type Augmentation,
} from '../../src/gan/index.js';
import type { RandomStream } from '../../src/random/index.js';
import { read } from '../support/close.js';

/** Images in float64, as plain numbers. */
export interface Images {
  readonly data: readonly number[];
  readonly shape: readonly [number, number, number, number];
}

/** An augmentation as the laws in augmentations.fast.test.ts need it. Add one to the list for each new one. */
export interface AugmentationCase {
  readonly name: string;
  readonly augment: Augmentation;
  /** The same according to its documentation, including the draws, in float64 with loops. */
  readonly reference: (images: Images, random: RandomStream) => Promise<Images>;
  /** Whether it takes batches of any shape, not images alone. */
  readonly anyShape?: boolean;
}

/** New images whose number at [b, i, j, c] is a function of the old ones. */
function imagesOf({ data, shape }: Images, number: (place: Place, at: (place: Place) => number) => number): Images {
  const [batch, height, width, channels] = shape;
  const at = ([b, i, j, c]: Place): number =>
    i < 0 || i >= height || j < 0 || j >= width ? 0 : data[((b * height + i) * width + j) * channels + c]!;
  const made: number[] = [];
  for (let b = 0; b < batch; b++) {
    for (let i = 0; i < height; i++) {
      for (let j = 0; j < width; j++) {
        for (let c = 0; c < channels; c++) made.push(number([b, i, j, c], at));
      }
    }
  }
  return { data: made, shape };
}

type Place = readonly [number, number, number, number];

const part = (fraction: number, size: number): number => Math.floor(fraction * size + 0.5);

const translation =
  (fraction: number): AugmentationCase['reference'] =>
  async (images, random) => {
    const [batch, height, width] = images.shape;
    const draw = async (most: number): Promise<number[]> => read(random.integers([batch, 1], -most, most + 1));
    const down = await draw(part(fraction, height));
    const right = await draw(part(fraction, width));
    return imagesOf(images, ([b, i, j, c], at) => at([b, i - down[b]!, j - right[b]!, c]));
  };

const cutout =
  (fraction: number): AugmentationCase['reference'] =>
  async (images, random) => {
    const [batch, height, width] = images.shape;
    const holes = async (size: number): Promise<(readonly [number, number])[]> => {
      const hole = part(fraction, size);
      const middles = await read(random.integers([batch, 1], 0, hole % 2 === 0 ? size + 1 : size));
      return middles.map((middle) => [middle - Math.floor(hole / 2), middle - Math.floor(hole / 2) + hole]);
    };
    const rows = await holes(height);
    const columns = await holes(width);
    const inside = (i: number, [from, to]: readonly [number, number]): boolean => from <= i && i < to;
    return imagesOf(images, ([b, i, j, c], at) =>
      inside(i, rows[b]!) && inside(j, columns[b]!) ? 0 : at([b, i, j, c]),
    );
  };

const color =
  (brightness: number, saturation: number, contrast: number): AugmentationCase['reference'] =>
  async (images, random) => {
    const [batch, height, width, channels] = images.shape;
    const draw = async (around: number, most: number): Promise<number[]> =>
      read(random.uniform([batch, 1, 1, 1], around - most, around + most));
    let changed = images;
    if (brightness > 0) {
      const added = await draw(0, brightness);
      changed = imagesOf(changed, (place, at) => at(place) + added[place[0]]!);
    }
    if (saturation > 0 && channels > 1) {
      const factors = await draw(1, saturation);
      changed = imagesOf(changed, (place, at) => {
        const [b, i, j] = place;
        let grey = 0;
        for (let c = 0; c < channels; c++) grey += at([b, i, j, c]) / channels;
        return grey + factors[b]! * (at(place) - grey);
      });
    }
    if (contrast > 0) {
      const factors = await draw(1, contrast);
      const size = height * width * channels;
      const { data } = changed;
      const means = factors.map((_, b) => data.slice(b * size, (b + 1) * size).reduce((sum, x) => sum + x / size, 0));
      changed = imagesOf(changed, (place, at) => {
        const mean = means[place[0]]!;
        return mean + factors[place[0]]! * (at(place) - mean);
      });
    }
    return changed;
  };

const noise =
  (standardDeviation: number): AugmentationCase['reference'] =>
  async ({ data, shape }, random) => {
    const drawn = await read(random.normal(shape));
    return { data: data.map((x, i) => x + standardDeviation * drawn[i]!), shape };
  };

export const augmentationCases: readonly AugmentationCase[] = [
  { name: 'randomTranslation()', augment: randomTranslation(), reference: translation(1 / 8) },
  {
    name: 'randomTranslation by up to the whole image',
    augment: randomTranslation({ fraction: 1 }),
    reference: translation(1),
  },
  { name: 'randomCutout()', augment: randomCutout(), reference: cutout(0.5) },
  { name: 'randomCutout of odd holes', augment: randomCutout({ fraction: 0.4 }), reference: cutout(0.4) },
  { name: 'randomColor()', augment: randomColor(), reference: color(0.5, 1, 0.5) },
  {
    name: 'randomColor of brightness alone',
    augment: randomColor({ brightness: 0.2, saturation: 0, contrast: 0 }),
    reference: color(0.2, 0, 0),
  },
  {
    name: 'randomColor without brightness',
    augment: randomColor({ brightness: 0, saturation: 0.7, contrast: 1.2 }),
    reference: color(0, 0.7, 1.2),
  },
  {
    name: 'instanceNoise',
    augment: instanceNoise({ standardDeviation: 0.3 }),
    reference: noise(0.3),
    anyShape: true,
  },
  {
    name: 'augmentations of three, which is each after the other',
    augment: augmentations(randomColor(), randomTranslation(), randomCutout()),
    reference: async (images, random) => {
      const colored = await color(0.5, 1, 0.5)(images, random);
      return cutout(0.5)(await translation(1 / 8)(colored, random), random);
    },
  },
];
