import * as tf from '@tensorflow/tfjs';
import { batches } from 'tfjs-generative';
import { firstPictures } from '../../../shared/flat-images.js';
import { CLASSES, loadClothes, type LabelledImages } from '../../../shared/image-data.js';
import { labelsInTurn } from '../../../shared/labels.js';
import type { Columns, Comparison } from '../comparison.js';
import { nearestTo } from '../picture.js';
import { percent } from '../table.js';
import { vae } from '../vae.js';
import { codes } from './codes.js';
import { diffusion } from './diffusion.js';
import { gan } from './gan.js';
import { createReference, measureClothes, type Measured } from './measures.js';

/** Samples of each model in the picture, two per class. */
const SHOWN = 20;
const BATCH_SIZE = 64;

/** In a pair, the classifier's number precedes the autoencoder's. */
const columns: Columns<Measured> = {
  'Frechet distance': ({ frechetDistance, autoencoder }) =>
    `${frechetDistance.toFixed(1)}; ${autoencoder.frechetDistance.toFixed(2)}`,
  'precision / recall': ({ precision, recall, autoencoder }) =>
    `${percent(precision)} / ${percent(recall)}; ${percent(autoencoder.precision)} / ${percent(autoencoder.recall)}`,
  'density / coverage': ({ density, coverage, autoencoderDensity, autoencoderCoverage }) =>
    `${density.toFixed(2)} / ${coverage.toFixed(2)}; ${autoencoderDensity.toFixed(2)} / ${autoencoderCoverage.toFixed(2)}`,
  'class shares': ({ classes: { least, most } }) => `${percent(least)} to ${percent(most)}`,
  sharpness: ({ sharpness }) => percent(sharpness),
  brightness: ({ brightness }) => percent(brightness),
  'copies / authenticity': ({ duplicates, authenticity }) =>
    duplicates === undefined ? '' : `${percent(duplicates)} / ${percent(authenticity!)}`,
};

/** Two convolutions on each side, to 7 x 7 pixels. */
const clothesVae = vae<LabelledImages>({
  shape: [28, 28, 1],
  classes: CLASSES,
  latentSize: 24,
  widths: [32, 64],
  learningRate: 4e-3,
  components: 30,
  labels: labelsInTurn,
  source: ({ images, labels }, random) => batches({ x: images, condition: labels }, { batchSize: BATCH_SIZE, random }),
});

/**
 * Reads Fashion-MNIST, and returns a function that prepares the comparison on it, for which a backend must run.
 *
 * @param options - `data`, a folder of the four IDX files, and whether to look for `copies` among the samples
 */
export async function openClothes({ data, copies }: { readonly data: string | undefined; readonly copies: boolean }) {
  const { train, test } = await loadClothes(data);
  return async (): Promise<Comparison<LabelledImages, Measured>> => {
    const reference = await createReference({ train, test });
    const { classifier } = reference.eyes;
    return {
      train,
      test,
      families: [clothesVae, codes, gan, diffusion],
      shown: SHOWN,
      columns,
      measure: (samples, seed) =>
        measureClothes(samples, { seed, reference, copiesAmong: copies ? samples : undefined }),
      async measureData(count, seed) {
        const [pixels, fresh] = [firstPictures(train, count), firstPictures(test, count)];
        const measured = await measureClothes(pixels, { seed, reference, copiesAmong: copies ? fresh : undefined });
        tf.dispose([pixels, fresh]);
        return measured;
      },
      nearest: (samples) => nearestTo(classifier.features(samples), reference.trained),
    };
  };
}
