import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import type { LatentDensity } from '../../distributions/index.js';
import type { ApplyOptions } from '../../nets/network.js';
import { checkRandom } from '../../random/check-random.js';
import type { RandomStream } from '../../random/index.js';
import { checkAlive, checkFloat, checkShape } from '../../tensor/checks.js';
import { note } from '../../tensor/made-by.js';

/** The methods of a prior that compute something. */
type Methods = Omit<LatentDensity, 'components'>;

type OfLatents = (z: Tensor, options?: ApplyOptions) => tf.TensorContainer;

/** The methods of a prior with these variables; each checks them and its arguments first, and computes inside a tidy. */
export function checkedMethods<M extends Methods>(variables: readonly Variable[], latentSize: number, methods: M): M {
  const { sample, ...ofLatents } = methods;
  const checked = Object.entries(ofLatents as Record<string, OfLatents>).map(([where, method]): [string, OfLatents] => [
    where,
    (z, options) => {
      checkAlive(where, 'prior', variables);
      checkFloat(where, 'z', z, [null, latentSize]);
      return tf.tidy(() => method(z, options));
    },
  ]);
  const { logProb, ...others } = Object.fromEntries(checked);
  // a copy with another density does not use those that know this one
  for (const method of Object.values(others)) if (logProb) note(method, { parts: [logProb] });
  return {
    sample: (shape: readonly number[], random: RandomStream, options?: ApplyOptions): Tensor => {
      checkAlive('sample', 'prior', variables);
      checkRandom('sample', 'random', random);
      checkShape('sample', 'shape', { shape }, [null, latentSize]);
      return tf.tidy(() => sample(shape, random, options));
    },
    logProb,
    ...others,
  } as unknown as M;
}
