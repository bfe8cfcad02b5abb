import * as tf from '@tensorflow/tfjs';
import { sharpness } from 'tfjs-generative/metrics';
import { loadPictureClassifier } from '../../emoji/classifier.js';
import { inTurn, pixelsOf, type ColourPictures } from '../../../shared/colour-pictures.js';
import { loadPictures } from '../../../shared/load-pictures.js';
import { measurePictures, type PictureMeasures } from '../../emoji/measures.js';
import type { Columns, Comparison } from '../comparison.js';
import type { Family } from '../family.js';
import { nearestTo } from '../picture.js';
import { percent } from '../table.js';
import { vae } from '../vae.js';
import { diffusion } from './diffusion.js';
import { gan } from './gan.js';
import { createSource } from './source.js';

const SIZE = 32;
const WHITE = [1, 1, 1] as const;
/** Samples of each model in the picture, two per class. */
const SHOWN = 18;

/** The measures of a set of emoji, and their sharpness relative to that of held-out emoji. */
export interface Measured extends Pick<PictureMeasures, 'copies' | 'frechetDistance' | 'kernelDistance' | 'protocols'> {
  /** Absent for pictures of your own, whose classes the classifier of emoji does not know. */
  readonly recognised?: number;
  readonly sharpness: number;
}

const columns: Columns<Measured> = {
  'Frechet distance': ({ frechetDistance }) => frechetDistance.toFixed(1),
  'kernel distance': ({ kernelDistance }) => kernelDistance.toFixed(2),
  recognised: ({ recognised }) => (recognised === undefined ? '' : percent(recognised)),
  copies: ({ copies }) => percent(copies),
  sharpness: ({ sharpness }) => percent(sharpness),
};

/** Three convolutions on each side, to 4 x 4 pixels; `labels` are the classes of its samples. */
function colourVae(classes: number, labels: Int32Array): Family<ColourPictures> {
  return vae<ColourPictures>({
    shape: [SIZE, SIZE, 3],
    classes,
    latentSize: 32,
    widths: [32, 64, 64],
    learningRate: 2e-3,
    labels: (count) => tf.tensor1d(labels.subarray(0, count), 'int32'),
    source: createSource,
  });
}

/** Reads emoji or a folder of classes, and returns a function that prepares the comparison on them, for which a backend must run. */
export async function openEmoji({ data }: { readonly data: string | undefined }) {
  const set = await loadPictures({ data, size: SIZE, background: WHITE });
  const { train } = set;
  const test = inTurn(set.heldOut);
  const { data: labels } = test.labels;
  return async (): Promise<Comparison<ColourPictures, Measured>> => {
    const classifier = await loadPictureClassifier();
    const real = pixelsOf(test);
    const trained = tf.tidy(() => classifier.features(pixelsOf(train)));
    const sharpnessOfReal = (await sharpness(real)).value;
    const measure = async (samples: tf.Tensor, seed: number) => {
      const own = labels.subarray(0, samples.shape[0]);
      const { recognised, ...measures } = await measurePictures(samples, own, { set, seed, classifier });
      const recognition = data === undefined ? { recognised } : {};
      return { ...measures, ...recognition, sharpness: (await sharpness(samples)).value / sharpnessOfReal };
    };
    return {
      train,
      test,
      families: [colourVae(train.classes.length, labels), gan(labels), diffusion(labels)],
      shown: SHOWN,
      columns,
      measure,
      async measureData(_, seed) {
        // recognition and copies of held-out pictures, and the distance of training pictures: what a perfect model would have
        const { ofTraining, ...measures } = await measure(real, seed);
        return { ...measures, ...ofTraining };
      },
      nearest: (samples) => nearestTo(classifier.features(samples), trained),
    };
  };
}
