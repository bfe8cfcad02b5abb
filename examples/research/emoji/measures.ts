import * as tf from '@tensorflow/tfjs';
import { frechetDistance, kernelDistance } from 'tfjs-generative/metrics';
import type { Classifier } from '../../shared/classifier.js';
import { featuresOf, findCopies } from './copies.js';
import { balanced, choose, pixelsOf, type ColourPictures, type ColourSet } from '../../shared/colour-pictures.js';

/** Distances from held-out pictures in the classifier's features. */
export interface PictureDistances {
  readonly frechetDistance: number;
  readonly kernelDistance: number;
}

/** Samples compared with held-out pictures. */
export interface PictureMeasures extends PictureDistances {
  /** The share of samples whose requested class the classifier recognises: the mean over classes. */
  readonly recognised: number;
  /** The same share of the held-out pictures. */
  readonly recognisedOfHeldOut: number;
  /** The share of samples that are copies of training pictures. */
  readonly copies: number;
  /** The share of held-out pictures that count as such copies: some drawings resemble others closely. */
  readonly copiesOfHeldOut: number;
  /** The distances of as many training pictures of the same classes: samples are not expected to fall below them. */
  readonly ofTraining: PictureDistances;
  /** For each class its name, its share among the labels, and its share among the classifier's predictions. */
  readonly classes: readonly { readonly name: string; readonly requested: number; readonly predicted: number }[];
  readonly protocols: Readonly<Record<'recognised' | 'copies' | 'frechetDistance' | 'kernelDistance', string>>;
}

/** What {@link measurePictures} compares with. */
export interface PictureMeasuring {
  readonly set: ColourSet;
  /** The seed of the samples, for the protocols. */
  readonly seed: number;
  readonly classifier: Classifier;
}

/**
 * Compares samples with the held-out pictures, balanced over classes.
 *
 * @param samples - `[n, height, width, 3]` in [0, 1], made with `labels`
 * @param labels - those of `balanced(set.heldOut)`, so that samples and held-out pictures have the same shares of classes
 */
export async function measurePictures(
  samples: tf.Tensor,
  labels: ArrayLike<number>,
  { set, seed, classifier }: PictureMeasuring,
): Promise<PictureMeasures> {
  const heldOut = balanced(set.heldOut);
  const real = pixelsOf(heldOut);
  const count = samples.shape[0];

  const guesses = await guessesOf(classifier, samples);
  const ofHeldOut = await recognised(classifier, heldOut);
  const { classes } = set.train;
  const near = { train: set.train, classifier };
  const { copied, protocol: ofCopies } = await findCopies(samples, near);
  const { copied: copiedOfReal } = await findCopies(real, near);
  const ofSamples = classifier.features(samples);
  const ofReal = classifier.features(real);
  const ofTraining = featuresOf(matching(set.train, heldOut.labels.data), classifier.features);
  const options = { features: classifier.name, seed };
  const frechet = await frechetDistance(ofSamples, ofReal, options);
  const kernel = await kernelDistance(ofSamples, ofReal, options);
  const measures = {
    recognised: shareRight(guesses, labels, classes.length).share,
    recognisedOfHeldOut: ofHeldOut.share,
    copies: shareOf(copied),
    copiesOfHeldOut: shareOf(copiedOfReal),
    frechetDistance: frechet.value,
    kernelDistance: kernel.value,
    ofTraining: {
      frechetDistance: (await frechetDistance(ofTraining, ofReal)).value,
      kernelDistance: (await kernelDistance(ofTraining, ofReal)).value,
    },
    classes: classes.map((name, label) => ({
      name,
      requested: shareOf(Array.from(labels, (own) => own === label)),
      predicted: shareOf(Array.from(guesses, (own) => own === label)),
    })),
    protocols: {
      recognised: `mean over classes; most probable class of ${count} samples and ${real.shape[0]} held-out pictures by the classifier whose features follow, seed ${seed}`,
      copies: ofCopies,
      frechetDistance: frechet.protocol,
      kernelDistance: kernel.protocol,
    },
  };
  tf.dispose([real, ofSamples, ofReal, ofTraining]);
  return measures;
}

/** The mean over classes of the share of its pictures that a classifier recognises: each class counts the same. */
export async function recognised(
  classifier: Classifier,
  pictures: ColourPictures,
): Promise<{ share: number; ofClasses: number[] }> {
  const x = pixelsOf(pictures);
  const guesses = await guessesOf(classifier, x);
  x.dispose();
  return shareRight(guesses, pictures.labels.data, pictures.classes.length);
}

/** Prints each measure above its protocol. */
export function printPictureMeasures(measures: PictureMeasures): void {
  const { ofTraining, classes, protocols } = measures;
  const shares = classes.map(
    ({ name, requested, predicted }) => `${name} ${percent(predicted)} (${percent(requested)})`,
  );
  console.log(`predicted classes (and requested ones): ${shares.join(', ')}`);
  const lines = {
    recognised: `recognised ${percent(measures.recognised)}; of held-out pictures ${percent(measures.recognisedOfHeldOut)}`,
    copies: `copies ${percent(measures.copies)}; of held-out pictures ${percent(measures.copiesOfHeldOut)}`,
    frechetDistance: `Frechet distance ${measures.frechetDistance.toFixed(2)}; of training pictures ${ofTraining.frechetDistance.toFixed(2)}`,
    kernelDistance: `kernel distance ${measures.kernelDistance.toFixed(2)}; of training pictures ${ofTraining.kernelDistance.toFixed(2)}`,
  };
  for (const [name, line] of Object.entries(lines)) console.log(`${line}\n  ${protocols[name as keyof typeof lines]}`);
}

async function guessesOf(classifier: Classifier, x: tf.Tensor): Promise<Int32Array> {
  const guesses = tf.tidy(() => tf.argMax(classifier.probabilities(x), 1));
  const values = Int32Array.from(await guesses.data());
  guesses.dispose();
  return values;
}

/** For each class the share of right guesses among its pictures, and the mean of those of the classes that have any. */
function shareRight(guesses: ArrayLike<number>, labels: ArrayLike<number>, classes: number) {
  const rows = [...Array.from(labels).keys()];
  const ofClasses = Array.from({ length: classes }, (_, label) =>
    shareOf(rows.filter((i) => labels[i] === label).map((i) => guesses[i] === label)),
  );
  const present = ofClasses.filter((share) => !Number.isNaN(share));
  return { share: present.reduce((sum, share) => sum + share, 0) / present.length, ofClasses };
}

/** Training pictures with the given labels: of each class evenly spaced ones. */
function matching(train: ColourPictures, labels: ArrayLike<number>): ColourPictures {
  const rows = train.classes.flatMap((_, label) => {
    const own = [...train.labels.data.keys()].filter((i) => train.labels.data[i] === label);
    const needed = Array.from(labels).filter((one) => one === label).length;
    return own.length === 0
      ? []
      : Array.from({ length: needed }, (_, i) => own[Math.floor((i * own.length) / needed)]!);
  });
  return choose(train, rows);
}

function shareOf(holds: readonly boolean[]): number {
  return holds.filter(Boolean).length / holds.length;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}
