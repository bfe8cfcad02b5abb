import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { ApplyOptions } from '../nets/network.js';
import { checkRandom } from '../random/check-random.js';
import type { RandomStream } from '../random/stream.js';
import { checkFloat, checkInteger, checkRecord } from '../tensor/checks.js';
import { readOptions, type Read, type Rules } from '../tensor/options.js';
import { gaussianPrior, type LatentPrior } from './latent-prior.js';

/** The size and the distribution of latents: options of {@link createGenerator} and {@link createPriorSampler}. */
export interface LatentOptions {
  /** Numbers in a latent vector, at least 1; for a VAE, `encoder.latentSize`. */
  readonly latentSize: number;
  /** The distribution of the latents; default {@link gaussianPrior}. */
  readonly prior?: LatentPrior | undefined;
}

/** Draws n latents, float32 `[n, latentSize]`, on behalf of the public function `where`. */
export type LatentSource = (where: string, n: number, random: RandomStream, options?: ApplyOptions) => Tensor;

const latentRules = {
  latentSize: checkInteger,
  prior: { is: checkLatentPrior, default: gaussianPrior },
} satisfies Rules<LatentOptions>;

/** The size and the distribution of latents, checked. */
export function readLatents(where: string, options: LatentOptions): Read<LatentOptions, typeof latentRules> {
  return readOptions(where, options, latentRules);
}

/** Makes the function that draws a part's latents, from the options that {@link readLatents} returned. */
export function sourceFrom({ latentSize, prior }: Omit<ReturnType<typeof readLatents>, symbol>): LatentSource {
  return (caller, n, random, applyOptions) => {
    checkInteger(caller, 'n', n);
    checkRandom(caller, 'random', random);
    return tf.tidy(() => {
      const z = prior.sample([n, latentSize], random, applyOptions);
      checkLatents(caller, 'prior.sample(...)', z, [n, latentSize]);
      return z;
    });
  };
}

function checkLatentPrior(where: string, argument: string, prior: LatentPrior): void {
  checkRecord(where, argument, prior, 'sample', 'gaussianPrior, uniformPrior');
}

/** Throws unless `z` is float32, one latent per example. */
export function checkLatents(where: string, argument: string, z: Tensor, shape: readonly (number | null)[]): void {
  checkFloat(where, argument, z, shape, 'It must have one latent vector per example.');
}
