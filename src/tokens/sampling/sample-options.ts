import type { Tensor } from '@tensorflow/tfjs-core';
import type { RandomStream } from '../../random/stream.js';

/** The argument of {@link TokenSampleOptions.onStep}. */
export interface TokenProgress {
  /** Calls of the network so far, counted from 1. */
  readonly step: number;
  /** The total number of calls. */
  readonly steps: number;
  /** The sequences so far, int32 `[n, length]`, with -1 where nothing is drawn yet; disposed after the call, or when the promise that it returns is settled. */
  readonly indices: Tensor;
}

/** Options of `sample` of a {@link TokenModel}. */
export interface TokenSampleOptions {
  /** The source of all draws. Nothing is forked. */
  readonly random: RandomStream;
  /** The logits are divided by it: below 1, likely tokens become more likely. Default 1; at 0 the most likely token is chosen. */
  readonly temperature?: number | undefined;
  /** Draws only from the most likely tokens whose probabilities together reach this share, in (0, 1]; default 1. */
  readonly topP?: number | undefined;
  /** Class labels, int32 `[n]`; or a vector per sequence, float32 `[n, d]`. None by default. */
  readonly condition?: Tensor | undefined;
  /** Whether labels may be -1, for no class; by default they may not. */
  readonly allowNoClass?: boolean | undefined;
  /**
   * How far the logits move from u, without the condition, towards c, with the condition: u + guidance (c - u). 1, the default, is neutral
   * and costs nothing. The model must be trained with `dropCondition`.
   */
  readonly guidance?: number | undefined;
  /**
   * Tokens that are given, int32 `[n, length]`, with -1 where the model fills in: for an autoregressive model the beginning of each sequence,
   * for a masked model any places. Or an array, such as the result of `encodePattern`: the first tokens of all sequences. None by default.
   */
  readonly known?: Tensor | ArrayLike<number> | undefined;
  /**
   * Calls of the network, for a masked model. Each reveals some places, chosen at random, and draws their tokens
   * independently. By default it reveals one place per call: only that draws from the model's distribution exactly.
   */
  readonly steps?: number | undefined;
  /**
   * For a masked model with `steps`: whether all calls reveal as many places (`'equal'`, the default), or the first ones few and the last
   * ones many (`'cosine'`): after call k, 1 - cos(k pi / (2 steps)) of all places. Tokens that are drawn in one call are independent, so it is
   * better to draw many once most are known.
   *
   * @see Chang et al. 2022, MaskGIT, section 3.3, https://arxiv.org/abs/2202.04200
   */
  readonly reveal?: 'equal' | 'cosine' | undefined;
  /** Stops before the next call of the network; the promise rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds of work between two pauses in which the event loop runs; 16 by default. */
  readonly yieldAfter?: number | undefined;
  /** Called after each call of the network. */
  readonly onStep?: ((progress: TokenProgress) => void | Promise<void>) | undefined;
}
