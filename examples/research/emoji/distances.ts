import * as tf from '@tensorflow/tfjs';
import { frechetDistance } from 'tfjs-generative/metrics';
import { balanced, type ColourSet } from '../../shared/colour-pictures.js';
import type { FeatureNetwork } from '../../shared/feature-network.js';
import { featuresOf } from './copies.js';
import { resized } from './resized.js';

/** Frechet distances in the features of one network. */
export interface FrechetDistances {
  /** What the features are. */
  readonly features: string;
  /** Of the samples from the training pictures, which is what the literature calls FID. */
  readonly toTraining: number;
  /** Of the samples from the held-out pictures, whose motifs no model has seen. */
  readonly toHeldOut: number;
  /** Of the held-out pictures from the training pictures: what is between two sets of real pictures with different motifs. */
  readonly betweenThem: number;
}

/**
 * Compares samples with the training pictures and with the held-out ones, each balanced over classes, in the features of several networks.
 *
 * @param samples - `[n, height, width, 3]` in [0, 1], which are reduced to the size of the pictures, and whose classes have the shares of the balanced pictures
 */
export async function frechetDistances(
  samples: tf.Tensor,
  { train, heldOut }: ColourSet,
  networks: readonly FeatureNetwork[],
): Promise<FrechetDistances[]> {
  const rows: FrechetDistances[] = [];
  const small = resized(samples, train.images.shape[1]);
  for (const { name, features } of networks) {
    const own = features(small);
    const [training, other] = [train, heldOut].map((part) => featuresOf(balanced(part), features));
    const between = async (a: tf.Tensor, b: tf.Tensor) => (await frechetDistance(a, b, { features: name })).value;
    rows.push({
      features: name,
      toTraining: await between(own, training!),
      toHeldOut: await between(own, other!),
      betweenThem: await between(other!, training!),
    });
    tf.dispose([own, training!, other!]);
  }
  small.dispose();
  return rows;
}

/** Prints a line for each network. */
export function printFrechetDistances(rows: readonly FrechetDistances[]): void {
  for (const { features, toTraining, toHeldOut, betweenThem } of rows) {
    const [a, b, c] = [toTraining, toHeldOut, betweenThem].map((value) => value.toFixed(2));
    console.log(`Frechet distance to training pictures ${a}, to held-out ones ${b}, between them ${c}\n  ${features}`);
  }
}
