import type { Verdict } from '../training/observer.js';
import { MIN_OBSERVATIONS } from './moving-average.js';

/** The number of updates before the loss is judged. */
const FIRST_UPDATES = 500;
/** The share by which a linear function of x_t must lower the loss of the best constant for a network to learn something soon. */
const MIN_LINEAR = 0.02;
/**
 * Number of examples before the loss is judged if it improves by less; with the velocity of data with unit variance it does not improve
 * at all.
 */
const FIRST_EXAMPLES = 64_000;
/** The loss, relative to the best constant's, above which the network has learned nothing from x_t; a swiss roll ends at 0.9. */
const NO_BETTER = 0.985;
/** The share by which the loss must be below the loss of a prediction of 0, on the same batches, to show that something was learned. */
const MIN_GAIN = 0.005;
/**
 * The largest average loss, as a multiple of the loss of a prediction of 0, and the largest reported loss, as a multiple of the best
 * constant's, without a verdict. The loss of an untrained network may be larger, so the first updates do not count.
 */
const MAX_AVERAGE = 3;
const MAX_REPORT = 10;
const FIRST_REPORT = 100;
/** The loss, relative to the best constant's, below which a network has recovered after its loss diverged; a swiss roll ends at 0.9. */
const RECOVERED = 0.95;
/** The largest acceptable factor by which the estimate of the data multiplies an error of the network; DDPM's schedule has 157. */
const MAX_FACTOR = 250;
/** The limits of the data's variance within which there is no verdict; images in [0, 1] have one below 0.2. */
const MIN_VARIANCE = 0.2;
const MAX_VARIANCE = 5;
/** The largest mean of data, or minus it, without a verdict. */
const MAX_MEAN = 1;

/** What a denoiser's training consists of, as verdicts depend on it. */
export interface DenoiserFacts {
  /** The denoiser; its estimate of the data follows from [c, d] = mix(alpha, sigma) of the target. */
  readonly denoiser: {
    readonly schedule: { readonly steps: number; readonly alphaBar: Float64Array };
    readonly predicts: {
      readonly name: string;
      mix(alpha: number, sigma: number): readonly [sample: number, noise: number];
    };
  };
  /** The timesteps used in training. */
  readonly timesteps: Int32Array;
  /** The weight of the target's error at each timestep; 1 if there is none. */
  readonly weights: Float32Array | undefined;
}

/** The numbers that were observed in a denoiser's training. */
export interface DenoiserFindings {
  readonly data: readonly number[];
  readonly losses: readonly number[];
  readonly change: readonly number[];
  /** Number of observed batches. */
  readonly observations: number;
  /** Steps of the trainer. */
  readonly steps: number;
  /** Examples in the last observed batch. */
  readonly batch: number;
  /** The highest loss since it diverged, by the last call of {@link divergenceOf}; 0 if it has not, or has recovered. */
  readonly highest: number;
}

/** The verdicts on a run, from a loss and the observed numbers; `highest` is that of this report. */
export function judgeDenoiser(facts: DenoiserFacts, loss: number, findings: DenoiserFindings): Verdict[] {
  const { data, losses, change, steps, observations, batch, highest } = findings;
  const [mean, square] = [data[0]!, data[1]!];
  const variance = square - mean ** 2;
  const { constant, linearGain } = bestOf(facts, variance);
  // if the loss is far above that, something is wrong, however little there is to learn
  const isSoon = loss > 1.1 * constant || linearGain > MIN_LINEAR;
  const isEarly = steps < (isSoon ? FIRST_UPDATES : Math.max(2 * FIRST_UPDATES, FIRST_EXAMPLES / batch));
  // the best constant knows the data's mean, by which its loss differs from the loss of a prediction of 0
  const ofZero = losses[1]! - bestOf(facts, square).constant + constant;
  const isLearned = observations >= MIN_OBSERVATIONS && losses[0]! < ofZero - MIN_GAIN * losses[1]!;
  return [
    ...judgeData(mean, variance),
    ...judgeTarget(facts.denoiser),
    ...(change[0] === 0 && change[1]! > 0 && facts.denoiser.schedule.steps > 1 ? [TIMESTEPS_IGNORED] : []),
    ...(highest > 0
      ? [remark('diverging loss', `is ${loss.toPrecision(3)}, after`, highest, constant, TOO_LARGE)]
      : isEarly || isLearned || !(loss > NO_BETTER * constant)
        ? []
        : [remark('no better than a constant', 'is', loss, constant, NOT_LEARNED)]),
  ];
}

