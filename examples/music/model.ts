import type { RandomStream } from 'tfjs-generative';
import { createMaskedModel, createTokenModel, type TokenModel } from 'tfjs-generative/tokens';
import { gridTransformer } from './grid-transformer.js';
import type { GridVocabulary } from './grid.js';

/** Places of a sequence: 32 bars of eight eighths. */
export const LENGTH = 256;

/** The size of a network. */
export interface Size {
  readonly width: number;
  readonly layers: number;
}

/** What {@link createGridModel} takes. */
export interface GridModelOptions extends Size {
  readonly vocabulary: GridVocabulary;
  /** Places of a block, for a masked model; the length for any order. Undefined for a causal model. */
  readonly block?: number | undefined;
  readonly objective?: 'bound' | 'crossEntropy' | undefined;
  readonly dropout?: number;
  /** See {@link gridTransformer}; false by default. */
  readonly neighbours?: boolean;
  readonly random: RandomStream;
}

const HEADS = 4;

/** A model of tunes on a grid: causal, or masked. A causal one has no end, since the cells of a hole follow those after it. */
export function createGridModel({
  block,
  objective,
  dropout = 0,
  neighbours = false,
  ...options
}: GridModelOptions): TokenModel {
  const { tokens, end } = options.vocabulary;
  const causal = block === undefined;
  const network = gridTransformer({ ...options, length: LENGTH, causal, heads: HEADS, dropout, neighbours });
  const size = { tokens, length: LENGTH };
  return causal ? createTokenModel(network, size) : createMaskedModel(network, { ...size, end, block, objective });
}
