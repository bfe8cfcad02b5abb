import { batches, createAdam, countParameters, type RandomStream, type Trainer } from 'tfjs-generative';
import { encodeTunes, type NoteVocabulary, type Tune } from 'tfjs-generative/music';
import {
  createMaskedModel,
  createTokenModel,
  createTokenTrainer,
  transformer,
  type TokenModel,
} from 'tfjs-generative/tokens';
import { warmCosine } from '../shared/warm-cosine.js';
import { timedTransformer } from './timed-transformer.js';

/** The two kinds of models: one writes from left to right, the other fills in blanks in any order. */
export type Kind = 'autoregressive' | 'masked';

/** The choices that depend on how many tunes there are. */
export interface Recipe {
  /** Numbers per token in the transformer, and its blocks. */
  readonly width: number;
  readonly layers: number;
  /** Updates of the two models. */
  readonly steps: Readonly<Record<Kind, number>>;
}

const BATCH_SIZE = 8;
/** The masked model's gradients vary more, since most of its terms are hard guesses. */
const RATES: Readonly<Record<Kind, number>> = { autoregressive: 1.5e-3, masked: 1e-3 };
const BETA2 = 0.99;
const WARM_UP = 100;
const DROPOUT = 0.2;
const HEADS = 4;
/** The share of tunes whose metre is dropped, so that the models also work without one. */
const DROPPED = 0.1;
const AVERAGE_DECAY = 0.99;

/** Fewer tunes than a few hundred are soon known by heart: a small network, and few updates. */
export function recipeFor(tunes: number): Recipe {
  return tunes < 300
    ? { width: 64, layers: 2, steps: { autoregressive: 300, masked: 600 } }
    : { width: 128, layers: 4, steps: { autoregressive: 1_600, masked: 2_000 } };
}

/** A model of tunes and its trainer. */
export interface TuneModel {
  readonly trainer: Trainer<'loss' | 'bits'>;
  /** The running average of the model, which is measured and sampled. */
  readonly averaged: TokenModel;
  readonly parameters: number;
  dispose(): void;
}

/** What {@link createTuneModel} takes. */
export interface TuneModelOptions {
  readonly vocabulary: NoteVocabulary;
  /** Notes of a sequence. */
  readonly length: number;
  readonly recipe: Recipe;
  readonly random: RandomStream;
}

/** A model of tunes, conditioned on the metre; the masked one has a plain transformer, since times are unknown where notes are. */
export function createTuneModel(kind: Kind, { vocabulary, length, recipe, random }: TuneModelOptions): TuneModel {
  const { tokens, end, metres } = vocabulary;
  const { width, layers } = recipe;
  const create = (): TokenModel => {
    const size = { tokens, length, end };
    const common = { width, layers, heads: HEADS, dropout: DROPOUT, random };
    if (kind === 'autoregressive') return createTokenModel(timedTransformer({ ...common, vocabulary }), size);
    return createMaskedModel(transformer({ ...common, tokens, length, causal: false, classes: metres.length }), size);
  };
  const [model, averaged] = [create(), create()];
  const steps = recipe.steps[kind];
  const learningRate = warmCosine({ highest: RATES[kind], warmUp: Math.min(WARM_UP, steps), steps });
  const trainer = createTokenTrainer({
    model,
    optimizer: createAdam({ learningRate, beta2: BETA2 }),
    random,
    dropCondition: DROPPED,
    clipNorm: 1,
    average: { into: averaged, decay: AVERAGE_DECAY },
  });
  return {
    trainer,
    averaged,
    parameters: countParameters(model),
    dispose: () => [trainer, model, averaged].forEach((part) => part.dispose()),
  };
}

/** Batches of tunes with their metres. */
export function createSource(
  tunes: readonly Tune[],
  { vocabulary, length, random }: Pick<TuneModelOptions, 'vocabulary' | 'length' | 'random'>,
) {
  return batches(encodeTunes(tunes, { vocabulary, length }), { batchSize: BATCH_SIZE, random });
}
