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
  /**
   * Computes the logits of noised sequences whose blocks see themselves, and the clean blocks before them, in one pass over `[noised; clean]`. A masked
   * model with `block` needs it.
   *
   * @param noised - int32 `[n, length]`; the caller keeps it
   * @param clean - int32 `[n, length]`: the same sequences without masks
   * @param block - places of a block; it divides the length
   * @param options - such as `condition`
   * @returns float32 `[n, length, tokens]`; the caller disposes it
   */
  applyBlocks?(noised: Tensor, clean: Tensor, block: number, options?: ApplyOptions): Tensor;
  /**
   * Computes the logits of the next block, whose tokens see each other and those of `past`: the result is that of `applyBlocks` for this block. As
   * for {@link applyNext}, the state that it returns includes the tokens of `input`.
   *
   * @param input - the tokens of the block, int32 `[n, block]`; the caller keeps it
   * @param past - the state after the clean blocks before it; empty at the start
   * @param options - such as `condition`, the same in each call
   */
  applyBlock?(input: Tensor, past: readonly Tensor[], options?: ApplyOptions): NextLogits;
}
