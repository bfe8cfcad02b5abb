// How many samples of a model of clothes a classifier recognises.
import * as tf from '@tensorflow/tfjs-core';
import { createRandom, sampleDpmSolver, type Decoder, type Denoiser, type Generator } from 'tfjs-generative';
import { loadModel } from 'tfjs-generative/model';
import { startBackend } from '../../shared/backend.js';
import { loadClassifier } from '../../shared/classifier.js';
import { labelsInTurn } from '../../shared/labels.js';

/** Samples, as many of each class. */
const SAMPLES = 500;
/** The classifier is sure of a class from this probability on. */
const SURE = 0.9;

/** Shares of the samples of a model. */
export interface Recognised {
  /** The share of samples of the requested class. */
  readonly toldRight: number;
  /** Of one class with a probability of at least 0.9, whichever. */
  readonly sure: number;
}

/** The shares of samples that the examples' classifier of Fashion-MNIST recognises; `file` is a model with classes that the lab has saved. */
export async function recognised(file: Uint8Array, latentSize: number): Promise<Recognised> {
  await startBackend();
  const parts = (await loadModel(file)) as Partial<{ decoder: Decoder; generator: Generator; denoiser: Denoiser }>;
  const random = createRandom(1);
  const condition = labelsInTurn(SAMPLES);
  const { decoder, generator, denoiser } = parts;
  const samples =
    denoiser !== undefined
      ? tf.div(
          tf.add(await sampleDpmSolver(denoiser, { shape: [SAMPLES, 28, 28, 1], steps: 15, random, condition }), 1),
          2,
        )
      : generator !== undefined
        ? generator.draw(SAMPLES, random, { condition })
        : decoder!.mean(random.normal([SAMPLES, latentSize]), { condition });
  const classifier = await loadClassifier();
  const probabilities = classifier.probabilities(tf.clipByValue(samples, 0, 1));
  const [predictedIndices, most] = [tf.argMax(probabilities, 1), tf.max(probabilities, 1)];
  const [found, requested, sure] = [await predictedIndices.data(), await condition.data(), await most.data()];
  return {
    toldRight: found.filter((label, i) => label === requested[i]).length / SAMPLES,
    sure: sure.filter((probability) => probability >= SURE).length / SAMPLES,
  };
}
