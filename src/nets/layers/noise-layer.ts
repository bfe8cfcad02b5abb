import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { RandomStream } from '../../random/stream.js';
import { checkExamples } from '../../tensor/checks.js';
import { wrongKind } from '../../tensor/errors.js';
import { createLayer } from '../layer.js';
import type { Network } from '../network.js';

/** Makes a layer that changes its input by draws from `options.random` in training; otherwise, or if `size` is 0, it returns a clone. */
export function noiseLayer(
  where: string,
  size: number,
  change: (input: Tensor, random: RandomStream) => Tensor,
): Network {
  return createLayer([], (input, { training, random }) => {
    checkExamples(where, 'input', input);
    // A clone, so that the caller may dispose the output and keep the input.
    if (training !== true || size === 0) return tf.clone(input);
    if (typeof random?.uniform !== 'function') {
      throw wrongKind(where, 'options.random', 'must be a random stream when options.training is true', {
        got: random,
        fix: 'Pass { training: true, random: createRandom(seed) } to apply.',
      });
    }
    return tf.tidy(() => change(input, random));
  });
}
