import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { decayAt } from '../training/trainer/average.js';
import type { Verdict } from '../training/trainer/trainer.js';
import type { JudgeInput, ModelOptions } from '../training/trainer/trainer-options.js';
import { decayOfMean, evidenceOf, FIRST_LOOKS, follow, OF_MANY } from '../training/trainer/watch.js';
import type { Denoiser } from './denoiser.js';
import type { DiffusionMetric, DiffusionVerdictKind } from './diffusion-options.js';
import { scalesAt } from './noise-schedule.js';
import { conversionAt } from './prediction-target.js';

/** The number of updates before the loss is judged. */
const FIRST_UPDATES = 500;
/** By what share of its loss a linear function of x_t must improve on the best constant for a network to learn something soon. */
const MIN_LINEAR = 0.02;
/**
 * Number of examples before the loss is judged if it improves by less; with the velocity of data with unit variance it does not improve
 * at all.
 */
const FIRST_EXAMPLES = 64_000;
/** Updates over which the loss is averaged before it is judged, if reports come more often: the loss of a few batches is noise. */
const AVERAGED_UPDATES = 200;
/** The loss, relative to the best constant's, above which the network has learned nothing from x_t; a swiss roll ends at 0.9. */
const NO_BETTER = 0.985;
/** The share by which the loss must be below the loss of a prediction of 0, on the same batches, to show that something was learned. */
const MIN_GAIN = 0.005;
/**
 * How many times as large as that of a prediction of 0 the average loss may be over the last looks, and how many times as large as the best
 * constant's in a report; the loss of an untrained network may be larger, so that the first updates do not count.
 */
const LARGEST_AVERAGE = 3;
const LARGEST_REPORT = 10;
const FIRST_REPORT = 100;
/** The largest acceptable factor by which the estimate of the data multiplies an error of the network; DDPM's schedule has 157. */
const LARGEST_FACTOR = 250;
/** The limits of the data's variance within which there is no verdict; images in [0, 1] have one below 0.2. */
const MIN_VARIANCE = 0.2;
const LARGEST_VARIANCE = 5;
/** The largest mean of data, or minus it, without a verdict. */
const LARGEST_MEAN = 1;

/** The values that a training step of a denoiser passes to a watch. */
export interface DiffusionSeen {
  /** The batch of data, `[batch, ...]`. */
  readonly x: Tensor;
  /** The loss, a scalar. */
  readonly loss: Tensor;
  /** Computes the loss of a prediction of 0 on the same batch, a scalar. */
  readonly ofZero: () => Tensor;
  /** Computes the network's output for this batch in inference mode; it has the shape of x. */
  readonly output: () => Tensor;
  /** Computes the same with other timesteps, half the schedule away. */
  readonly outputElsewhere: () => Tensor;
}

/**
 * The watch of a denoiser's training, and its judge. The evidence, each `[2]`: `data`, averages of the mean and of the mean square of all
 * numbers; `losses`, averages of the loss and of the loss of a prediction of 0; `change`, the largest change of an output under other
 * timesteps, and the largest output, measured once in a process, and ones before that.
 */
export function watchDenoiser(facts: DenoiserFacts) {
  const lowest = createLossAverage();
  let isCompared = false;
  return {
    evidence: { data: evidenceOf([0, 1]) },
    passingEvidence: { losses: evidenceOf([0, 0]), change: evidenceOf([1, 1]) },
    watch: (seen, { evidence: { data, losses }, totalCalls, calls }) => {
      const { x, loss, ofZero } = seen;
      const changed: Record<string, Tensor> = {
        data: follow(data!, tf.stack([tf.mean(x), tf.mean(tf.square(x))]), decayAt(OF_MANY, totalCalls)),
      };
      // at every second look, to save kernels
      if (calls % 2 === 0) changed['losses'] = follow(losses!, tf.stack([loss, ofZero()]), decayOfMean(0.9, calls / 2));
      // a network may ignore timesteps until it has learned to use them
      if (!isCompared && totalCalls >= FIRST_LOOKS) {
        const [own, other] = [seen.output(), seen.outputElsewhere()];
        changed['change'] = tf.stack([tf.sub(own, other), own].map((numbers) => tf.max(tf.abs(numbers))));
        isCompared = true;
      }
      return changed;
    },
    judge: ({ loss }, seen) => judgeDenoiser(facts, lowest(loss, seen.steps), seen),
  } satisfies Partial<ModelOptions<DiffusionMetric, DiffusionVerdictKind, DiffusionSeen>>;
}

/**
 * Makes a running average of the reported losses over about 200 updates: it takes a loss and the steps so far, and returns the lower of
 * the loss and the average.
 */
export function createLossAverage(): (loss: number, steps: number) => number {
  let [mean, last] = [NaN, 0];
  return (loss, steps) => {
    const weight = Number.isNaN(mean) ? 1 : Math.min(1, (steps - last) / AVERAGED_UPDATES);
    mean = weight === 1 ? loss : mean + weight * (loss - mean);
    last = steps;
    return Math.min(loss, mean);
  };
}

