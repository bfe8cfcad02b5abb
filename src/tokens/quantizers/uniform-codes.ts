import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { LatentDensity } from '../../distributions/index.js';
import { checkRandom } from '../../random/check-random.js';
import type { RandomStream } from '../../random/stream.js';
import { checkShape } from '../../tensor/checks.js';
import { note } from '../../tensor/made-by.js';
import { checkQuantizer, latentsOf, vectorsIn, type Quantizer } from './quantizer.js';

/** A prior of codes: z is the code of each place, one after the other, and p(z) a probability. */
export interface CodeDensity extends LatentDensity {
  /** The quantizer whose codes it draws. */
  readonly quantizer: Quantizer;
}

/**
 * The prior for which all codes are equally likely at each place. It is the default prior of a {@link createQuantizedEncoder}.
 *
 * log p(z) = -places log K, z `[rows, places * size]`
 *
 * @param quantizer - the quantizer of the encoder; the caller still owns it
 * @returns a prior without variables. It accepts z as `[rows, places * size]` or `[rows, ..., size]`.
 * @throws TypeError if the argument is no quantizer
 * @remarks A z that is not made of codes counts as the nearest codes, so log p is the same for each z, and NaN if z is. Off the codes,
 *   p(z) is in fact 0; but a codebook moves within a step, before its old codes are looked at.
 * @example
 * ```ts
 * const prior = uniformCodes(finiteScalarQuantizer({ levels: [4, 4] }));
 * const nats = await prior.logProb(prior.sample([1, 8], createRandom(1))).data(); // -4 log 16 = -11.09
 * ```
 */
export function uniformCodes(quantizer: Quantizer): CodeDensity {
  const where = 'uniformCodes';
  checkQuantizer(where, 'quantizer', quantizer);
  const { codes, size } = quantizer;
  const made: CodeDensity = {
    quantizer,
    sample: (shape: readonly number[], random: RandomStream): Tensor => {
      checkRandom('sample', 'random', random);
      const places = Math.max(1, Math.ceil(shape[1]! / size));
      checkShape('sample', 'shape', { shape }, [null, places * size], `It holds vectors of ${size} numbers.`);
      return tf.tidy(() => latentsOf(quantizer, random.integers([shape[0]!, places], 0, codes)));
    },
    logProb: (z: Tensor): Tensor => {
      return tf.tidy(() => {
        const vectors = vectorsIn('logProb', z, size);
        return tf.sub(tf.sum(tf.mul(0, vectors), [1, 2]), vectors.shape[1]! * Math.log(codes));
      });
    },
  };
  return Object.freeze(note(made, { kind: where, options: { codes, size }, classes: 0 }));
}
