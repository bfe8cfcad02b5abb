import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { reparameterize } from '../distributions/gaussian.js';
import type { Likelihood } from '../distributions/likelihoods/likelihood.js';
import { exp } from '../gradients/elementwise.js';
import { stopGradient } from '../gradients/stop-gradient.js';
import { crossEntropy } from '../operations/cross-entropy.js';
import { drawCategorical } from '../operations/draw-categorical.js';
import { softmax } from '../operations/softmax.js';
import { checkRandom } from '../random/check-random.js';
import { checkFloat, checkNumber } from '../tensor/checks.js';
import { madeBy } from '../tensor/made-by.js';
import { readOptions } from '../tensor/options.js';
import type { CategoryGroup } from './category-groups.js';
import { checkDescription } from './check-description.js';
import { columnsParameters } from './columns-parameters.js';
import type { TableDescription } from './description.js';
import { layoutOf } from './table-layout.js';

const LOG_TWO_PI = 1.8378770664093453;

/** Options of {@link columnsLikelihood}. */
export interface ColumnsLikelihoodOptions {
  /**
   * A soft lower bound on the log-variance of a score, as that of `learnedGaussian`; default -6. Without it, the density of a number that
   * follows from another column is unbounded.
   */
  readonly minLogVariance?: number | undefined;
}

/**
 * A likelihood for the rows of a table, in nats: a Gaussian with a learned variance for the score of each number or date, and a categorical
 * distribution for each category.
 *
 * log p(x) = -1/2 sum over numbers of ( log(2 pi) + v_j + (x_j - m_j)^2 / exp(v_j) ) +
 * sum over categories of ( l_j[x_j] - log sum_k exp(l_j[k]) ), where m are means, v log-variances, bounded as in `learnedGaussian`, and l
 * logits; the first sum is over numbers that are not missing
 *
 * A missing number is the category that marks it, and nothing else. As for all likelihoods, the last layer of the decoder has
 * columns * parameterSize units, where `columns` is that of {@link encodeTable}: the means, the log-variances, the logits, and up to
 * `columns - 1` numbers that fill the last block and have no effect.
 *
 * @param description - from {@link describeTable}
 * @param options - see {@link ColumnsLikelihoodOptions}
 * @returns the likelihood of rows from {@link encodeTable}, float32 `[batch, columns]`; its `mean` has the most likely categories, so that
 *   {@link decodeTable} accepts it, and a score of 0 where a number is missing
 * @throws TypeError or RangeError if an argument is wrong
 * @remarks The density is that of the scores, not of the numbers themselves: compare nats of one description only. Indices are rounded; those
 *   beyond the categories give NaN. The categories of `mean` are not means, and `logProbOfEach` rejects columns of different kinds.
 * @example
 * ```ts
 * const rows = [{ kind: 'a', size: 1.5 }, { kind: 'b', size: 2.5 }, { kind: 'a', size: null }];
 * const description = describeTable(rows);
 * const { data, shape } = encodeTable(description, rows); // size, kind, and whether size is missing
 * const likelihood = columnsLikelihood(description);
 * const logProb = likelihood.logProb(tf.tensor(data, [...shape]), tf.zeros([3, 3 * likelihood.parameterSize]));
 * console.log((await logProb.data())[2]); // 2 log(1/2) = -1.386: the kind, and that size is missing
 * ```
 * @see Ma et al. 2020, VAEM, https://arxiv.org/abs/2006.11941, for likelihoods of mixed columns
 */
export function columnsLikelihood(description: TableDescription, options: ColumnsLikelihoodOptions = {}): Likelihood {
  const where = 'columnsLikelihood';
  const read = readOptions(
    where,
    { description, ...options },
    { description: checkDescription, minLogVariance: { is: checkNumber, default: -6 } },
  );
  const { minLogVariance } = read;
  const { numbers, categories, groups, outputs, parameterSize, ...own } = columnsParameters(
    layoutOf(description),
    minLogVariance,
  );
  const columns = numbers + categories;
  const fix = `The network must have ${outputs} outputs, columns * parameterSize.`;
  const checkParameters = (called: string, parameters: Tensor, batch: number | null = null): void =>
    checkFloat(`${where}.${called}`, 'parameters', parameters, [batch, outputs], fix);

  const made: Likelihood = {
    name: where,
    parameterSize,
    logProb: (x, parameters) => {
      checkFloat(`${where}.logProb`, 'x', x, [null, columns], 'Encode rows with encodeTable.');
      checkParameters('logProb', parameters, x.shape[0]);
      return tf.tidy(() => {
        // connects x, so that gradients with respect to it exist also without numbers
        let nats: Tensor = tf.sum(tf.mul(0, tf.square(x)), 1);
        const indices = stopGradient(() => tf.round(tf.slice(x, [0, numbers], [-1, categories])));
        if (numbers > 0) {
          const { mean, logVariance } = own.gaussianIn(parameters);
          const squares = tf.square(tf.sub(tf.slice(x, [0, 0], [-1, numbers]), mean));
          const each = tf.add(tf.add(LOG_TWO_PI, logVariance), tf.mul(squares, exp(tf.neg(logVariance))));
          const present = stopGradient(() => own.presentIn(indices));
          nats = tf.sub(nats, tf.mul(0.5, tf.sum(tf.mul(present, each), 1)));
        }
        own.logitsIn(parameters).forEach((rows, i) => {
          const labels = stopGradient(() => labelsOf(indices, groups[i]!));
          nats = tf.sub(nats, tf.sum(tf.reshape(crossEntropy(rows, labels), [x.shape[0], -1]), 1));
        });
        return nats;
      });
    },
    mean: (parameters) => {
      checkParameters('mean', parameters);
      return tf.tidy(() =>
        own.encodedRows(
          parameters,
          ({ mean }) => tf.clone(mean),
          // NaN for logits that are not finite, of which any is the largest
          (rows) => tf.add(tf.cast(tf.argMax(rows, 1), 'float32'), tf.mul(0, tf.sum(softmax(rows), 1))),
        ),
      );
    },
    sample: (parameters, random) => {
      checkParameters('sample', parameters);
      checkRandom(`${where}.sample`, 'random', random);
      return tf.tidy(() =>
        own.encodedRows(
          parameters,
          (gaussian) => reparameterize(gaussian, random),
          (rows) => {
            const drawn = drawCategorical(softmax(rows), random.uniform([rows.shape[0]]));
            // a draw from NaN is -2
            return tf.where(tf.less(drawn, 0), NaN, tf.cast(drawn, 'float32'));
          },
        ),
      );
    },
  };
  return madeBy(where, read, made);
}

/** The indices of a group, int32 `[batch * places]`; the size of the group, which is none of them, where they are not valid. */
function labelsOf(indices: Tensor, { size, places }: CategoryGroup): Tensor {
  const chosen = tf.reshape(tf.gather(indices, tf.tensor1d([...places], 'int32'), 1), [-1]);
  const isValid = tf.logicalAnd(tf.greaterEqual(chosen, 0), tf.less(chosen, size));
  return tf.cast(tf.where(isValid, chosen, size), 'int32');
}
