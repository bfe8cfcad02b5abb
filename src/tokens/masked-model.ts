import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { ApplyOptions } from '../nets/network.js';
import { checkAlive, checkInteger } from '../tensor/checks.js';
import { outOfRange, wrongKind } from '../tensor/errors.js';
import type { Rules } from '../tensor/options.js';
import { checkRandom } from '../random/check-random.js';
import { stratify } from '../random/stratify.js';
import type { RandomStream } from '../random/stream.js';
import { checkWord } from '../tensor/plain-checks.js';
import { sampleByBlocks } from './sampling/sample-by-blocks.js';
import { sampleByUnmasking } from './sampling/sample-by-unmasking.js';
import { samplerOf } from './sampling/token-sampler.js';
import { afterAny, checkLogits, checkSequences, checkTokens, logitsOf, nanUnlessTokens, termsOf } from './sequences.js';
import { modelRules, tokenModelOf, readModelOptions, type TokenModel, type TokenModelOptions } from './token-model.js';
import type { TokenNetwork } from './token-network.js';
import { withoutEarlyEnd } from './without-early-end.js';

/** Options of {@link createMaskedModel}. */
export interface MaskedModelOptions extends TokenModelOptions {
  /**
   * Places of a block, which divides the length: the model writes blocks from left to right, and fills in the masks of each in any order. By default
   * all places are one block.
   */
  readonly block?: number | undefined;
  /**
   * What `logProb` computes with `training: true`, as trainers call it: the bound (`'bound'`, the default), or `'crossEntropy'`, in which all masked
   * tokens count the same, by the factor 2 block / (block + 1) that makes it equal for a model that finds all tokens equally likely. Its gradients vary
   * less, and it stresses places of which little is known less.
   */
  readonly objective?: 'bound' | 'crossEntropy' | undefined;
}

// not a spread: a bundle would keep it
const maskedRules = /* @__PURE__ */ Object.assign({}, modelRules, {
  block: { is: checkInteger, default: undefined },
  objective: { is: checkWord, default: undefined, of: ['bound', 'crossEntropy'] },
} satisfies Omit<Rules<MaskedModelOptions>, keyof typeof modelRules>);

/**
 * A masked diffusion model of sequences: it fills in masked tokens, in any order.
 *
 * -log p(x) <= E_t (1/t) sum over masked i of -log p(x_i | x_t), where x_t is x with each token masked with the probability t,
 * t ~ uniform(0, 1); the mask is the index `tokens`, and row i of the network's logits is p(x_i | x_t)
 *
 * With a `block`, log p(x) = sum over blocks b of log p(x_b | x_1 ... x_(b - 1)), and each term is bounded as above, with masks in block b only.
 *
 * @param network - from int32 `[n, length]` to logits `[n, length, tokens]`, each row computed from all tokens, such as
 *   `transformer({ causal: false })`; the model owns it
 * @param options - see {@link MaskedModelOptions}; a `block` below the length needs a network with `applyBlocks`, such as a transformer
 * @returns a model whose `logProb` is an estimate of the bound, from one x_t for each sequence, drawn from `options.random`
 * @throws TypeError or RangeError if an argument is wrong, also for a causal network of this library; `logProb` throws TypeError or
 *   `ShapeError` unless the indices are int32 `[n, length]`, there is a stream, and the network returns logits `[n, length, tokens]`
 * @remarks The estimate draws the number k of masked tokens first, stratified over the batch, and then which ones:
 *   (length / k) sum over masked i. It has the same mean as the formula and less variance, and needs no smallest t. The mean is also that of
 *   log p over all orders in which the tokens can be revealed one at a time.
 *
 *   A network that sees where a sequence ends already knows its length, and its bound would exceed log p(x). So with an `end`, the
 *   places that follow it hold `end`, too, and are masked like all others. Once an `end` is visible, all places after it are known
 *   and are in no term. Without an `end`, places with -1 stay masked and are in no term.
 * @example
 * ```ts
 * const size = { tokens: 3, length: 6 };
 * const model = createMaskedModel(transformer({ ...size, causal: false, width: 32, layers: 1, random }), size);
 * const nats = await model.logProb(tf.tensor2d([[0, 1, 2, 0, 1, 2]], [1, 6], 'int32'), { random }).data();
 * console.log(nats); // -6 log 3 = -6.592: an untrained transformer finds all tokens equally likely
 * ```
 * @see Sahoo et al. 2024, equation 11, https://arxiv.org/abs/2406.07524; Shi et al. 2024, https://arxiv.org/abs/2406.04329; Uria, Murray and
 *   Larochelle 2014, https://arxiv.org/abs/1310.1757, for the number of masked tokens; Arriola et al. 2025, https://arxiv.org/abs/2503.09573, for blocks
 */
