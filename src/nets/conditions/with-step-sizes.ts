import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkSameShape } from '../../tensor/checks.js';
import { wrongKind } from '../../tensor/errors.js';
import { madeBy } from '../../tensor/made-by.js';
import { renameErrors } from '../../tensor/rename-errors.js';
import { checkNetwork } from '../check-network.js';
import { classesOf } from '../classes-of.js';
import { joinNetworks } from '../layer.js';
import type { Network } from '../network.js';

/**
 * Adds a vector for the size of the step to the vector that a network makes of the time, for students of {@link shortcut}.
 *
 * output = time(timesteps) + sizes(options.stepSize); without a step size, nothing is added
 *
 * @param time - from int32 timesteps `[batch]` to `[batch, d]`, as in {@link withTimesteps}
 * @param sizes - an {@link embedding} with a vector of d numbers for each step size
 * @returns a network that owns both: variables of `time` first; its `stepSizes` is the number of labels of `sizes`
 * @throws TypeError if an argument is not a network, or `sizes` does not map labels; `apply` throws ShapeError unless the two vectors have
 *   the same shape
 * @example
 * ```ts
 * const sizes = embedding({ classes: 3, size: 8, random: createRandom(1) });
 * const network = withStepSizes(timeEmbedding({ size: 8 }), sizes);
 * const options = { stepSize: tf.tensor1d([0, -1], 'int32') }; // the whole way in one step, and no step
 * console.log(network.apply(tf.tensor1d([99, 99], 'int32'), options).shape, network.stepSizes); // [2, 8], 3
 * ```
 * @see Frans et al. 2024, section 3, https://arxiv.org/abs/2410.12557
 */
export function withStepSizes(time: Network, sizes: Network): Network {
  const where = 'withStepSizes';
  checkNetwork(where, 'time', time);
  checkNetwork(where, 'sizes', sizes);
  const stepSizes = classesOf(sizes);
  if (!stepSizes) {
    const fix = 'Give embedding({ classes: 7, size, random }), with a class for each step size.';
    throw wrongKind(where, 'sizes', 'must map labels to vectors', { got: sizes, fix });
  }
  const joined = joinNetworks(
    [time, sizes],
    (input, options): Tensor => {
      const vectors = time.apply(input, options);
      const { stepSize } = options;
      if (stepSize === undefined) return vectors;
      const added = renameErrors(where, { 'options.stepSize': stepSize }, () => sizes.apply(stepSize, options));
      checkSameShape(where, 'sizes.apply(options.stepSize)', added, 'time.apply(options.timesteps)', vectors);
      return tf.add(vectors, added);
    },
    [classesOf(time)],
    stepSizes,
  );
  return madeBy(where, {}, joined);
}
