import * as tf from '@tensorflow/tfjs-core';
import { beyondUnit } from '../tensor/beyond-unit.js';
import { jsonFields } from '../training/json.js';
import type { Observer, ReportContext, Verdict } from '../training/observer.js';
import { decayAt } from '../training/trainer/average.js';
import { checkShown } from './check-shown.js';
import { distancesOf, signsOf, SIGNS, spreadsOf, type GanShown } from './gan-signs.js';
import {
  createMovingAverage,
  MIN_OBSERVATIONS,
  meanThenDecay,
  SHORT_DECAY,
  LONG_DECAY,
  averagesState,
} from './moving-average.js';
import { createTrend, type Trend } from './trend.js';

/** Updates of the generator before the first verdict: every game begins one-sided. */
const FIRST_UPDATES = 400;
/** The fourth root of the generated examples' variance, as a share of the data's, below which they are too similar. */
const MIN_DIVERSITY = 0.03 ** 0.25;
/** The discriminator's loss, as a share of the loss at logits of 0, below which it has nothing left to learn. */
const MIN_LOSS = 0.03;
/** The slope of the generator's loss, relative to that at logits of 0, below which the generator hardly changes. */
const MIN_SLOPE = 0.02;
/** The scatter of the generator's loss, in units of the loss at logits of 0, above which the two players chase each other. */
const MAX_SCATTER = 3;

/** The distance of the fakes from the data, relative to that of one point at the data's mean, above which they are far off. */
const MAX_DISTANCE = 1.5;
/**
 * The discriminator's loss as a multiple of the loss at logits of 0, or the steepness of its logits relative to the data,
 * above which the loss may grow without bound.
 */
const MAX_STEEP = 10;

/**
 * Verdicts on the training of a GAN: mode collapse, a discriminator that is too strong, a vanishing gradient, oscillation, a diverging loss,
 * examples far from the data, probabilities in place of logits. docs/gan-losses.md explains them.
 *
 * @returns an observer for the trainer of {@link createGanTrainer}, which has it by default
 * @example
 * ```ts
 * const adam = () => createAdam({ learningRate: 2e-4, beta1: 0.5 });
 * const optimizers = { generator: adam(), discriminator: adam() };
 * const model = ganModel({ generator, discriminator, loss: nonSaturatingLoss, optimizers, random });
 * const trainer = createTrainer({ ...model, observers: [ganVerdicts()] });
 * for await (const { verdicts } of train(trainer, [x], { epochs: 1 })) console.log(verdicts.length); // 0
 * ```
 */
export function ganVerdicts(): Observer {
  const row = (value: number): number[] => SIGNS.map(() => value);
  const recent = createMovingAverage(row(1), (count) => decayAt(SHORT_DECAY, count));
  const mean = createMovingAverage(row(1), (count) => decayAt(LONG_DECAY, count));
  /** The mean squared distance of the signs from their mean. */
  const scatter = createMovingAverage(row(0), (count) => decayAt(LONG_DECAY, count));
  /** The share of observed batches with a logit outside [0, 1]. */
  const outside = createMovingAverage([0], meanThenDecay(1));
  const distances = createMovingAverage([0, 0], meanThenDecay(LONG_DECAY));
  const trends = { loss: createTrend(), distance: createTrend(), diversity: createTrend() };
  let [inUse, batch]: [GanShown['inUse'], number] = [[], Infinity];

  const observer: Observer<GanShown> = {
    ...averagesState('ganVerdicts', { recent, mean, scatter, outside, distances }),
    look: (shown) => {
      checkShown('ganVerdicts', shown, 'realLogits');
      [inUse, batch] = [shown.inUse, shown.real.shape[0]];
      const spreads = spreadsOf(shown);
      return {
        signs: signsOf(shown.loss, shown, spreads),
        outside: beyondUnit(tf.concat([shown.realLogits, shown.fakeLogits])),
        distances: distancesOf(spreads),
      };
    },
    read: (look) => {
      const signs = look['signs']!;
      scatter.add(signs.map((sign, i) => (sign - mean.values[i]!) ** 2));
      recent.add(signs);
      mean.add(signs);
      outside.add(look['outside']!);
      distances.add(look['distances']!);
    },
    report: (at) => {
      return judgeGame(at, {
        inUse,
        batch,
        trends,
        observations: mean.count,
        recent: signsIn(recent.values),
        mean: signsIn(mean.values),
        scatter: signsIn(scatter.values),
        outside: outside.values[0]!,
        distances: distances.values,
      });
    },
  };
  return Object.freeze(observer);
}

type Signs = Readonly<Record<(typeof SIGNS)[number], number>>;

/** The observed numbers that verdicts on a game depend on, in addition to the metrics. */
export interface GameFacts extends Pick<GanShown, 'inUse'> {
  /** Examples in the last observed batch. */
  readonly batch: number;
  /** The history of the reports in this process; each judgement adds to it. */
  readonly trends: Readonly<Record<'loss' | 'distance' | 'diversity', Trend>>;
  /** Number of observed batches. */
  readonly observations: number;
  /** The signs averaged over few batches and over many, and the variance of the latter. */
  readonly recent: Signs;
  readonly mean: Signs;
  readonly scatter: Signs;
  /** The share of observed batches with a logit outside [0, 1]. */
  readonly outside: number;
  /** Averages over many batches of the distance of the fakes from the data, and of that of one point at their mean. */
  readonly distances: readonly number[];
}

