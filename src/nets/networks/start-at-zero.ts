import * as tf from '@tensorflow/tfjs-core';
import type { Network } from '../network.js';
import { hasSource } from '../new-variable.js';

/** Sets all variables of a network to zero, so that a block that ends in it starts as its shortcut; returns the network. */
export function startAtZero<N extends Pick<Network, 'variables'>>(network: N): N {
  if (hasSource()) return network;
  for (const variable of network.variables) tf.tidy(() => variable.assign(tf.zerosLike(variable)));
  return network;
}
