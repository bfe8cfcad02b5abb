import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { exp } from '../../gradients/elementwise.js';
import { swish, tanh } from '../../nets/activations.js';
import type { Network } from '../../nets/network.js';
import { mlp } from '../../nets/networks/mlp.js';
import { startAtZero } from '../../nets/networks/start-at-zero.js';
import type { RandomStream } from '../../random/index.js';

/** The largest absolute logarithm of a scale, so that one bad update cannot make a density infinite. */
const MAX_LOG_SCALE = 3;

/** The half of the latents that a coupling changes. */
export interface CouplingHalves {
  readonly latentSize: number;
  /** Whether the first half changes, rather than the second. */
  readonly changesFirst: boolean;
}

/** Makes the network of a coupling. It maps the unchanged numbers to the log-scales, then the shifts, of the others, which are initially zero. */
export function couplingNetwork(
  { latentSize, changesFirst }: CouplingHalves,
  { width, random }: { readonly width: number; readonly random: RandomStream },
): Network {
  const first = Math.floor(latentSize / 2);
  const changed = changesFirst ? first : latentSize - first;
  const network = mlp({ sizes: [latentSize - changed, width, width, 2 * changed], activation: swish, random });
  startAtZero({ ...network, variables: network.variables.slice(-2) });
  return network;
}

/** Latents, split after `floor(latentSize / 2)` columns. */
export type Halves = readonly [first: Tensor, second: Tensor];

/** An affine coupling: half of the numbers do not change, and determine scales and shifts for the others. Call its functions inside a tidy. */
export interface Coupling {
  /** (a, b) -> (a, b * exp(s(a)) + t(a)). */
  fromNoise(u: Halves): Halves;
  /** The inverse, with the sum of all s(a), `[rows]`. */
  toNoise(z: Halves): { readonly u: Halves; readonly logScale: Tensor };
}

/** Makes the coupling of a network that changes the first half, or else the second. */
export function coupling(network: Network, changesFirst: boolean): Coupling {
  /** The other half first, also of the result. */
  const turned = ([a, b]: Halves): Halves => (changesFirst ? [b, a] : [a, b]);
  const affine = (a: Tensor): [logScales: Tensor, shifts: Tensor] => {
    const [raw, shifts] = tf.split(network.apply(a), 2, 1) as [Tensor, Tensor];
    return [tf.mul(MAX_LOG_SCALE, tanh(tf.div(raw, MAX_LOG_SCALE))), shifts];
  };
  return {
    fromNoise(u) {
      const [a, b] = turned(u);
      const [logScales, shifts] = affine(a);
      return turned([a, tf.add(tf.mul(b, exp(logScales)), shifts)]);
    },
    toNoise(z) {
      const [a, b] = turned(z);
      const [logScales, shifts] = affine(a);
      const u = turned([a, tf.mul(tf.sub(b, shifts), exp(tf.neg(logScales)))]);
      return { u, logScale: tf.sum(logScales, 1) };
    },
  };
}
