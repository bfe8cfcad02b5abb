import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { ApplyOptions } from '../nets/network.js';
import { checkRandom } from '../random/check-random.js';
import { stratify } from '../random/stratify.js';
import type { RandomStream } from '../random/stream.js';
import { sampleByUnmasking } from './sampling/sample-by-unmasking.js';
import { samplerOf } from './sampling/token-sampler.js';
import { afterAny, checkSequences, checkTokens, logitsOf, nanUnlessTokens, termsOf } from './sequences.js';
import { tokenModelOf, readModelOptions, type TokenModel, type TokenModelOptions } from './token-model.js';
import type { TokenNetwork } from './token-network.js';
import { withoutEarlyEnd } from './without-early-end.js';

/**
 * A masked diffusion model of sequences: it fills in masked tokens, in any order.
 *
 * -log p(x) <= E_t (1/t) sum over masked i of -log p(x_i | x_t), where x_t is x with each token masked with the probability t,
 * t ~ uniform(0, 1); the mask is the index `tokens`, and row i of the network's logits is p(x_i | x_t)
 *
 * @param network - from int32 `[n, length]` to logits `[n, length, tokens]`, each row computed from all tokens, such as
 *   `transformer({ causal: false })`; the model owns it
 * @param options - see {@link TokenModelOptions}
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
 *   Larochelle 2014, https://arxiv.org/abs/1310.1757, for the number of masked tokens
 */
export function createMaskedModel(network: TokenNetwork, options: TokenModelOptions): TokenModel {
  const where = 'createMaskedModel';
  const read = readModelOptions(where, network, options, false);
  const { tokens, length, end } = read;
  const logProb = (indices: Tensor, applyOptions: ApplyOptions = {}): Tensor => {
    checkSequences('logProb', 'indices', indices, length);
    checkTokens('logProb', 'indices', indices, tokens);
    const { random } = applyOptions;
    checkRandom('logProb', 'options.random', random);
    return tf.tidy(() => {
      const { masked, weights } = drawMasks(indices.shape[0], length, random);
      const missing = tf.less(indices, 0);
      // without an end, nothing is known about the missing places
      const x =
        end === undefined
          ? indices
          : tf.where(tf.logicalOr(missing, afterAny(tf.equal(indices, end))), tf.scalar(end, 'int32'), indices);
      const hidden = end === undefined ? tf.logicalOr(masked, missing) : masked;
      const noised = tf.where(hidden, tf.scalar(tokens, 'int32'), x);
      const logits = logitsOf('logProb', network, noised, applyOptions, tokens);
      const known = end === undefined ? missing : afterAny(tf.equal(noised, end));
      const labels = tf.where(tf.logicalAnd(masked, tf.logicalNot(known)), x, tf.scalar(-1, 'int32'));
      const possible = end === undefined ? logits : withoutEarlyEnd(logits, noised, end);
      return nanUnlessTokens(tf.neg(tf.mul(tf.sum(termsOf(possible, labels), 1), weights)), indices, tokens);
    });
  };
  return tokenModelOf(where, network, read, { logProb, sample: samplerOf(network, read, sampleByUnmasking, false) });
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
