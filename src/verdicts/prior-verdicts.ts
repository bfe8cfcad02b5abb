import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { LatentPrior, MixtureDensity } from '../distributions/index.js';
import type { ApplyOptions } from '../nets/network.js';
import type { RandomStream } from '../random/index.js';
import type { Observer, Verdict } from '../training/observer.js';
import { createMovingAverage, meanThenDecay, LONG_DECAY, averagesState } from './moving-average.js';

/** Number of steps between two comparisons of latents with draws of the prior, each of which runs many kernels. */
const COMPARE_EVERY = 32;
/** Number of comparisons before the first verdict. */
const FIRST_COMPARISONS = 13;
/** Latents in a comparison; the time grows with their square. */
const MAX_COMPARED = 64;
/** The percentage of neighbours of the same kind, of latents or of draws, above which decoded draws are visibly not the data. */
const APART = 95.5;
/** A component is unused if its share is below a hundredth of an equal one. */
const UNUSED = 0.01;
/** The share of unused components that a healthy mixture never has. */
const TOO_MANY = 0.9;

/** The latents that a step passes to observers. */
export interface LatentsShown {
  /** A latent for each example, `[batch, latentSize]`. */
  readonly z: Tensor;
  /** The prior; a mixture also has responsibilities. */
  readonly prior: LatentPrior & Partial<Pick<MixtureDensity, 'responsibilities'>>;
  /** A stream for the comparison only. */
  readonly random: RandomStream;
  /** The options with which to call the prior. */
  readonly options: ApplyOptions;
}

/**
 * Verdicts on the prior of a VAE: a prior that does not fit the latents, unused components of a mixture. docs/priors.md explains them.
 *
 * @returns an observer for the trainers of {@link createVaeTrainer} and {@link createPriorTrainer}, which have it by default
 * @remarks It compares latents and draws of the prior by their nearest neighbours.
 * @example
 * ```ts
 * const model = vaeModel({ encoder, decoder, optimizer: createAdam({ learningRate: 1e-3 }), random });
 * const trainer = createTrainer({ ...model, observers: [priorVerdicts()] });
 * for await (const { verdicts } of train(trainer, [x], { epochs: 1 })) console.log(verdicts.length); // 0
 * ```
 * @see Schilling 1986, Multivariate Two-Sample Tests Based on Nearest Neighbors, https://doi.org/10.1080/01621459.1986.10478337
 */
export function priorVerdicts(): Observer {
  /** The shares of latents whose nearest neighbour is a latent, and of draws of the prior whose nearest neighbour is a draw. */
  const fit = createMovingAverage([0.5, 0.5], meanThenDecay(LONG_DECAY));
  /** The mean responsibility of each component of a mixture; it is empty before the first comparison. */
  const usage = createMovingAverage([], meanThenDecay(LONG_DECAY));
  let isLearned = false;
  const observer: Observer<{ readonly latents?: LatentsShown | undefined }> = {
    ...averagesState('priorVerdicts', { fit, usage }),
    look: ({ latents }, { step }) => {
      if (latents === undefined || step % COMPARE_EVERY !== 0) return undefined;
      const { z, prior, random, options } = latents;
      // equal codes are equally near
      if ('quantizer' in prior) return undefined;
      isLearned = 'variables' in prior;
      const rows = Math.min(MAX_COMPARED, z.shape[0]);
      const drawOptions = { ...options, condition: options.condition && tf.slice(options.condition, 0, rows) };
      const draws = prior.sample([rows, z.shape[1]!], random, drawOptions);
      return {
        fit: sharesOfOwnKind(tf.slice(z, 0, rows), draws),
        ...(prior.responsibilities && { usage: tf.mean(prior.responsibilities(z, options), 0) }),
      };
    },
    read: (look) => {
      fit.add(look['fit']!);
      if (look['usage'] !== undefined) usage.add(look['usage']);
    },
    report: () => judgePrior({ fit: fit.values, usage: usage.values, comparisons: fit.count, isLearned }),
  };
  return Object.freeze(observer);
}

/** The shares of rows of a, and of b, whose nearest neighbour among all others is of the same kind; 1/2 if both have one distribution. */
function sharesOfOwnKind(a: Tensor, b: Tensor): Tensor {
  const [rows] = a.shape as [number];
  const both = tf.concat([a, b]);
  const squares = tf.sum(tf.square(both), 1);
  const products = tf.matMul(both, both, false, true);
  // |x - y|^2 without |x|^2, which is the same for every y; no row is its own neighbour
  const distances = tf.add(tf.sub(squares, tf.mul(2, products)), tf.mul(1e30, tf.eye(2 * rows)));
  const isOfA = tf.cast(tf.less(tf.argMin(distances, 1), rows), 'float32');
  const [ofA, ofB] = tf.split(isOfA, 2) as [Tensor, Tensor];
  return tf.stack([tf.mean(ofA), tf.sub(1, tf.mean(ofB))]);
}

/** What verdicts on a prior depend on. */
export interface PriorFacts {
  /** The percentages of neighbours of the same kind, as shares. */
  readonly fit: readonly number[];
  /** The mean responsibility of each component; none if the prior is no mixture. */
  readonly usage: readonly number[];
  /** Number of comparisons behind them. */
  readonly comparisons: number;
  readonly isLearned: boolean;
}

/** The verdicts on a prior. */
export function judgePrior({ fit, usage, comparisons, isLearned }: PriorFacts): Verdict[] {
  if (comparisons < FIRST_COMPARISONS) return [];
  const verdicts: Verdict[] = [];
  const percents = fit.map((share) => 100 * share);
  if (Math.max(...percents) > APART) {
    const [a, b] = percents.map(Math.round);
    const advice = isLearned
      ? 'Give it more components or updates'
      : 'Learn one: createMixturePrior, createPriorTrainer';
    const message =
      `The prior does not fit the latents: ${a}% of latents are nearest to another latent, and ${b}% of its draws to another draw ` +
      `(50% if they matched). ${advice}, or raise beta.`;
    verdicts.push({ kind: 'prior does not fit', message });
  }
  const all = usage.length;
  const unused = usage.filter((share) => share < UNUSED / all).length;
  if (unused > TOO_MANY * all) {
    const message =
      `${unused} of ${all} components of the prior are unused. Begin at data: with \`means\` from encoder.encode(x).mean, ` +
      'or `inputs` from x.';
    verdicts.push({ kind: 'unused components', message });
  }
  return verdicts;
}