/**
 * The highest loss of a run that diverges, on average or in a report, or that has diverged and is still hardly better than a constant;
 * otherwise 0.
 */
export function divergenceOf(
  facts: DenoiserFacts,
  loss: number,
  { data, losses, steps, observations, highest }: DenoiserFindings,
): number {
  const { constant } = bestOf(facts, data[1]! - data[0]! ** 2);
  const isDiverging =
    (observations >= MIN_OBSERVATIONS && losses[0]! > MAX_AVERAGE * losses[1]!) ||
    (steps >= FIRST_REPORT && loss > MAX_REPORT * constant);
  if (isDiverging) return Math.max(highest, losses[0]!, loss || 0);
  return loss < RECOVERED * constant ? 0 : highest;
}

function judgeData(mean: number, variance: number): Verdict[] {
  if (variance >= MIN_VARIANCE && variance <= MAX_VARIANCE && Math.abs(mean) <= MAX_MEAN) return [];
  const message =
    `The data have the mean ${mean.toPrecision(2)} and the variance ${variance.toPrecision(2)}; the schedule is made for about 0 and 1. ` +
    'Scale them: images in [0, 1] become 2 x - 1.';
  return [{ kind: 'data out of scale', message }];
}

/** A verdict if the estimate of the data multiplies the network's error too much at some timestep. */
function judgeTarget({ schedule, predicts }: DenoiserFacts['denoiser']): Verdict[] {
  const factors = Array.from({ length: schedule.steps }, (_, t) => {
    const [alpha, sigma] = scalesAt(schedule, t);
    const [c, d] = predicts.mix(alpha, sigma);
    // sample = (d x_t - sigma y) / (alpha d - sigma c)
    return Math.abs(sigma / (alpha * d - sigma * c));
  });
  const worst = factors.reduce((most, factor, t) => (factor > factors[most]! ? t : most), 0);
  if (!(factors[worst]! > MAX_FACTOR)) return [];
  const message =
    `At timestep ${worst}, an error of the predicted ${predicts.name} becomes ${factors[worst]!.toPrecision(2)} times as large in the estimate of the data. ` +
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

/** x_t = alpha x + sigma noise. */
function scalesAt({ alphaBar }: DenoiserFacts['denoiser']['schedule'], t: number): [alpha: number, sigma: number] {
  return [Math.sqrt(alphaBar[t]!), Math.sqrt(1 - alphaBar[t]!)];
}

const TIMESTEPS_IGNORED: Verdict = {
  kind: 'timesteps ignored',
  message:
    'The output of the network is the same at other timesteps, so it cannot depend on the amount of noise. ' +
    'Use `options.timesteps` in its `apply`, as with withTimesteps or a ready-made network for denoisers.',
};

const TOO_LARGE = 'the updates are too large. Start over with a lower learning rate.';
const NOT_LEARNED =
  'the network has not learned from x_t. Check the learning rate, and that it receives x_t and the timesteps; if the data are noise, there is nothing to learn.';

function remark(kind: string, verb: string, loss: number, constant: number, advice: string): Verdict {
  const [own, other] = [loss, constant].map((value) => value.toPrecision(3));
  return {
    kind,
    message: `The loss ${verb} ${own}, and the best constant at each timestep has a loss of ${other}: ${advice}`,
  };
}
