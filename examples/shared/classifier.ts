import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import {
  conv2d,
  createRandom,
  dense,
  flatten,
  loadWeights,
  relu,
  sequential,
  type Network,
  type RandomStream,
} from 'tfjs-generative';
import { loadFile } from 'tfjs-generative/node';
import type { FeatureNetwork } from './feature-network.js';
import { inParts } from './in-parts.js';

/** The included weights; `npm run tool -- classifier` makes them, as classifier.md describes. */
export const classifierFile = fileURLToPath(new URL('./classifier.safetensors', import.meta.url));

/** What the features are, for the protocols of measures. */
export const classifierFeatures = 'last hidden layer of the Fashion-MNIST classifier of the examples';

/** A network that classifies images, in two parts. */
export interface ClassifierNetwork {
  /** From images to features. */
  readonly body: Network;
  /** From features to the logits of the classes. */
  readonly head: Network;
  /** Both parts: what is trained, saved and disposed. */
  readonly whole: Network;
}

/** A network for 28 x 28 pictures of clothes: three convolutions without padding, 28 - 13 - 6 - 4 pixels, and two dense layers. */
export function classifierNetwork(random: RandomStream): ClassifierNetwork {
  const fork = (name: string) => ({ random: random.fork(name) });
  const convolution = { padding: 'valid', activation: relu } as const;
  const body = sequential([
    conv2d({ ...convolution, inputs: 1, filters: 24, kernelSize: 4, strides: 2, ...fork('first') }),
    conv2d({ ...convolution, inputs: 24, filters: 48, kernelSize: 3, strides: 2, ...fork('second') }),
    conv2d({ ...convolution, inputs: 48, filters: 48, kernelSize: 3, ...fork('third') }),
    flatten(),
    dense({ inputs: 4 * 4 * 48, units: 64, activation: relu, ...fork('hidden') }),
  ]);
  const head = dense({ inputs: 64, units: 10, ...fork('logits') });
  return { body, head, whole: sequential([body, head]) };
}

/** A trained classifier; its features are the numbers of its last hidden layer. */
export interface Classifier extends FeatureNetwork {
  /** The probabilities of the classes, `[n, classes]`; the caller disposes it. */
  probabilities(images: tf.Tensor): tf.Tensor;
}

/** Loads the included classifier. */
export async function loadClassifier(path = classifierFile): Promise<Classifier> {
  const network = classifierNetwork(createRandom(0));
  await loadWeights(network.whole, await loadFile(path));
  return classifierOf(network);
}

/** Makes a classifier from a trained network, which it owns; `name` says what its features are. */
export function classifierOf({ body, whole }: ClassifierNetwork, name = classifierFeatures): Classifier {
  return {
    name,
    features: (images) => inParts(images, (part) => body.apply(part)),
    probabilities: (images) => inParts(images, (part) => tf.softmax(whole.apply(part))),
    dispose: () => whole.dispose(),
  };
}
