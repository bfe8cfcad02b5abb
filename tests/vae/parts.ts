import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { ApplyOptions, Network } from '../../src/nets/index.js';
import { createGaussianEncoder } from '../../src/vae/index.js';

/** A network that applies `f`, and counts how often it was disposed. */
export function fixed(f: (x: Tensor, options?: ApplyOptions) => Tensor): Network & { disposals: number } {
  const network = {
    apply: (x: Tensor, options?: ApplyOptions) => tf.tidy(() => tf.clone(f(x, options))),
    variables: [],
    disposals: 0,
    dispose: () => {
      network.disposals++;
    },
  };
  return network;
}

/** An encoder that gives each row the same Gaussian. */
export const always = (means: readonly number[], logVariances: readonly number[]) =>
  createGaussianEncoder(
    fixed((x) => tf.add(tf.zeros([x.shape[0], 2 * means.length]), [...means, ...logVariances])),
    { latentSize: means.length },
  );
