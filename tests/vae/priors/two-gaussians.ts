import * as tf from '@tensorflow/tfjs-core';
import { createMixturePrior, createRandom } from '../../../src/index.js';

/** p = 1/4 N((-1, 0), I) + 3/4 N((2, 1), diag(1/4, 1)), as a prior of two components. */
export const two = () =>
  createMixturePrior({
    components: 2,
    latentSize: 2,
    random: createRandom(1),
    means: [
      [-1, 0],
      [2, 1],
    ],
    logVariances: tf.log(
      tf.tensor2d([
        [1, 1],
        [0.25, 1],
      ]),
    ),
    weights: [1, 3],
  });
