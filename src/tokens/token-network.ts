import type { Tensor } from '@tensorflow/tfjs-core';
import type { ApplyOptions, Network } from '../nets/network.js';

/** The logits of some tokens, and what a network keeps of all tokens so far, for the next call. */
export interface NextLogits {
  /** Float32 `[n, k, tokens]`, one row for each new token; the caller disposes it. */
  readonly logits: Tensor;
  /** The state of the network after these tokens, such as keys and values; the caller disposes it. */
  readonly past: readonly Tensor[];
}

/**
 * A network from tokens to logits: `apply` maps int32 `[n, length]` to float32 `[n, length, tokens]`. {@link transformer} makes one. Any
 * `Network` of this kind serves a token model; one with `applyNext` samples faster.
 */
export interface TokenNetwork extends Network {
  /**
   * Computes the logits for further tokens of sequences whose earlier tokens are known from `past`, without computing those again. The
   * result is that of `apply` on the whole sequences, for the new tokens.
   *
   * @param input - the new tokens, int32 `[n, k]`; the caller keeps it
   * @param past - the state that the call before returned; empty at the start
   * @param options - such as `condition`, the same in each call
   */
  applyNext?(input: Tensor, past: readonly Tensor[], options?: ApplyOptions): NextLogits;
}
