import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { softmax } from '../../operations/softmax.js';
import { checkRandom } from '../../random/check-random.js';
import type { RandomStream } from '../../random/stream.js';
import { checkInteger } from '../../tensor/checks.js';
import { outOfRange } from '../../tensor/errors.js';
import { joinNetworks, makeAll } from '../layer.js';
import type { Network } from '../network.js';
import { checkChannels } from './channels.js';
import { dense } from './dense.js';
import { readOptions } from '../../tensor/options.js';
import { madeBy } from '../../tensor/made-by.js';

/** What {@link attention} is made of. */
export interface AttentionOptions {
  /** Channels of the input and of the output. */
  readonly inputs: number;
  /** Number of heads, each with an equal share of the channels; default 1. It must divide the inputs. */
  readonly heads?: number | undefined;
  /** Where the initial weights come from: its forks `projections` and `output`. */
  readonly random: RandomStream;
}

/**
 * Multi-head self-attention over the pixels of `[batch, height, width, inputs]` or the tokens of `[batch, n, inputs]`.
 *
 * output = [heads concatenated] * weights + biases, head = softmax(q k^T / sqrt(inputs / heads)) v, where q, k and v, each
 * `[n, inputs]`, come from one dense product and head h takes the h-th block of their channels
 *
 * There is no residual connection: the block of diffusion models is `residual(sequential([groupNorm({ inputs }), attention({
 * inputs, random })]))`. Variables: weights `[inputs, 3 * inputs]` (queries, keys, values), biases `[3 * inputs]`, then weights
 * `[inputs, inputs]` and biases `[inputs]` of the output, initialised as in {@link dense}.
 *
 * @param options - the channels, the heads and the source of the initial weights
 * @returns a network; the caller disposes it
 * @throws RangeError or TypeError if a number is not a positive integer or the heads do not divide the channels; `apply` throws
 * ShapeError or TypeError unless its input is float32 `[batch, ..., inputs]`
 * @remarks Computes the same as `torch.nn.MultiheadAttention`, which starts from Glorot weights and zero biases.
 * @example
 * ```ts
 * const layer = attention({ inputs: 32, heads: 4, random: createRandom(1) });
 * layer.apply(tf.ones([5, 7, 7, 32])).shape; // [5, 7, 7, 32]
 * ```
 * @see https://arxiv.org/abs/1706.03762 Vaswani et al. 2017, section 3.2
 */
export function attention(options: AttentionOptions): Network {
  const where = 'attention';
  const read = readOptions(where, options, {
    inputs: checkInteger,
    heads: { is: checkInteger, default: 1 },
    random: checkRandom,
  });
  const { inputs, heads, random } = read;
  if (inputs % heads !== 0) {
    throw outOfRange(where, 'heads', `must divide the inputs, ${inputs}`, { got: heads });
  }
  const [projections, output] = makeAll([
    () => dense({ inputs, units: 3 * inputs, random: random.fork('projections') }),
    () => dense({ inputs, units: inputs, random: random.fork('output') }),
  ]);
  const size = inputs / heads;
  const made = joinNetworks([projections, output], (input) => {
    checkChannels(where, input, inputs);
    const batch = input.shape[0];
    const tokens = tf.util.sizeFromShape(input.shape.slice(1, -1));
    const perHead = (x: Tensor): Tensor => tf.transpose(tf.reshape(x, [batch, tokens, heads, size]), [0, 2, 1, 3]);
    const rows = tf.reshape(input, [batch * tokens, inputs]);
    const [queries, keys, values] = tf.split(projections.apply(rows), 3, 1).map(perHead) as [Tensor, Tensor, Tensor];
    const weights = softmax(tf.matMul(tf.mul(queries, size ** -0.5), keys, false, true));
    const seen = tf.transpose(tf.matMul(weights, values), [0, 2, 1, 3]);
    return tf.reshape(output.apply(tf.reshape(seen, [batch * tokens, inputs])), input.shape);
  });
  return madeBy(where, read, made);
}
