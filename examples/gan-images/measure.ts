import * as tf from '@tensorflow/tfjs';
import type { Generator, RandomStream } from 'tfjs-generative';
import { frechetDistance, kernelDistance, precisionRecall } from 'tfjs-generative/metrics';
import { classifierFeatures, loadClassifier, type Classifier } from '../shared/classifier.js';
import { firstImages } from '../shared/flat-images.js';
import type { LabelledImages } from '../shared/image-data.js';
import { CLASSES } from './model.js';

/** Samples to compare with as many test images, if there are that many. */
const SAMPLES = 10_000;
/** Samples made at once. */
const AT_ONCE = 500;

/** The shares of the ten classes among samples. */
export interface ClassShares {
  readonly shares: readonly number[];
  readonly least: number;
  readonly most: number;
}

/** The measures of a generator, and their protocols. */
export interface Measures {
  readonly classes: ClassShares;
  readonly frechetDistance: number;
  readonly kernelDistance: number;
  readonly precision: number;
  readonly recall: number;
  readonly protocols: Readonly<Record<string, string>>;
}

/** What {@link measure} takes. */
export interface MeasureOptions {
  readonly generator: Generator;
  readonly isConditional: boolean;
  readonly test: LabelledImages;
  readonly seed: number;
  readonly random: RandomStream;
}

/** Compares samples of a generator with as many test images, in the classifier's features. */
export async function measure({ generator, isConditional, test, seed, random }: MeasureOptions): Promise<Measures> {
  const classifier = await loadClassifier();
  const count = Math.min(SAMPLES, test.images.shape[0]);
  const real = tf.tidy(() => tf.reshape(firstImages(test, count), [count, 28, 28, 1]));
  const fake = makeSamples(generator, count, random, isConditional);
  const [a, b] = [classifier.features(fake), classifier.features(real)];

  const options = { features: classifierFeatures, seed };
  const classes = await classShares(classifier, fake);
  const frechet = await frechetDistance(a, b, options);
  const kernel = await kernelDistance(a, b, options);
  const { precision, recall, protocol } = await precisionRecall(b, a, options);
  tf.dispose([real, fake, a, b]);
  classifier.dispose();
  return {
    classes,
    frechetDistance: frechet.value,
    kernelDistance: kernel.value,
    precision,
    recall,
    protocols: {
      classes: `most probable class of ${count} samples by the Fashion-MNIST classifier of the examples, seed ${seed}`,
      frechetDistance: frechet.protocol,
      kernelDistance: kernel.protocol,
      precisionRecall: protocol,
    },
  };
}

/** Samples `[count, 28, 28, 1]`; a conditional generator makes equally many of each class. */
export function makeSamples(
  generator: Generator,
  count: number,
  random: RandomStream,
  isConditional = false,
): tf.Tensor {
  return tf.tidy(() => {
    const parts: tf.Tensor[] = [];
    for (let start = 0; start < count; start += AT_ONCE) {
      const size = Math.min(AT_ONCE, count - start);
      const labels = Int32Array.from({ length: size }, (_, i) => (start + i) % CLASSES);
      const condition = isConditional ? tf.tensor1d(labels, 'int32') : undefined;
      parts.push(tf.tidy(() => generator.sample(size, random, condition && { condition })));
    }
    return tf.concat(parts);
  });
}

/** The shares of the classes among samples, according to the classifier. */
export async function classShares(classifier: Classifier, samples: tf.Tensor): Promise<ClassShares> {
  const guesses = tf.tidy(() => tf.argMax(classifier.probabilities(samples), 1));
  const counts = new Array<number>(CLASSES).fill(0);
  for (const guess of await guesses.data()) counts[guess]!++;
  guesses.dispose();
  const shares = counts.map((count) => count / samples.shape[0]);
  return { shares, least: Math.min(...shares), most: Math.max(...shares) };
}
