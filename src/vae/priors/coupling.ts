import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { exp } from '../../gradients/index.js';
import { swish, tanh } from '../../nets/activations.js';
import type { Network } from '../../nets/network.js';
import { mlp } from '../../nets/networks/mlp.js';
import { startAtZero } from '../../nets/networks/start-at-zero.js';
import type { RandomStream } from '../../random/index.js';

/** The largest absolute logarithm of a scale, so that one bad update cannot make a density infinite. */
const MAX_LOG_SCALE = 3;

/** Which half of the latents a coupling moves; it keeps the other. */
export interface CouplingHalves {
  readonly latentSize: number;
  /** Whether the first half moves, rather than the second. */
  readonly movesFirst: boolean;
}

/** Makes the network of a coupling, from the numbers that stay to the log-scales, then the shifts, of the others; initially zeros. */
export function couplingNetwork(
  { latentSize, movesFirst }: CouplingHalves,
  { width, random }: { readonly width: number; readonly random: RandomStream },
): Network {
  const first = Math.floor(latentSize / 2);
  const moves = movesFirst ? first : latentSize - first;
  const network = mlp({ sizes: [latentSize - moves, width, width, 2 * moves], activation: swish, random });
  startAtZero({ ...network, variables: network.variables.slice(-2) });
  return network;
}

/** An affine coupling: half of the numbers stay, and determine scales and shifts for the others. Call its functions inside a tidy. */
export interface Coupling {
  /** (a, b) -> (a, b * exp(s(a)) + t(a)). */
  fromNoise(u: Tensor): Tensor;
  /** The inverse, with the sum of all s(a), `[rows]`. */
  toNoise(z: Tensor): { readonly u: Tensor; readonly logScale: Tensor };
}

/** Makes a coupling from its network. */
export function coupling(network: Network, { latentSize, movesFirst }: CouplingHalves): Coupling {
  const first = Math.floor(latentSize / 2);
  const halves = (z: Tensor): [stays: Tensor, moves: Tensor] => {
    const [a, b] = tf.split(z, [first, latentSize - first], 1) as [Tensor, Tensor];
    return movesFirst ? [b, a] : [a, b];
  };
  const joined = (a: Tensor, b: Tensor): Tensor => tf.concat(movesFirst ? [b, a] : [a, b], 1);
  const affine = (a: Tensor): [logScales: Tensor, shifts: Tensor] => {
    const [raw, shifts] = tf.split(network.apply(a), 2, 1) as [Tensor, Tensor];
    return [tf.mul(MAX_LOG_SCALE, tanh(tf.div(raw, MAX_LOG_SCALE))), shifts];
  };
  return {
    fromNoise(u) {
      const [a, b] = halves(u);
      const [logScales, shifts] = affine(a);
      return joined(a, tf.add(tf.mul(b, exp(logScales)), shifts));
    },
    toNoise(z) {
      const [a, b] = halves(z);
      const [logScales, shifts] = affine(a);
      const u = joined(a, tf.mul(tf.sub(b, shifts), exp(tf.neg(logScales))));
      return { u, logScale: tf.sum(logScales, 1) };
    },
  };
}
