import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Observer, Verdict } from '../../training/observer.js';
import {
  averagesState,
  createMovingAverage,
  LONG_DECAY,
  meanThenDecay,
  MIN_OBSERVATIONS,
} from '../../verdicts/moving-average.js';
import { perplexityOf } from './code-usage.js';
import { checkQuantizer, type Quantizer } from './quantizer.js';
import { oneHot } from '../../tensor/one-hot.js';

/** Vectors per code, at least, behind the shares of the codes. */
const VECTORS_PER_CODE = 20;
/** Observed batches, at least, behind them. */
const MIN_SPAN = 4;
/** A single code with more than this share of all vectors says nothing about the data. */
const SINGLE = 0.9;
/** The perplexity relative to the number of codes, below which a codebook has collapsed. */
const COLLAPSED = 0.25;
/** The perplexity of a batch relative to the number of codes that equally likely ones would show in it, below which it has collapsed. */
const COLLAPSED_BATCH = 0.15;

/** The latents that a step of a VAE passes to observers. */
interface CodesShown {
  readonly latents?: { readonly z: Tensor } | undefined;
}

/**
 * The verdict on the codes of a VAE: a codebook of which few codes are used, or one code for almost everything. docs/codes.md explains it.
 *
 * @param quantizer - the quantizer of the encoder
 * @returns an observer for the trainer of `createVaeTrainer`, which takes it from a {@link createQuantizedEncoder}
 * @throws TypeError if `quantizer` is none
 * @remarks It also looks at the codes of single batches: in a codebook that replaces codes, others may take the same place in each of them. It counts codes until there are at least 20 for each of the K codes, in at least 4 batches, and then forgets the oldest. A quantizer
 *   that learns nothing, such as {@link finiteScalarQuantizer}, may leave codes unused.
 * @example
 * ```ts
 * const quantizer = finiteScalarQuantizer({ levels: [5, 5] });
 * const coder = createQuantizedEncoder(sequential([flatten(), mlp({ sizes: [64, 4], random }), reshape({ shape: [2, 2] })]), { quantizer });
 * const model = vaeModel({ encoder: coder, decoder, optimizer: createAdam({ learningRate: 1e-3 }), random });
 * const trainer = createTrainer({ ...model, observers: [codeVerdicts(quantizer)] });
 * for await (const { verdicts } of train(trainer, [x], { epochs: 1 })) console.log(verdicts.length); // 0
 * ```
 */
export function codeVerdicts(quantizer: Quantizer): Observer {
  checkQuantizer('codeVerdicts', 'quantizer', quantizer);
  const { codes, size, variables, buffers = [] } = quantizer;
  let vectors = 0;
  const span = (): number => Math.max(MIN_SPAN, (VECTORS_PER_CODE * codes) / vectors);
  const usage = createMovingAverage([], (count) => Math.min(1 - 1 / span(), count / (count + 1)));
  const batch = createMovingAverage([0], meanThenDecay(LONG_DECAY));
  const observer: Observer<CodesShown> = {
    ...averagesState('codeVerdicts', { usage, batch }),
    look: ({ latents }) => {
      if (latents === undefined) return undefined;
      const indices = quantizer.indicesOf(tf.reshape(latents.z, [-1, size])) as tf.Tensor1D;
      vectors = indices.size;
      const shares = tf.mean(oneHot(indices, codes), 0);
      const perplexity = tf.exp(tf.neg(tf.sum(tf.mul(shares, tf.log(tf.maximum(shares, 1e-30))))));
      return { usage: shares, batch: tf.div(perplexity, codes * (1 - (1 - 1 / codes) ** vectors)) };
    },
    read: (look) => {
      if (look['usage'] === undefined) return;
      usage.add(look['usage']);
      batch.add(look['batch']!);
    },
    report: () =>
      usage.count < MIN_OBSERVATIONS || usage.count < span()
        ? []
        : judgeCodes(usage.values, { batch: batch.values[0]!, isLearned: variables.length + buffers.length > 0 }),
  };
  return Object.freeze(observer);
}

/** The verdict on the shares of all codes, and on the perplexity of batches relative to the number of codes that they could show. */
export function judgeCodes(
  shares: readonly number[],
  { batch, isLearned }: { readonly batch: number; readonly isLearned: boolean },
): Verdict[] {
  const most = Math.max(...shares);
  const perplexity = Math.min(perplexityOf(shares), batch * shares.length);
  const isCollapsed = isLearned && (perplexityOf(shares) < COLLAPSED * shares.length || batch < COLLAPSED_BATCH);
  if (!isCollapsed && most <= SINGLE) return [];
  const seen =
    most > SINGLE
      ? `One code stands for ${Math.round(100 * most)}% of all vectors`
      : `The vectors use as many codes as ${perplexity.toPrecision(2)} of ${shares.length} that are equally likely (the perplexity)`;
  const advice = isLearned
    ? 'End the encoder with a norm, lower the learning rate, replace unused codes (`restartBelow`), or use fewer.'
    : 'The vectors barely depend on the data: lower the learning rate.';
  return [{ kind: 'codebook collapse', message: `${seen}. ${advice}` }];
}
