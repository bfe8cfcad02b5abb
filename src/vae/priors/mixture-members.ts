import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { MixtureDensity } from '../../distributions/index.js';
import { gaussianSample } from '../../operations/gaussian-sample.js';
import { mixtureLogProb, mixtureResponsibilities } from '../../operations/mixture-log-prob.js';
import { checkRandom } from '../../random/check-random.js';
import type { RandomStream } from '../../random/index.js';
import { checkFloat } from '../../tensor/checks.js';
import { wrongShape } from '../../tensor/errors.js';

/** A mixture of Gaussians. */
export interface Components {
  /** `[components, latentSize]` */
  readonly means: Tensor;
  /** `[components, latentSize]` */
  readonly logVariances: Tensor;
  /** `[components]`; their softmax are the weights. */
  readonly logits: Tensor;
}

/** The methods of a prior that is a mixture of `count` Gaussians; `components` is called inside a tidy. */
export function mixtureMembers(latentSize: number, count: number, components: () => Components): MixtureDensity {
  const at = (where: string, z: Tensor, f: (z: Tensor, ...of: [Tensor, Tensor, Tensor]) => Tensor): Tensor => {
    checkFloat(where, 'z', z, [null, latentSize]);
    return tf.tidy(() => {
      const { means, logVariances, logits } = components();
      return f(z, means, logVariances, logits);
    });
  };
  return {
    components: count,
    sample: (shape: readonly number[], random: RandomStream): Tensor => {
      checkRandom('sample', 'random', random);
      const [rows, size] = shape as [number, number];
      if (shape.length !== 2 || size !== latentSize) throw wrongShape('sample', 'shape', [null, latentSize], shape);
      return tf.tidy(() => {
        const { means, logVariances, logits } = components();
        const chosen = drawIndices(logits, random.uniform([rows, 1]));
        return gaussianSample(tf.gather(means, chosen), tf.gather(logVariances, chosen), random.normal([rows, size]));
      });
    },
    logProb: (z: Tensor): Tensor => at('logProb', z, mixtureLogProb),
    responsibilities: (z: Tensor): Tensor => at('responsibilities', z, mixtureResponsibilities),
  };
}

/** The first component, for each row, up to which the weights add up to more than the uniform number; int32 `[rows]`. */
function drawIndices(logits: Tensor, uniform: Tensor): Tensor {
  const sums = tf.cumsum(tf.softmax(logits));
  // the last sum is 1 up to rounding; in terms of it, no number is above all sums
  const total = tf.slice(sums, [sums.shape[0] - 1], [1]);
  return tf.sum(tf.cast(tf.greaterEqual(tf.mul(uniform, total), sums), 'int32'), 1);
}
