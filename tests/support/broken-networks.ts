import * as tf from '@tensorflow/tfjs-core';
import { sigmoid, type Network } from '../../src/index.js';

/** A network that ignores its input. */
export const withoutInput = (network: Network): Network => ({
  ...network,
  apply: (input, options) => network.apply(tf.zerosLike(input), options),
});

/** A network whose output is a probability where logits are expected. */
export const squashed = (network: Network): Network => ({
  ...network,
  apply: (input, options) => sigmoid(network.apply(input, options)),
});
