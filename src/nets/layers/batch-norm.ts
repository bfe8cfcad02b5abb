import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { normalize } from '../../operations/normalize.js';
import { checkInteger, checkNumber } from '../../tensor/checks.js';
import { checkActivated, checkActivation, createLayer, makeAll, onceAnUpdate } from '../layer.js';
import type { Activation, Network } from '../network.js';
import { checkChannels, constantVariable } from './channels.js';
import { ownOperation } from '../../tensor/own-kernels.js';
import { readOptions } from '../../tensor/options.js';
import { madeBy, named } from '../../tensor/made-by.js';

/** What {@link batchNorm} is made of. */
export interface BatchNormOptions {
  /** Channels of the input and of the output. */
  readonly inputs: number;
  /** Applied to each output; none by default. */
  readonly activation?: Activation | undefined;
  /** The share of the old moving statistics that an update keeps, in [0, 1); default 0.9. */
  readonly momentum?: number | undefined;
  /** Added to the variance, above 0; default 1e-5. */
  readonly epsilon?: number | undefined;
}

/**
 * Batch normalisation of `[batch, ..., inputs]`: by the batch's statistics in training, by moving statistics otherwise.
 *
 * output = activation(scale * (input - mean) / sqrt(variance + epsilon) + offset); with `options.training`, mean and biased
 * variance of each channel over the batch and all positions; otherwise the buffers, which training updates:
 * moving = momentum * moving + (1 - momentum) * new, where `new` is the batch's mean, or its unbiased variance
 *
 * Variables: scale `[inputs]`, ones, and offset `[inputs]`, zeros. Buffers: movingMean `[inputs]`, zeros, and movingVariance
 * `[inputs]`, ones. They are updated once per update: by the first training pass within a gradient call, but not by a second
 * one (over fakes, after the reals), and not where a penalty takes a gradient of the gradient. Outside any gradient call,
 * each training pass updates them.
 *
 * @param options - the channels, the activation, momentum and epsilon
 * @returns a network; the caller disposes it
 * @throws RangeError or TypeError if a number is out of range; `apply` throws ShapeError or TypeError unless its input is
 * float32 `[batch, ..., inputs]`
 * @remarks `momentum` is the share that is kept, as in Keras and tfjs, whose default is 0.99; PyTorch uses this name for
 * the new share, 0.1. The moving variance is unbiased, as in PyTorch; in Keras it is biased. A batch with one number per
 * channel (one example without positions) has variance 0: the output is the offset, and the statistics do not change; PyTorch
 * throws. With penalties on the gradient of each example (WGAN-GP, R1) use {@link groupNorm} or {@link layerNorm} instead, because
 * batch normalisation makes the examples depend on each other.
 * @example
 * ```ts
 * const layer = batchNorm({ inputs: 1 });
 * const values = await layer.apply(tf.tensor2d([[3], [5]]), { training: true }).data(); // -1.0, 1.0
 * const moving = await layer.buffers![0]!.data(); // 0.4
 * ```
 * @see https://arxiv.org/abs/1502.03167 Ioffe and Szegedy 2015, algorithms 1 and 2
 */
export const batchNorm = /* @__PURE__ */ named('batchNorm', function batchNorm(options: BatchNormOptions): Network {
  const where = 'batchNorm';
  const read = readOptions(where, options, {
    inputs: { is: checkInteger, most: 2 ** 28 },
    activation: { is: checkActivation, default: undefined },
    momentum: { is: checkNumber, default: 0.9, least: 0, below: 1 },
    epsilon: { is: checkNumber, default: 1e-5, above: 0 },
  });
  const { inputs, activation, momentum, epsilon } = read;
  const [scale, offset, movingMean, movingVariance] = makeAll([
    () => constantVariable(inputs, 1),
    () => constantVariable(inputs, 0),
    () => constantVariable(inputs, 0, false),
    () => constantVariable(inputs, 1, false),
  ]);
  const moves = onceAnUpdate();
  const byBatch = (input: Tensor, move: boolean): Tensor => {
    const count = input.size / inputs;
    const onStatistics = (mean: Tensor, variance: Tensor): void => {
      const factor = count / (count - 1);
      if (ownOperation<OwnMove>('MoveStatistics')?.(movingMean, movingVariance, mean, variance, momentum, factor))
        return;
      moveTo(movingMean, mean, momentum, 1);
      moveTo(movingVariance, variance, momentum, factor);
    };
    // the unbiased variance of a single number is undefined
    const isMoved = move && count > 1;
    const view = { examples: 1, groups: inputs, epsilon, onStatistics: isMoved ? onStatistics : undefined };
    return normalize(input, scale, offset, view);
  };
  const byMoving = (input: Tensor): Tensor => {
    const factor = tf.mul(scale, tf.rsqrt(tf.add(movingVariance, epsilon)));
    return tf.add(tf.mul(tf.sub(input, movingMean), factor), offset);
  };
  const made = createLayer(
    [scale, offset],
    (input, applied) => {
      checkChannels(where, input, inputs);
      return tf.tidy(() => {
        const normal = applied.training === true ? byBatch(input, moves(applied)) : byMoving(input);
        return activation === undefined ? normal : checkActivated(where, activation(normal), input.shape);
      });
    },
    [movingMean, movingVariance],
  );
  return madeBy(where, read, made);
});

/** What a backend may have to move both variables to new statistics; it returns true. */
export type OwnMove = (
  movingMean: Variable,
  movingVariance: Variable,
  mean: Tensor,
  variance: Tensor,
  momentum: number,
  factor: number,
) => true;

/** moving = momentum * moving + (1 - momentum) * factor * statistic */
function moveTo(moving: Variable, statistic: Tensor, momentum: number, factor: number): void {
  const news = tf.mul(tf.reshape(statistic, moving.shape), factor * (1 - momentum));
  moving.assign(tf.add(tf.mul(moving, momentum), news));
}
