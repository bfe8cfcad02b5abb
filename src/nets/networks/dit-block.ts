import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { scaleAndShift } from '../../operations/scale-and-shift.js';
import { checkRandom } from '../../random/check-random.js';
import type { RandomStream } from '../../random/stream.js';
import { checkFunction, checkInteger } from '../../tensor/checks.js';
import { outOfRange } from '../../tensor/errors.js';
import { madeBy } from '../../tensor/made-by.js';
import { readOptions } from '../../tensor/options.js';
import { gelu, swish } from '../activations.js';
import { labelsFor } from '../conditions/conditioning.js';
import { createLayer, joinNetworks, makeAll } from '../layer.js';
import { attention } from '../layers/attention.js';
import { checkChannels } from '../layers/channels.js';
import type { CrossAttentionOptions } from '../layers/cross-attention.js';
import { dense } from '../layers/dense.js';
import { dropout } from '../layers/dropout.js';
import { plainNorm } from '../layers/plain-norm.js';
import type { Network } from '../network.js';
import { attendOf, dropoutRule } from './block-of.js';
import { sequential } from './sequential.js';
import { startAtZero } from './start-at-zero.js';

/** What {@link ditBlock} is made of. */
export interface DitBlockOptions {
  /** Channels of the input and of the output. */
  readonly inputs: number;
  /** Number of heads of attention, which must divide the inputs; default 4. */
  readonly heads?: number | undefined;
  /** Numbers per example in `options.condition`. */
  readonly conditionSize: number;
  /** Makes a layer that reads `options.conditions.context`, with `conditionSize` numbers at each position: {@link crossAttention}. None by default. */
  readonly attend?: ((options: CrossAttentionOptions) => Network) | undefined;
  /** Rate of the dropout before each gate; default 0. */
  readonly dropoutRate?: number | undefined;
  /** Where the initial weights come from: its forks `attention`, `rise`, `fall`, `modulation` and `context`. */
  readonly random: RandomStream;
}

/**
 * The transformer block of diffusion models, with adaLN-zero: over the tokens of `[batch, n, inputs]` or the pixels of
 * `[batch, height, width, inputs]`.
 *
 * h = input + gate1 * attention(norm(input) * (1 + scale1) + shift1), output = h + gate2 * mlp(norm(h) * (1 + scale2) + shift2),
 * [scale1, shift1, gate1, scale2, shift2, gate2] = dense(swish(options.condition)), mlp(x) = fall(gelu(rise(x))); the norm is
 * {@link layerNorm} without a scale and an offset of its own, with epsilon 1e-6, and the first of the two dense layers of the mlp has
 * four times the inputs
 *
 * The last dense layer, of the condition, starts at zero. So all gates start at zero, and the block starts as the identity. With `attend`,
 * attend(h), whose last weights and biases also start at zero, is added to h. Variables: attention, rise, fall, the dense layer of the condition,
 * then those of `attend`.
 *
 * @param options - the channels, the condition and the source of the initial weights
 * @returns a network; the caller disposes it
 * @throws RangeError or TypeError if an option is wrong; `apply` throws TypeError without `options.condition`
 * @remarks The code of the paper has the tanh approximation of {@link gelu}, and each shift before its scale.
 * @example
 * ```ts
 * const block = ditBlock({ inputs: 8, heads: 2, conditionSize: 4, random: createRandom(1) });
 * block.apply(tf.ones([5, 7, 7, 8]), { condition: tf.ones([5, 4]) }).shape; // [5, 7, 7, 8]
 * ```
 * @see https://arxiv.org/abs/2212.09748 Peebles and Xie 2022, section 3.2 and figure 3
 */
export function ditBlock(options: DitBlockOptions): Network {
  const where = 'ditBlock';
  const read = readOptions(where, options, {
    inputs: checkInteger,
    heads: { is: checkInteger, default: 4 },
    conditionSize: checkInteger,
    attend: { is: checkFunction, default: undefined },
    dropoutRate: dropoutRule,
    random: checkRandom,
  });
  const { inputs, heads, conditionSize, attend, dropoutRate, random } = read;
  if (inputs % heads !== 0) throw outOfRange(where, 'heads', `must divide the inputs, ${inputs}`, { got: heads });
  const networks: readonly Network[] = makeAll([
    () => attention({ inputs, heads, random: random.fork('attention') }),
    () => dense({ inputs, units: 4 * inputs, activation: gelu, random: random.fork('rise') }),
    () => dense({ inputs: 4 * inputs, units: inputs, random: random.fork('fall') }),
    () => modulation(conditionSize, 6 * inputs, random.fork('modulation')),
    ...(attend
      ? [
          () =>
            lastAtZero(
              attendOf(where, attend, { inputs, context: conditionSize, heads, random: random.fork('context') }),
            ),
        ]
      : []),
  ]);
  const [attendOwn, rise, fall, vectors, attendOther] = networks as [Network, Network, Network, Network, Network?];
  const drop = dropout({ rate: dropoutRate });
  const made = joinNetworks(
    networks,
    (input, options) => {
      checkChannels(where, input, inputs);
      const all = labelsFor(where, vectors, input, options, 6 * inputs);
      const sizes = [2 * inputs, inputs, 2 * inputs, inputs];
      const [first, firstGate, second, secondGate] = tf.split(all, sizes, 1) as [Tensor, Tensor, Tensor, Tensor];
      const added = (x: Tensor, both: Tensor, gate: Tensor, body: (x: Tensor) => Tensor): Tensor => {
        const change = drop.apply(body(scaleAndShift(plainNorm(x), both)), options);
        return tf.add(x, tf.mul(change, tf.reshape(gate, [x.shape[0], ...x.shape.slice(2).map(() => 1), inputs])));
      };
      const own = added(input, first, firstGate, (x) => attendOwn.apply(x));
      const seen = attendOther === undefined ? own : tf.add(own, attendOther.apply(own, options));
      return added(seen, second, secondGate, (x) => fall.apply(rise.apply(x)));
    },
    [undefined],
  );
  return madeBy(where, read, made);
}

/** A layer whose last weights and biases start at zero. */
function lastAtZero(layer: Network): Network {
  startAtZero({ variables: layer.variables.slice(-2) });
  return layer;
}

/** From the condition to the numbers that modulate a block: swish, then a dense layer that starts at zero. */
export function modulation(inputs: number, units: number, random: RandomStream): Network {
  return sequential([createLayer([], (x) => swish(x)), startAtZero(dense({ inputs, units, random }))]);
}
