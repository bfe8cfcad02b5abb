import * as tf from '@tensorflow/tfjs-core';
import { attentionOf } from '../../operations/attention.js';
import { checkRandom } from '../../random/check-random.js';
import type { RandomStream } from '../../random/stream.js';
import { checkBoolean, checkInteger } from '../../tensor/checks.js';
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
  /** Whether each token sees only itself and the tokens before it, as in a model that predicts the next one; default false. */
  readonly causal?: boolean | undefined;
  /** Where the initial weights come from: its forks `projections` and `output`. */
  readonly random: RandomStream;
}

/**
 * Multi-head self-attention over the pixels of `[batch, height, width, inputs]` or the tokens of `[batch, n, inputs]`.
 *
 * output = concat(head_1, head_2, ...) * weights + biases, head_h = softmax(q_h k_h^T / sqrt(inputs / heads)) v_h, where q, k and v, each
 * `[n, inputs]`, come from one dense layer and head h takes the h-th block of their channels; with `causal`, the softmax of token i is
 * over tokens 0 ... i only
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
    causal: { is: checkBoolean, default: false },
    random: checkRandom,
  });
  const { inputs, heads, causal, random } = read;
  if (inputs % heads !== 0) {
    throw outOfRange(where, 'heads', `must divide the inputs, ${inputs}`, { got: heads });
  }
  const [projections, output] = makeAll([
    () => dense({ inputs, units: 3 * inputs, random: random.fork('projections') }),
    () => dense({ inputs, units: inputs, random: random.fork('output') }),
  ]);
  const made = joinNetworks([projections, output], (input) => {
    checkChannels(where, input, inputs);
    const batch = input.shape[0];
    const tokens = tf.util.sizeFromShape(input.shape.slice(1, -1));
    const projected = projections.apply(tf.reshape(input, [batch * tokens, inputs]));
    const seen = attentionOf(tf.reshape(projected, [batch, tokens, 3 * inputs]), { heads, causal });
    return tf.reshape(output.apply(tf.reshape(seen, [batch * tokens, inputs])), input.shape);
  });
  return madeBy(where, read, made);
}