export function createMaskedModel(network: TokenNetwork, options: MaskedModelOptions): TokenModel {
  const where = 'createMaskedModel';
  const read = readModelOptions(where, network, options, false, maskedRules);
  const { tokens, length, end, objective } = read;
  const block = checkBlock(where, network, read);
  const logProb = (indices: Tensor, applyOptions: ApplyOptions = {}): Tensor => {
    checkSequences('logProb', 'indices', indices, length);
    checkTokens('logProb', 'indices', indices, tokens);
    const { random, training } = applyOptions;
    checkRandom('logProb', 'options.random', random);
    return tf.tidy(() => {
      const n = indices.shape[0];
      const blocks = length / block;
      /** Each block of a sequence as a row. */
      const rows = (x: Tensor): Tensor => tf.reshape(x, [n * blocks, block]);
      const { masked, weights } = drawMasks(n * blocks, block, random);
      const missing = tf.less(indices, 0);
      // without an end, nothing is known about the missing places
      const x =
        end === undefined
          ? indices
          : tf.where(tf.logicalOr(missing, afterAny(tf.equal(indices, end))), tf.scalar(end, 'int32'), indices);
      const mask = tf.scalar(tokens, 'int32');
      const hidden = end === undefined ? tf.logicalOr(masked, rows(missing)) : masked;
      const noised = tf.where(hidden, mask, rows(x));
      const whole = tf.reshape(noised, [n, length]);
      const logits =
        block === length
          ? logitsOf('logProb', network, whole, applyOptions, tokens)
          : blockLogits(
              network,
              whole,
              end === undefined ? tf.where(missing, mask, x) : x,
              block,
              applyOptions,
              tokens,
            );
      const perBlock = tf.reshape(logits, [n * blocks, block, tokens]);
      const known = end === undefined ? rows(missing) : afterEnd(noised, rows(x), end, blocks);
      const labels = tf.where(tf.logicalAnd(masked, tf.logicalNot(known)), rows(x), tf.scalar(-1, 'int32'));
      const possible = end === undefined ? perBlock : withoutEarlyEnd(perBlock, noised, end);
      const sums = tf.sum(termsOf(possible, labels), 1);
      const isEqual = training === true && objective === 'crossEntropy';
      const bounds = tf.mul(sums, isEqual ? (2 * block) / (block + 1) : weights);
      return nanUnlessTokens(tf.neg(tf.sum(tf.reshape(bounds, [n, blocks]), 1)), indices, tokens);
    });
  };
  const draw = block === length ? sampleByUnmasking : sampleByBlocks(block);
  return tokenModelOf(where, network, read, { logProb, sample: samplerOf(network, read, draw, false) });
}

/** The places of a block; throws unless they divide the length, and the network can read blocks. */
function checkBlock(
  where: string,
  network: TokenNetwork,
  { length, block = length }: { readonly length: number; readonly block?: number | undefined },
): number {
  if (length % block !== 0) throw outOfRange(where, 'block', `must divide the length, ${length}`, { got: block });
  if (block < length && (network.applyBlocks === undefined || network.applyBlock === undefined)) {
    const fix = 'Make it with transformer({ causal: false, ... }).';
    throw wrongKind(where, 'network', 'must have `applyBlocks` and `applyBlock`', { seen: 'one without', fix });
  }
  return block;
}

/** The logits of noised blocks, `[n, length, tokens]`, each from itself and the clean blocks before it. */
function blockLogits(
  network: TokenNetwork,
  noised: Tensor,
  clean: Tensor,
  block: number,
  options: ApplyOptions,
  tokens: number,
): Tensor {
  checkAlive('logProb', 'network', network.variables);
  const logits = network.applyBlocks!(noised, clean, block, options);
  checkLogits('logProb', logits, noised, tokens);
  return logits;
}

/** Whether an `end` is visible before each place: within its noised block, or in a block before it. */
function afterEnd(noised: Tensor, x: Tensor, end: number, blocks: number): Tensor {
  const within = afterAny(tf.equal(noised, end));
  if (blocks === 1) return within;
  const ends = tf.max(tf.cast(tf.equal(x, end), 'float32'), 1);
  return tf.logicalOr(within, tf.reshape(afterAny(tf.reshape(ends, [-1, blocks])), [-1, 1]));
}

/** Which tokens are masked, bool `[n, length]`, and the weight of their sum, length / k, `[n]`. */
function drawMasks(n: number, length: number, random: RandomStream): { masked: Tensor; weights: Tensor } {
  const counts = stratify(n, length, random).map((k) => k + 1);
  const masked = new Uint8Array(n * length);
  counts.forEach((count, row) => {
    const order = random.permutation(length);
    for (let k = 0; k < count; k++) masked[row * length + order[k]!] = 1;
  });
  return {
    masked: tf.tensor(masked, [n, length], 'bool'),
    weights: tf.tensor1d(Float32Array.from(counts, (count) => length / count)),
  };
}
