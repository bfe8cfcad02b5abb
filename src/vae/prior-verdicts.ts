import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import type { LatentPrior, MixtureDensity } from '../distributions/index.js';
import type { ApplyOptions } from '../nets/network.js';
import type { RandomStream } from '../random/index.js';
import type { Verdict } from '../training/trainer/trainer.js';
import { decayOfMean, evidenceOf, FIRST_LOOKS, follow, OF_MANY, type WatchInput } from '../training/trainer/watch.js';

/** The kinds of verdicts on a prior. */
export type PriorVerdictKind = 'prior does not fit' | 'unused components';

/** Latents are compared with draws of the prior at every fourth look: it takes more kernels than the rest of a look. */
const COMPARE_EVERY = 4;
/** Latents in a comparison; the time grows with their square. */
const MOST = 64;
/** The percentage of neighbours of the same kind, of latents or of draws, above which decoded draws are visibly not the data. */
const APART = 95.5;
/** A component is unused if its share is below a hundredth of an equal one. */
const UNUSED = 0.01;
/** The share of unused components that a healthy mixture never has. */
const TOO_MANY = 0.9;

/** What a step shows of its latents. */
export interface LatentsSeen {
  /** A latent for each example, `[batch, latentSize]`. */
  readonly z: Tensor;
  /** The prior; a mixture also has its components. */
  readonly prior: MaybeMixture;
  /** A stream of the step's own. */
  readonly random: RandomStream;
  /** The options with which to call the prior. */
  readonly options: ApplyOptions;
}

/** A prior that may be a mixture. */
type MaybeMixture = LatentPrior & Partial<Pick<MixtureDensity, 'components' | 'responsibilities'>>;

/** What looks at the latents of a run and judges their prior. */
export interface PriorWatch {
  /**
   * `fit` is `[2]`, the shares of latents whose nearest neighbour is a latent and of draws of the prior whose nearest neighbour is a draw;
   * `usage`, of a mixture, the mean responsibility of each component.
   */
  readonly evidence: Readonly<Record<string, Variable>>;
  /** The evidence that changes at a look; it may be called at some looks only. */
  watch(seen: LatentsSeen, at: WatchInput): Record<string, Tensor>;
  judge(evidence: Readonly<Record<string, ArrayLike<number>>>): Verdict<PriorVerdictKind>[];
}

/** The watch of a prior. */
export function createPriorWatch(prior: MaybeMixture): PriorWatch {
  const { components } = prior;
  // in this process, as the evidence is
  let comparisons = 0;
  return {
    evidence: {
      fit: evidenceOf([0.5, 0.5]),
      ...(components && { usage: evidenceOf(new Array<number>(components).fill(1 / components)) }),
    },
    watch({ z, prior, random, options }, { evidence: { fit, usage }, totalCalls }) {
      if (totalCalls % COMPARE_EVERY !== 0) return {};
      const decay = decayOfMean(OF_MANY, comparisons++);
      const rows = Math.min(MOST, z.shape[0]);
      const given = { ...options, condition: options.condition && tf.slice(options.condition, 0, rows) };
      const draws = prior.sample([rows, z.shape[1]!], random, given);
      return {
        fit: follow(fit!, sharesOfOwnKind(tf.slice(z, 0, rows), draws), decay),
        ...(usage && { usage: follow(usage, tf.mean(prior.responsibilities!(z, options), 0), decay) }),
      };
    },
    judge: (evidence) => judgePrior(evidence, { comparisons, isLearned: 'variables' in prior }),
  };
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

/** The verdicts on a prior, from the evidence and the number of comparisons behind it. */
export function judgePrior(
  { fit = [], usage = [] }: Readonly<Record<string, ArrayLike<number>>>,
  { comparisons, isLearned }: { readonly comparisons: number; readonly isLearned: boolean },
): Verdict<PriorVerdictKind>[] {
  if (comparisons * COMPARE_EVERY < FIRST_LOOKS) return [];
  const verdicts: Verdict<PriorVerdictKind>[] = [];
  const percents = Array.from(fit, (share) => 100 * share);
  if (Math.max(...percents) > APART) {
    const [a, b] = percents.map(Math.round);
    const advice = isLearned
      ? 'Give it more components or updates'
      : 'Learn one: createMixturePrior, createPriorTrainer';
    const message =
      `The prior does not fit the latents: the nearest neighbour of ${a}% of latents is a latent, that of ${b}% of its draws a draw, ` +
      `and 50% would fit. ${advice}, or raise beta.`;
    verdicts.push({ kind: 'prior does not fit', message });
  }
  const all = usage.length;
  const unused = Array.from(usage).filter((share) => share < UNUSED / all).length;
  if (unused > TOO_MANY * all) {
    const message =
      `${unused} of ${all} components of the prior are unused. Begin at data: with \`means\` of encoder.encode(x).mean, ` +
      'or `inputs` of x.';
    verdicts.push({ kind: 'unused components', message });
  }
  return verdicts;
}
