import * as tf from '@tensorflow/tfjs';
import { createRandom, sampleDdim, sampleDpmSolver, type Denoiser } from 'tfjs-generative';
import { frechetDistance } from 'tfjs-generative/metrics';
import type { LabelledImages } from '../shared/image-data.js';
import { featuresOf, loadEyes, samplesFor } from '../shared/image-measures.js';
import { spreadOf, spreadText, type Spread } from '../shared/spread.js';
import { callsOf, makeSamples, type Way } from './sampling.js';

/** The sampling methods that are compared. */
export const WAYS: readonly Way[] = [
  ...[5, 10, 20, 50].map((steps) => ({ sampler: sampleDpmSolver, steps, guidance: 1 })),
  ...[10, 20].map((steps) => ({ sampler: sampleDdim, steps, guidance: 1 })),
  ...[1.25, 1.5].map((guidance) => ({ sampler: sampleDpmSolver, steps: 10, guidance })),
  { sampler: sampleDpmSolver, steps: 20, guidance: 1.5 },
];
/** Number of samples for each method and seed: fewer than for the final measures. */
const COMPARED_SAMPLES = 2_000;

/** The quality of a sampling method, with one number for each seed of the samples. */
export interface Compared {
  readonly sampler: string;
  readonly steps: number;
  readonly guidance: number;
  readonly calls: number;
  readonly samples: number;
  /** The mean of the distances in the classifier's features. */
  readonly frechetDistance: number;
  /** Frechet distances in the features of both networks. */
  readonly classifier: Spread;
  readonly autoencoder: Spread;
  /** Mean pixel of the samples in [0, 1]. */
  readonly brightness: number;
}

/** What {@link compareWays} takes. */
export interface CompareOptions {
  readonly images: LabelledImages;
  readonly seed: number;
  /** Number of sets of samples for each method, with consecutive seeds. */
  readonly draws: number;
}

/** The Frechet distances of each sampling method from held-out images. */
export async function compareWays(denoiser: Denoiser, { images, seed, draws }: CompareOptions): Promise<Compared[]> {
  const { dispose, ...networks } = await loadEyes();
  const count = samplesFor(images);
  const real = Object.values(networks).map((network) => featuresOf(network, images, count));
  const results: Compared[] = [];
  for (const way of WAYS) {
    const values: number[][] = [[], []];
    let brightness = 0;
    const samplesOfOne = Math.min(COMPARED_SAMPLES, count);
    for (let draw = 0; draw < draws; draw++) {
      const random = createRandom(seed + draw).fork('compared'); // the same noise for each way
      const samples = await makeSamples(denoiser, { count: samplesOfOne, random, way });
      for (const [i, network] of Object.values(networks).entries()) {
        const features = network.features(samples);
        values[i]!.push((await frechetDistance(features, real[i]!)).value);
        features.dispose();
      }
      const mean = tf.mean(samples);
      brightness += (await mean.data())[0]! / draws;
      tf.dispose([samples, mean]);
    }
    const [classifier, autoencoder] = values.map(spreadOf) as [Spread, Spread];
    const { sampler, steps, guidance } = way;
    console.log(
      `${sampler.name}, ${steps} steps, guidance ${guidance}, ${callsOf(way)} calls: Frechet distance ` +
        `${spreadText(classifier)}, in the autoencoder's features ${spreadText(autoencoder, 2)}, mean pixel ${brightness.toFixed(3)}`,
    );
    results.push({
      sampler: sampler.name,
      steps,
      guidance,
      calls: callsOf(way),
      samples: samplesOfOne,
      frechetDistance: classifier.mean,
      classifier,
      autoencoder,
      brightness,
    });
  }
  tf.dispose(real);
  dispose();
  return results;
}