/** What verdicts on a denoiser's training depend on besides loss and evidence. */
export interface DenoiserFacts {
  readonly denoiser: Denoiser;
  /** The timesteps used in training. */
  readonly timesteps: Int32Array;
  /** The weight of the target's error at each timestep; 1 if there is none. */
  readonly weights: Float32Array | undefined;
}

/** The verdicts on a run, from a loss and the evidence. */
export function judgeDenoiser(
  facts: DenoiserFacts,
  loss: number,
  {
    evidence: { data = [], losses = [], change = [] },
    steps,
    watchCalls: looks = 0,
    batch = Infinity,
  }: Omit<JudgeInput, 'updates'>,
): Verdict<DiffusionVerdictKind>[] {
  const [mean, square] = [data[0]!, data[1]!];
  const variance = square - mean ** 2;
  const { constant, linearGain } = bestOf(facts, variance);
  // a loss far above that has gone wrong, however little there is to learn
  const isSoon = loss > 1.1 * constant || linearGain > MIN_LINEAR;
  const isEarly = steps < (isSoon ? FIRST_UPDATES : Math.max(2 * FIRST_UPDATES, FIRST_EXAMPLES / batch));
  // the best constant knows the data's mean, by which its loss differs from the loss of a prediction of 0
  const ofZero = losses[1]! - bestOf(facts, square).constant + constant;
  const isDiverging =
    (looks >= FIRST_LOOKS && losses[0]! > LARGEST_AVERAGE * losses[1]!) ||
    (steps >= FIRST_REPORT && loss > LARGEST_REPORT * constant);
  const isLearned = looks >= FIRST_LOOKS && losses[0]! < ofZero - MIN_GAIN * losses[1]!;
  return [
    ...judgeData(mean, variance),
    ...judgeTarget(facts.denoiser),
    ...(change[0] === 0 && change[1]! > 0 && facts.denoiser.schedule.steps > 1 ? [TIMESTEPS_IGNORED] : []),
    ...(isDiverging
      ? [remark('diverging loss', 'has on average been', Math.max(losses[0] ?? 0, loss || 0), constant, TOO_LARGE)]
      : isEarly || isLearned || !(loss > NO_BETTER * constant)
        ? []
        : [remark('no better than a constant', 'is', loss, constant, NOT_LEARNED)]),
  ];
}

function judgeData(mean: number, variance: number): Verdict<DiffusionVerdictKind>[] {
  if (variance >= MIN_VARIANCE && variance <= LARGEST_VARIANCE && Math.abs(mean) <= LARGEST_MEAN) return [];
  const message =
    `The data have the mean ${mean.toPrecision(2)} and the variance ${variance.toPrecision(2)}; the schedule is made for about 0 and 1. ` +
    'Scale them: images in [0, 1] become 2 x - 1.';
  return [{ kind: 'data out of scale', message }];
}

/** A verdict if the estimate of the data multiplies the network's error too much at some timestep. */
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

/**
 * The loss of the best prediction that ignores x_t, which is the target's weighted variance; and the share by which the best multiple of
 * x_t at each timestep is below it.
 */
function bestOf({ denoiser: { schedule, predicts }, timesteps, weights }: DenoiserFacts, variance: number) {
  let [gained, whole] = [0, 0];
  for (const t of timesteps) {
    const [alpha, sigma] = scalesAt(schedule, t);
    const [c, d] = predicts.mix(alpha, sigma);
    const weight = weights?.[t] ?? 1;
    gained += (weight * (c * alpha * variance + d * sigma) ** 2) / (alpha ** 2 * variance + sigma ** 2);
    whole += weight * (c ** 2 * variance + d ** 2);
  }
  return { constant: whole / timesteps.length, linearGain: gained / whole };
}

const TIMESTEPS_IGNORED: Verdict<DiffusionVerdictKind> = {
  kind: 'timesteps ignored',
  message:
    'The network gives the same numbers at other timesteps, so that it cannot know how much noise there is. ' +
    'Use `options.timesteps` in its `apply`, as with withTimesteps or a ready-made network for denoisers.',
};

const TOO_LARGE = 'updates are too large. Begin again with a lower learning rate.';
const NOT_LEARNED =
  'the network has not learned from x_t. Look at the learning rate, and whether it gets x_t and the timesteps; from data like noise there is nothing to learn.';

function remark(
  kind: DiffusionVerdictKind,
  verb: string,
  loss: number,
  constant: number,
  advice: string,
): Verdict<DiffusionVerdictKind> {
  const [own, other] = [loss, constant].map((value) => value.toPrecision(3));
  return {
    kind,
    message: `The loss ${verb} ${own}, and that of the best constant at each timestep ${other}: ${advice}`,
  };
}