/** The verdicts on a game, the gravest first, from the mean metrics since the last report. */
export function judgeGame(
  { metrics, totalSteps: steps, trainer }: Pick<ReportContext, 'metrics' | 'totalSteps' | 'trainer'>,
  { inUse, batch, trends, observations, recent, mean, scatter, outside, distances }: GameFacts,
): Verdict[] {
  const { discriminatorLoss = NaN, realLogit = NaN, fakeLogit = NaN } = metrics;
  const [apart, whole] = [distances[0]!, distances[1]!];
  // minus the distance that chance causes in small batches
  const distance = apart / whole - 4 / batch;
  trends.loss.add(Math.abs(discriminatorLoss), steps);
  trends.distance.add(distance, steps);
  trends.diversity.add(mean.diversity, steps);
  const updates = jsonFields(jsonFields(trainer.state.plain)?.['updates'])?.['generator'];
  if (typeof updates !== 'number' || updates < FIRST_UPDATES) return [];
  const verdicts: Verdict[] = [];
  const add = (kind: string, observed: string, ...remedies: string[]): void => {
    const left = remedies.filter((name) => !inUse.includes(name));
    const last = left.pop()!;
    const advice = left.length > 0 ? `${left.join(', ')} or ${last}` : last;
    verdicts.push({ kind, message: `${observed} Try ${advice}.` });
  };
  // the targets of least squares are 0 and 1, and its outputs lie there
  if (observations >= MIN_OBSERVATIONS && outside === 0 && !inUse.includes('leastSquaresLoss')) {
    const observed = `The discriminator's outputs have all been within [0, 1] in ${observations} batches, like probabilities, but losses take logits.`;
    add('probabilities for logits', observed, 'a network that ends without a sigmoid');
  }
  const growth = trends.loss.growth();
  const steepness = Math.abs(discriminatorLoss) / Math.sqrt(apart + whole);
  // an average over many batches remembers a jump for a thousand updates, when the loss may be almost 0
  const multiple = Math.min(recent.discriminatorLoss, mean.discriminatorLoss);
  if (growth > 1 && Math.max(steepness, multiple) > MAX_STEEP) {
    const observed = `The discriminator's loss grows without bound: it is ${short(discriminatorLoss)}, ${short(growth)} times its value after half as many updates.`;
    const penalty = inUse.includes('wassersteinLoss') ? 'gradientPenalty' : 'r1Penalty';
    add('diverging loss', observed, penalty, 'a lower learning rate of the discriminator');
  }
  // if all fakes are the same, only rounding is left, which rises at times
  const isRising = recent.diversity > Math.max(1.05 * mean.diversity, MIN_DIVERSITY / 8);
  if (lackDiversity(trends.diversity, steps) && recent.diversity < MIN_DIVERSITY && !isRising) {
    const observed = `The generated examples are too similar: in random directions their variance is ${percent(recent.diversity ** 4)} of the data's and does not rise.`;
    const remedies = ['r1Penalty', 'nonSaturatingLoss', 'relativisticLoss', 'minibatchStddev in the discriminator'];
    add('mode collapse', observed, ...remedies, 'a lower learning rate of the generator');
  }
  const history = trends.distance.since(steps / 2);
  if (observations >= MIN_OBSERVATIONS && Math.min(...history) > MAX_DISTANCE && distance > 0.8 * history[0]!) {
    const observed = `The generated examples are ${short(distance)} times as far from the data as a single point at its mean would be, and come no closer.`;
    const remedies = ['r1Penalty', 'lower learning rates', 'a generator that can give the range of the data'];
    add('far from the data', observed, ...remedies);
  }
  const logits = `The mean logit of real examples is ${short(realLogit)}, of generated ones ${short(fakeLogit)}.`;
  if (mean.discriminatorLoss < MIN_LOSS && recent.discriminatorLoss < MIN_LOSS) {
    const observed = `The discriminator's loss is ${percent(recent.discriminatorLoss)} of its value at logits of 0: it separates real from generated examples perfectly. ${logits}`;
    const remedies = ['r1Penalty', 'augment', 'smoothedLoss', 'a lower learning rate of the discriminator'];
    add('discriminator too strong', observed, ...remedies);
  }
  if (mean.slope < MIN_SLOPE && recent.slope < MIN_SLOPE) {
    const observed = `The slope of the generator's loss is ${percent(recent.slope)} of its value at logits of 0: the generator hardly changes. ${logits}`;
    const remedies = ['nonSaturatingLoss', 'hingeLoss', 'wassersteinLoss with gradientPenalty', 'instanceNoise'];
    add('vanishing gradient', observed, ...remedies);
  }
  const swing = Math.sqrt(scatter.generatorLoss);
  if (swing > MAX_SCATTER) {
    const observed = `The generator's loss swings by ${short(swing)} times its value at logits of 0: the two networks chase each other. ${logits}`;
    add('oscillation', observed, 'a lower learning rate', 'a beta1 of 0 or 0.5', 'r1Penalty', 'average');
  }
  return verdicts;
}

/**
 * Whether the fakes were too similar throughout the last quarter of the steps, or in more than a third of the last half: collapsed fakes
 * may spread now and then.
 */
function lackDiversity(diversity: Trend, steps: number): boolean {
  const share = (since: number): number => {
    const values = diversity.since(since);
    return values.filter((value) => value < MIN_DIVERSITY).length / values.length;
  };
  return share(steps - Math.min(steps / 4, 400)) === 1 || share(steps / 2) > 0.35;
}

/** Averages of signs, by their names. */
function signsIn(values: readonly number[]): Signs {
  return Object.fromEntries(SIGNS.map((name, i) => [name, values[i]!])) as Signs;
}

function percent(share: number): string {
  return `${(100 * share).toPrecision(2)}%`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(2)));
}
