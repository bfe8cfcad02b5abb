import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkInt, checkMinimumRank, checkResult } from '../../tensor/checks.js';
import { wrongKind } from '../../tensor/errors.js';
import { madeBy, note } from '../../tensor/made-by.js';
import { renameErrors } from '../../tensor/rename-errors.js';
import { checkNetwork } from '../check-network.js';
import { joinNetworks } from '../layer.js';
import type { ApplyOptions, Network } from '../network.js';
import { needed } from './conditioning.js';

/**
 * Makes a network conditional on a sequence of tokens, such as the words of a text: its {@link crossAttention} attends to what an encoder makes
 * of them.
 *
 * The network gets encoder(tokens) as `options.conditions.context`, and the mean of it over the tokens, zeros without any, as `options.condition`. So
 * a network with `classes`, the width of the encoder, also gets the text as one vector with the time: it learns sooner what the words mean.
 * `apply` receives the tokens as `options.conditions.tokens`, int32 `[batch, length]`. 0 is padding; -1 in the place of all tokens means that there is no
 * text, as a trainer's `dropCondition` and {@link withGuidance} write it.
 *
 * @param network - a network with {@link crossAttention}, such as {@link unet} or {@link dit} with `attend`
 * @param encoder - from int32 tokens `[batch, length]` to `[batch, length, context]`, such as a {@link textEncoder}
 * @returns a network that owns both: variables of `network` first
 * @throws TypeError if an argument is not a network; `apply` throws TypeError without `options.conditions.tokens` or with `options.condition`, ShapeError unless there is a
 * sequence for each example of the input
 * @example
 * ```ts
 * const random = createRandom(1);
 * const encoder = textEncoder({ tokens: 100, length: 8, width: 32, random: random.fork('text') });
 * const body = unet({ channels: 1, widths: [8, 16], attention: [1], attend: crossAttention, random });
 * const network = withTokens(body, encoder);
 * const conditions = { tokens: tf.tensor2d([[7, 42, 0], [0, 0, 0]], [2, 3], 'int32') }; // two words, and none
 * const timesteps = tf.tensor1d([0, 999], 'int32');
 * network.apply(tf.zeros([2, 28, 28, 1]), { timesteps, conditions }).shape; // [2, 28, 28, 1]
 * ```
 */
export function withTokens(network: Network, encoder: Network): Network {
  const where = 'withTokens';
  checkNetwork(where, 'network', network);
  checkNetwork(where, 'encoder', encoder);
  const argument = 'options.conditions.tokens';
  const apply = (input: Tensor, options: ApplyOptions): Tensor => {
    const tokens = needed(where, options, 'condition', 'tokens');
    const { conditions, training, random } = options;
    if (options.condition !== undefined)
      throw wrongKind(where, 'options.condition', 'must be left out: the mean of the tokens takes its place', {
        got: options.condition,
      });
    checkMinimumRank(where, 'input', input, 1);
    checkInt(where, argument, tokens, [input.shape[0], null], 'Pass a sequence for each example of the input.');
    const context = renameErrors(where, { [argument]: tokens }, () => encoder.apply(tokens, { training, random }));
    checkResult(where, `encoder.apply(${argument})`, context, [...tokens.shape, null]);
    const condition = meanOf(context, tokens);
    return network.apply(input, { ...options, condition, conditions: { ...conditions, context } });
  };
  const made = joinNetworks([network, encoder], apply, [0]);
  return madeBy(where, {}, note(made, { reads: { tokens: undefined } }));
}

/** The mean of the numbers at tokens above 0, `[batch, context]`. */
function meanOf(context: Tensor, tokens: Tensor): Tensor {
  const seen = tf.cast(tf.greater(tokens, tf.scalar(0, 'int32')), 'float32');
  const sum = tf.sum(tf.mul(context, tf.expandDims(seen, 2)), 1);
  return tf.div(sum, tf.maximum(1, tf.sum(seen, 1, true)));
}
