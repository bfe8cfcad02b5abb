import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import type { Verdict } from '../training/trainer/trainer.js';
import type { Denoiser } from './denoiser.js';
import type { DiffusionVerdictKind } from './diffusion-options.js';
import { scalesAt } from './noise-schedule.js';
import { conversionAt } from './prediction-target.js';

/** The number of updates before the loss is judged. */
const FIRST_UPDATES = 500;
/** Updates over which the loss is averaged before it is judged, where reports come more often: that of a few batches is noise. */
const AVERAGED_UPDATES = 200;
/** The loss, as a share of the best constant's, above which the network has learned nothing from x_t; a swiss roll ends at 0.9. */
const NO_BETTER = 0.985;
/** How much the estimate of the data may multiply an error of the network; DDPM's schedule has 157. */
const LARGEST_FACTOR = 250;
/** The data's variance and the size of their mean between which there is no remark; images in [0, 1] are below 0.2. */
const [LEAST_VARIANCE, LARGEST_VARIANCE, LARGEST_MEAN] = [0.2, 5, 1];

/** Watches the data on the device. */
export interface DataMoments {
  /** Adds the n-th look, counted from 0, to the averages. */
  look(x: Tensor, n: number): void;
  /** `[2]`: averages over looks of the mean and of the mean square of all numbers. */
  readonly evidence: Variable;
}

/** Makes averages that begin at the mean 0 and the mean square 1; the caller disposes the evidence. */
export function createDataMoments(): DataMoments {
  const evidence = tf.tidy(() => tf.variable(tf.tensor1d([0, 1]), false));
  const look = (x: Tensor, n: number): void =>
    tf.tidy(() => {
      const seen = tf.stack([tf.mean(x), tf.mean(tf.square(x))]);
      const decay = Math.min(0.95, (1 + n) / (10 + n));
      // a batch that is not finite is ignored
      const news = tf.where(tf.isFinite(seen), seen, evidence);
      evidence.assign(tf.add(news, tf.mul(decay, tf.sub(evidence, news))));
    });
  return { look, evidence };
}

/** An average of reported losses over about 200 updates; given a loss and the steps so far, it is the average or the loss, if that is lower. */
export function createLossAverage(): (loss: number, steps: number) => number {
  let [mean, last] = [NaN, 0];
  return (loss, steps) => {
    const weight = Number.isNaN(mean) ? 1 : Math.min(1, (steps - last) / AVERAGED_UPDATES);
    mean = weight === 1 ? loss : mean + weight * (loss - mean);
    last = steps;
    return Math.min(loss, mean);
  };
}

/** What verdicts on a denoiser's training depend on, besides the numbers observed. */
export interface DenoiserFacts {
  readonly denoiser: Denoiser;
  /** The timesteps that are trained on. */
  readonly list: Int32Array;
  /** The weight of the target's error at each timestep; 1 if there is none. */
  readonly weights: Float32Array | undefined;
}

/** Remarks on a run: the mean loss, and the data's mean and mean square. */
export function judgeDenoiser(
  facts: DenoiserFacts,
  loss: number,
  moments: ArrayLike<number>,
  steps: number,
): Verdict<DiffusionVerdictKind>[] {
  const [mean, square] = [moments[0]!, moments[1]!];
  const variance = square - mean ** 2;
  return [
    ...judgeData(mean, variance),
    ...judgeTarget(facts.denoiser),
    ...(steps < FIRST_UPDATES ? [] : judgeLoss(loss, bestConstant(facts, variance))),
  ];
}

function judgeData(mean: number, variance: number): Verdict<DiffusionVerdictKind>[] {
  if (variance >= LEAST_VARIANCE && variance <= LARGEST_VARIANCE && Math.abs(mean) <= LARGEST_MEAN) return [];
  const message =
    `The data have the mean ${mean.toPrecision(2)} and the variance ${variance.toPrecision(2)}; the schedule is made for about 0 and 1. ` +
    'Scale them: images in [0, 1] become 2 x - 1.';
  return [{ kind: 'data out of scale', message }];
}

/** A remark if the estimate of the data multiplies the network's error too much at some timestep. */
function judgeTarget({ schedule, predicts }: Denoiser): Verdict<DiffusionVerdictKind>[] {
  const factors = Array.from({ length: schedule.steps }, (_, t) =>
    Math.abs(conversionAt(predicts, ...scalesAt(schedule, t)).sample[1]),
  );
  const worst = factors.reduce((most, factor, t) => (factor > factors[most]! ? t : most), 0);
  if (!(factors[worst]! > LARGEST_FACTOR)) return [];
  const message =
    `At timestep ${worst} the estimate of the data is ${factors[worst]!.toPrecision(2)} times as wrong as the predicted ${predicts.name}. ` +
    'Predict the velocity, or sample with clip.';
  return [{ kind: 'target blows up', message }];
}

/** The loss of the best prediction that does not look at x_t: the target's weighted variance. */
function bestConstant({ denoiser: { schedule, predicts }, list, weights }: DenoiserFacts, variance: number): number {
  const sum = list.reduce((total, t) => {
    const [c, d] = predicts.mix(...scalesAt(schedule, t));
    return total + (weights?.[t] ?? 1) * (c ** 2 * variance + d ** 2);
  }, 0);
  return sum / list.length;
}

function judgeLoss(loss: number, constant: number): Verdict<DiffusionVerdictKind>[] {
  if (!(loss > NO_BETTER * constant)) return [];
  const message =
    `The loss is ${loss.toPrecision(3)}, and that of the best constant at each timestep ${constant.toPrecision(3)}: nothing of x_t is ` +
    'learned. Look at the learning rate, and whether the network gets x_t and the timesteps; of data like noise there is nothing to learn.';
  return [{ kind: 'no better than a constant', message }];
}
