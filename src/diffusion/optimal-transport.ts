import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkNotEmpty, checkExamples, checkSameShape } from '../tensor/checks.js';
import { unusable } from '../tensor/errors.js';
import { readTensor } from '../tensor/lost-backend.js';
import { named } from '../tensor/made-by.js';
import type { Coupling, CouplingInput } from './coupling.js';
import { leastCostAssignment } from './least-cost-assignment.js';

/**
 * The coupling of optimal transport: within a batch, each example gets the noise that makes the sum of squared distances smallest. Paths
 * then cross less often and are straighter, so that samplers need fewer steps.
 *
 * sum_i |x_i - noise_p(i)|^2 is smallest, over all permutations p
 *
 * Examples with labels exchange noise only within their label: across labels, the noise of one label would not be that of all.
 *
 * @returns a coupling for {@link createDiffusionTrainer}; it rejects if x or noise are not finite
 * @throws (rejects with) TypeError, {@link ShapeError} or Error if the tensors that it gets are wrong
 * @remarks It reads n^2 numbers of a batch of n examples, whose products are taken on the device, and assigns in at most n^3 additions on
 * the host. An optimum within a batch is not that of the whole sets: larger batches come closer.
 * @example
 * ```ts
 * const x = tf.tensor2d([[-1], [2]]);
 * const noise = tf.tensor2d([[1.5], [-0.5]]);
 * console.log(await optimalTransport()({ x, noise })); // Int32Array(2) [ 1, 0 ]
 * ```
 * @see Tong et al. 2024, https://arxiv.org/abs/2302.00482; Pooladian et al. 2023, https://arxiv.org/abs/2304.14772; for labels Cheng and
 * Schwing 2025, https://arxiv.org/abs/2503.10636
 */
export function optimalTransport(): Coupling {
  return named('optimalTransport', (input: CouplingInput) => assign(input));
}

async function assign({ x, noise, condition, conditions = {} }: CouplingInput): Promise<Int32Array> {
  const where = 'optimalTransport';
  checkExamples(where, 'x', x);
  checkNotEmpty(where, 'x', x);
  checkExamples(where, 'noise', noise);
  checkSameShape(where, 'noise', noise, 'x', x);
  if (condition?.dtype === 'float32' || Object.keys(conditions).length > 0) {
    throw unusable(where, 'condition', 'must be labels', { seen: 'other conditions', fix: 'Leave out the coupling.' });
  }
  const labels = condition && (await readTensor(where, condition));
  const [n] = x.shape as [number, ...number[]];
  const costs = tf.tidy(() => {
    // the squares of both are the same for all permutations; without the means, products are rounded less
    const rows = (tensor: Tensor): Tensor => tf.reshape(tf.sub(tensor, tf.mean(tensor, 0, true)), [n, -1]);
    return tf.neg(tf.matMul(rows(x), rows(noise), false, true));
  });
  const numbers = await readTensor(where, costs).finally(() => costs.dispose());
  if (!numbers.every(Number.isFinite)) {
    throw unusable(where, 'x', 'must be finite, like `noise`', { seen: 'products that are not' });
  }
  const partners = new Int32Array(n);
  for (const group of groupsOf(n, labels)) {
    const found = leastCostAssignment(group.length, (i, j) => numbers[group[i]! * n + group[j]!]!);
    found.forEach((j, i) => (partners[group[i]!] = group[j]!));
  }
  return partners;
}

/** The examples of each label; all of them if there are no labels. */
function groupsOf(n: number, labels: ArrayLike<number> | undefined): Iterable<number[]> {
  const groups = new Map<number | undefined, number[]>();
  for (let i = 0; i < n; i++) {
    const group = groups.get(labels?.[i]);
    if (group) group.push(i);
    else groups.set(labels?.[i], [i]);
  }
  return groups.values();
}
