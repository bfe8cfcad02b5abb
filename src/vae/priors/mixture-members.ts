import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import type { MixtureDensity } from '../../distributions/index.js';
import { gaussianSample } from '../../operations/gaussian-sample.js';
import { mixtureLogProb, mixtureResponsibilities } from '../../operations/mixture-log-prob.js';
import type { RandomStream } from '../../random/index.js';
import { checkedMethods } from './checked-methods.js';

/** A mixture of Gaussians: means and log-variances, each `[components, latentSize]`, and the logits of the weights, `[components]`. */
export type Components = readonly [means: Tensor, logVariances: Tensor, logits: Tensor];

/** The methods of a prior with these variables that is a mixture of `count` Gaussians; `components` is called inside a tidy. */
export function mixtureMembers(
  variables: readonly Variable[],
  latentSize: number,
  count: number,
  components: () => Components,
): MixtureDensity {
  const methods = checkedMethods(variables, latentSize, {
    sample: ([rows]: readonly number[], random: RandomStream): Tensor => {
      const [means, logVariances, logits] = components();
      const chosen = drawIndices(logits, random.uniform([rows!, 1]));
      const noise = random.normal([rows!, latentSize]);
      return gaussianSample(tf.gather(means, chosen), tf.gather(logVariances, chosen), noise);
    },
    logProb: (z: Tensor): Tensor => mixtureLogProb(z, ...components()),
    responsibilities: (z: Tensor): Tensor => mixtureResponsibilities(z, ...components()),
  });
  return { components: count, ...methods };
}

/** For each row, the first component at which the cumulative weight exceeds the uniform number; int32 `[rows]`. */
function drawIndices(logits: Tensor, uniform: Tensor): Tensor {
  const sums = tf.cumsum(tf.softmax(logits));
  // the last sum is 1 only up to rounding, so the uniform numbers are scaled by it: none exceeds all sums
  const total = tf.slice(sums, [sums.shape[0] - 1], [1]);
  return tf.sum(tf.cast(tf.greaterEqual(tf.mul(uniform, total), sums), 'int32'), 1);
}
