import type { Tensor } from '@tensorflow/tfjs-core';
import { logProbOf } from '../../distributions/gaussian.js';
import { reparameterize, type DiagonalGaussian, type LatentDensity } from '../../distributions/index.js';
import { checkNetwork } from '../../nets/check-network.js';
import { labelsOf, needed } from '../../nets/conditions/conditioning.js';
import type { ApplyOptions, Network, Part } from '../../nets/network.js';
import { createPart } from '../../nets/part-owning.js';
import { repeatExamples } from '../../nets/repeat-examples.js';
import type { RandomStream } from '../../random/index.js';
import { checkInteger, checkShape } from '../../tensor/checks.js';
import { note } from '../../tensor/made-by.js';
import { readOptions } from '../../tensor/options.js';
import { gaussianFrom, type Parameters } from '../gaussian-from.js';
import { checkedMethods } from './checked-methods.js';

/**
 * A Gaussian prior whose parameters depend on the condition: p(z|c), for example one Gaussian for each class.
 *
 * p(z|c) = N(mean(c), diag(exp(logVariance(c)))), [mean, logVariance] = network(c)
 *
 * @param network - from the condition to `[batch, 2 * latentSize]`, all means, then all log-variances: an {@link embedding} for class
 *   labels, an {@link mlp} for vectors
 * @param options - `latentSize`, at least 1
 * @returns a prior that owns the network. Its functions need `options.condition`, one for each row of z, or one for each example if z has
 *   several rows per example, sample-major.
 * @throws TypeError from its functions without `options.condition`; {@link ShapeError} if the network's output has another shape
 * @remarks The label -1 of an embedding gives N(0, I). The KL divergence of a Gaussian encoder is in closed form.
 * @example
 * ```ts
 * const network = embedding({ classes: 10, size: 2 * 20, random: createRandom(1) });
 * const prior = createConditionalPrior(network, { latentSize: 20 });
 * const condition = tf.tensor1d([3, -1], 'int32');
 * console.log(prior.sample([2, 20], createRandom(2), { condition }).shape); // [2, 20]
 * ```
 * @see Sohn, Lee and Yan 2015, equation 4, https://papers.nips.cc/paper/2015/hash/8d55a249e6baa5c06772297520da2051-Abstract.html
 */
export function createConditionalPrior(
  network: Network,
  options: { readonly latentSize: number },
): LatentDensity & Required<Pick<LatentDensity, 'blocks'>> & Part {
  const kind = 'createConditionalPrior';
  checkNetwork(kind, 'network', network);
  const { latentSize } = readOptions(kind, options, { latentSize: checkInteger });
  const gaussianFor = (where: string, rows: number, applyOptions: ApplyOptions = {}): Parameters => {
    const condition = needed(where, applyOptions, 'condition');
    const [batch, ...rest] = condition.shape as [number, ...number[]];
    if (rows % batch !== 0) {
      checkShape(where, 'options.condition', condition, [rows, ...rest], 'Pass one for each row of z.');
    }
    const output = network.apply(condition, applyOptions);
    const { mean, logVariance } = gaussianFrom(where, output, { rows: batch, size: latentSize });
    const samples = rows / batch;
    return { mean: repeatExamples(mean, samples), logVariance: repeatExamples(logVariance, samples) };
  };
  const methods = checkedMethods(network.variables, latentSize, {
    sample: (shape: readonly number[], random: RandomStream, applyOptions?: ApplyOptions): Tensor =>
      reparameterize(gaussianFor('sample', shape[0]!, applyOptions), random),
    logProb: (z: Tensor, applyOptions?: ApplyOptions): Tensor =>
      logProbOf(z, gaussianFor('logProb', z.shape[0], applyOptions)),
    blocks: (z: Tensor, applyOptions?: ApplyOptions): readonly DiagonalGaussian[] => [
      gaussianFor('blocks', z.shape[0], applyOptions),
    ],
  });
  return note(createPart(network, methods), { kind, options: { latentSize }, classes: labelsOf(network) });
}
