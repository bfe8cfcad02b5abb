import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import type { LatentDensity } from '../../distributions/index.js';
import { tieBlocks } from '../../distributions/latent-prior.js';
import { checkArray } from '../../nets/layer.js';
import type { ApplyOptions } from '../../nets/network.js';
import { checkApplyOptions } from '../../nets/apply-options.js';
import { checkRandom } from '../../random/check-random.js';
import type { RandomStream } from '../../random/index.js';
import { checkAlive, checkFloat, checkShape } from '../../tensor/checks.js';

type OfLatents = (z: Tensor, options?: ApplyOptions) => tf.TensorContainer;

/** The methods of a prior with these variables, each in a tidy, after a check of the variables and of its arguments. */
export function checkedMethods<M extends LatentDensity>(
  variables: readonly Variable[],
  latentSize: number,
  methods: M,
): M {
  const { sample, ...ofLatents } = methods;
  const checked = Object.entries(ofLatents as Record<string, OfLatents>).map(([where, method]): [string, OfLatents] => [
    where,
    (z, options) => {
      checkAlive(where, 'prior', variables);
      checkFloat(where, 'z', z, [null, latentSize]);
      checkApplyOptions(where, options);
      return tf.tidy(() => method(z, options));
    },
  ]);
  return tieBlocks({
    sample: (shape: readonly number[], random: RandomStream, options?: ApplyOptions): Tensor => {
      checkAlive('sample', 'prior', variables);
      checkRandom('sample', 'random', random);
      checkApplyOptions('sample', options);
      checkArray('sample', 'shape', shape);
      checkShape('sample', 'shape', { shape }, [null, latentSize]);
      return tf.tidy(() => sample(shape, random, options));
    },
    ...Object.fromEntries(checked),
  } as M);
}
