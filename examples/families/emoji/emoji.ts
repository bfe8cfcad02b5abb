import * as tf from '@tensorflow/tfjs';
import { batches } from 'tfjs-generative';
import { sharpness } from 'tfjs-generative/metrics';
import { balanced, choose, loadPictures, type ColourPictures } from '../../emoji/data.js';
import { firstPictures } from '../../shared/flat-images.js';
import type { Columns, Comparison } from '../comparison.js';
import type { Family } from '../family.js';
import { nearestTo } from '../picture.js';
import { percent } from '../table.js';
import { vae } from '../vae.js';
import { gan } from './gan.js';

const SIZE = 32;
const WHITE = [1, 1, 1] as const;
/** Samples of each model in the picture, two per class. */
const SHOWN = 18;
const BATCH_SIZE = 64;

export interface Measured {
  sharpness: number;
}

const columns: Columns<Measured> = {
  sharpness: ({ sharpness }) => percent(sharpness),
};

/** Three convolutions on each side, to 4 x 4 pixels. */
function colourVae(classes: number, labels: Int32Array): Family<ColourPictures> {
  return vae<ColourPictures>({
    shape: [SIZE, SIZE, 3],
    classes,
    latentSize: 32,
    widths: [32, 64, 64],
    learningRate: 2e-3,
    labels: (count) => tf.tensor1d(labels.subarray(0, count), 'int32'),
    source(pictures, random) {
      const { images, labels } = balanced(pictures);
      return batches({ x: images, condition: labels }, { batchSize: BATCH_SIZE, random });
    },
  });
}

/** Reads emoji, and returns a function that prepares the comparison on them, for which a backend must run. */
export async function openEmoji({ data }: { readonly data: string | undefined }) {
  const { train, heldOut } = await loadPictures({ data, size: SIZE, background: WHITE });
  const test = inTurn(heldOut);
  return async (): Promise<Comparison<ColourPictures, Measured>> => {
    const pixels = firstPictures(test, Infinity);
    const real = (await sharpness(pixels)).value;
    const trained = firstPictures(train, Infinity);
    const flat = (x: tf.Tensor) => tf.reshape(x, [x.shape[0], -1]);
    return {
      train,
      test,
      families: [colourVae(train.classes.length, test.labels.data), gan(test.labels.data)],
      shown: SHOWN,
      columns,
      measure: async (samples) => ({ sharpness: (await sharpness(samples)).value / real }),
      measureData: async () => ({ sharpness: (await sharpness(firstPictures(train, Infinity))).value / real }),
      nearest: (samples) => nearestTo(tf.clone(flat(samples)), flat(trained)),
    };
  };
}

/** The same pictures with the classes in turn, as far as each has pictures: so the first few are of all classes. */
function inTurn(pictures: ColourPictures): ColourPictures {
  const seen = pictures.classes.map(() => 0);
  const turns = Array.from(pictures.labels.data, (label, i) => ({ i, turn: seen[label]!++, label }));
  turns.sort((a, b) => a.turn - b.turn || a.label - b.label);
  return choose(
    pictures,
    turns.map(({ i }) => i),
  );
}
