import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { crossAttentionOf } from '../../operations/cross-attention.js';
import { checkRandom } from '../../random/check-random.js';
import type { RandomStream } from '../../random/stream.js';
import { checkFloat, checkInt, checkInteger, checkTensor } from '../../tensor/checks.js';
import { outOfRange } from '../../tensor/errors.js';
import { madeBy, named, note } from '../../tensor/made-by.js';
import { readOptions } from '../../tensor/options.js';
import { joinNetworks, makeAll } from '../layer.js';
import type { ApplyOptions, Network } from '../network.js';
import { checkChannels } from './channels.js';
import { dense } from './dense.js';

/** What {@link crossAttention} is made of. */
export interface CrossAttentionOptions {
  /** Channels of the input and of the output. */
  readonly inputs: number;
  /** Numbers at each position of the context. */
  readonly context: number;
  /** Number of heads, each with an equal share of the channels; default 1. It must divide the inputs. */
  readonly heads?: number | undefined;
  /** Where the initial weights come from: its forks `queries`, `keys and values` and `output`. */
  readonly random: RandomStream;
}

/**
 * Multi-head attention of the pixels of `[batch, height, width, inputs]`, or the tokens of `[batch, n, inputs]`, to a sequence, such as that of
 * the words of a text.
 *
 * output = concat(head_1, head_2, ...) * weights + biases, head_h = sum_j p_j v_hj, p_j = exp(s_j) / (1 + sum_k exp(s_k)),
 * s_j = q_h k_hj / sqrt(inputs / heads), where q comes from a dense layer of the input, k and v from one of the context, and head h takes the
 * h-th block of their channels
 *
 * `apply` receives the sequence as `options.conditions.context`, float32 `[batch, length, context]`. With `options.conditions.tokens`, int32
 * `[batch, length]`, the sums are over positions with a token above 0: the numbers at the others change no bit. {@link withTokens} makes the
 * context of the tokens. The 1 in the denominator is a position of zeros, which lets a pixel read nothing; without any token, the output is
 * the biases.
 *
 * Variables: weights and biases of queries, `[inputs, inputs]`, of keys and values, `[context, 2 * inputs]`, and of the output,
 * `[inputs, inputs]`, initialised as in {@link dense}.
 *
 * @param options - the channels, the heads and the source of the initial weights
 * @returns a network; the caller disposes it
 * @throws RangeError or TypeError if a number is not a positive integer or the heads do not divide the channels; `apply` throws TypeError
 * without `options.conditions.context`, ShapeError unless all have the given shapes
 * @remarks Computes the same as `torch.nn.MultiheadAttention` with `kdim`, `vdim`, `add_zero_attn` and a `key_padding_mask`. The context must
 * be finite at padded positions, too.
 * @example
 * ```ts
 * const layer = crossAttention({ inputs: 32, context: 8, heads: 4, random: createRandom(1) });
 * const tokens = tf.tensor2d([[3, 1, 0], [2, 0, 0]], [2, 3], 'int32'); // two words, and one
 * layer.apply(tf.ones([2, 7, 7, 32]), { conditions: { context: tf.ones([2, 3, 8]), tokens } }).shape; // [2, 7, 7, 32]
 * ```
 * @see https://arxiv.org/abs/2112.10752 Rombach et al. 2022, section 3.3
 */
export const crossAttention = /* @__PURE__ */ named(
  'crossAttention',
  function crossAttention(options: CrossAttentionOptions): Network {
    const where = 'crossAttention';
    const read = readOptions(where, options, {
      inputs: checkInteger,
      context: checkInteger,
      heads: { is: checkInteger, default: 1 },
      random: checkRandom,
    });
    const { inputs, context: size, heads, random } = read;
    if (inputs % heads !== 0) {
      throw outOfRange(where, 'heads', `must divide the inputs, ${inputs}`, { got: heads });
    }
    const [query, keysAndValues, output] = makeAll([
      () => dense({ inputs, units: inputs, random: random.fork('queries') }),
      () => dense({ inputs: size, units: 2 * inputs, random: random.fork('keys and values') }),
      () => dense({ inputs, units: inputs, random: random.fork('output') }),
    ]);
    const apply = (input: Tensor, given: ApplyOptions): Tensor => {
      checkChannels(where, input, inputs);
      const { context, tokens } = given.conditions ?? {};
      checkTensor(where, 'options.conditions.context', context);
      checkFloat(where, 'options.conditions.context', context, [input.shape[0], null, size]);
      const [batch, length] = context.shape as [number, number, number];
      if (tokens !== undefined) checkInt(where, 'options.conditions.tokens', tokens, [batch, length]);
      const places = tf.util.sizeFromShape(input.shape.slice(1, -1));
      const queries = tf.reshape(query.apply(tf.reshape(input, [batch * places, inputs])), [batch, places, inputs]);
      const both = keysAndValues.apply(tf.reshape(context, [batch * length, size]));
      const [keys, values] = tf.split(tf.reshape(both, [batch, length, 2 * inputs]), 2, 2) as [Tensor, Tensor];
      const seen = crossAttentionOf({ queries, keys, values, tokens }, heads);
      return tf.reshape(output.apply(tf.reshape(seen, [batch * places, inputs])), input.shape);
    };
    const made = joinNetworks([query, keysAndValues, output], apply);
    return madeBy(where, read, note(made, { reads: { context: undefined, tokens: undefined } }));
  },
);
