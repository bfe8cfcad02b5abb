import * as tf from '@tensorflow/tfjs-core';
import { beyondUnit } from '../tensor/beyond-unit.js';
import type { Verdict } from '../training/trainer/trainer.js';
import type { JudgeInput, ModelOptions } from '../training/trainer/trainer-options.js';
import { decayOfMean, evidenceOf, FIRST_LOOKS, follow, OF_MANY } from '../training/trainer/watch.js';
import type { GanMetric, GanTrainerOptions, GanVerdictKind } from './gan-options.js';
import { distancesOf, signsOf, SIGNS, spreadsOf, withSigns, type GameSeen } from './signs.js';
import { createTrend, type Trend } from './trend.js';

/** Updates of the generator before the first verdict: every game begins one-sided. */
const FIRST_UPDATES = 400;
/** The fourth root of the generated examples' variance, as a share of the data's, below which they are too similar. */
const MIN_DIVERSITY = 0.03 ** 0.25;
/** The discriminator's loss, as a share of the loss of one that knows nothing, below which it has nothing left to learn. */
const MIN_LOSS = 0.03;
/** The slope of the generator's loss, relative to that at logits of 0, below which the generator hardly changes. */
const MIN_SLOPE = 0.02;
/** The scatter of the generator's loss, in units of the loss at logits of 0, above which the two players chase each other. */
const MAX_SCATTER = 3;

/** The distance of the fakes from the data, relative to that of one point at the data's mean, above which they are far off. */
const MAX_DISTANCE = 1.5;
/**
 * The discriminator's loss as a multiple of the loss of one that knows nothing, or the steepness of its logits relative to the data,
 * above which the loss may grow without bound.
 */
const MAX_STEEP = 10;

/** What verdicts on a game depend on besides metrics and evidence. */
export interface GameFacts {
  /** What is already in use, and therefore not advised: the name of the loss, r1Penalty for any penalty, augment, average. */
  readonly inUse: readonly (string | undefined)[];
  /** The history of the reports in this process; each judgement adds to it. */
  readonly trends: Readonly<Record<'loss' | 'distance' | 'diversity', Trend>>;
}

/**
 * The watch of a game, and its judge. The evidence: `diagnostics`, averages of the signs, see {@link withSigns}; `outside`, the number of
 * looks at which some logit was outside [0, 1]; `distances`, averages over many looks of {@link distancesOf}.
 */
export function watchGame({ loss, penalty, augment, average }: GanTrainerOptions) {
  const facts: GameFacts = {
    inUse: [loss.name, penalty && 'r1Penalty', augment && 'augment', average && 'average'],
    trends: { loss: createTrend(), distance: createTrend(), diversity: createTrend() },
  };
  const row = (value: number): number[] => SIGNS.map(() => value);
  return {
    evidence: { diagnostics: evidenceOf([row(1), row(1), row(0)]) },
    passingEvidence: { outside: evidenceOf([0]), distances: evidenceOf([0, 0]) },
    watch: (seen, { evidence: { diagnostics, outside, distances }, totalCalls, calls }) => {
      const spreads = spreadsOf(seen);
      return {
        diagnostics: withSigns(diagnostics!, signsOf(loss, seen, spreads), totalCalls),
        outside: tf.add(outside!, beyondUnit(tf.concat([seen.realLogits, seen.fakeLogits]))),
        distances: follow(distances!, distancesOf(spreads), decayOfMean(OF_MANY, calls)),
      };
    },
    judge: (metrics, seen) => judgeGame(facts, metrics, seen),
  } satisfies Partial<ModelOptions<GanMetric, GanVerdictKind, GameSeen>>;
}

/** The verdicts on a game, the gravest first, from the mean metrics since the last report and the evidence. */
export function judgeGame(
  { inUse, trends }: GameFacts,
  { discriminatorLoss, realLogit, fakeLogit }: Readonly<Record<GanMetric, number>>,
  { evidence, steps, updates, watchCalls: looks = 0, batch = Infinity }: JudgeInput,
): Verdict<GanVerdictKind>[] {
  const advise = adviser(inUse);
  const { diagnostics = [], outside = [], distances = [] } = evidence;
  if (diagnostics.length === 0) return [];
  const [apart, whole] = [distances[0]!, distances[1]!];
  // minus the distance that chance causes in small batches
  const distance = apart / whole - 4 / batch;
  trends.loss.add(Math.abs(discriminatorLoss), steps);
  trends.distance.add(distance, steps);
  trends.diversity.add(diagnostics[SIGNS.length + SIGNS.indexOf('diversity')]!, steps);
  if (updates['generator']! < FIRST_UPDATES) return [];
  const [recent, mean, scatter] = signsIn(diagnostics);
  const logits = `The mean logit of real examples is ${short(realLogit)}, of generated ones ${short(fakeLogit)}.`;
  const verdicts: Verdict<GanVerdictKind>[] = [];
  const say = (kind: GanVerdictKind, ...sentences: string[]): unknown =>
    verdicts.push({ kind, message: sentences.join(' ') });
  // the targets of least squares are 0 and 1, and its outputs lie there
  if (looks >= FIRST_LOOKS && outside[0] === 0 && !inUse.includes('leastSquaresLoss')) {
    const seen = `The discriminator's outputs have all been within [0, 1] in ${looks} looks, as probabilities are, and losses take logits.`;
    say('probabilities for logits', seen, 'End its network without a sigmoid.');
  }
  const growth = trends.loss.growth();
  const steepness = Math.abs(discriminatorLoss) / Math.sqrt(apart + whole);
  // an average over many looks remembers a jump for a thousand updates, when the loss may be almost 0
  const multiple = Math.min(recent.discriminatorLoss, mean.discriminatorLoss);
  if (growth > 1 && Math.max(steepness, multiple) > MAX_STEEP) {
    const seen = `The discriminator's loss grows without bound: it is ${short(discriminatorLoss)}, and ${short(growth)} times as large as half as many updates ago.`;
    const advice = advise(
      inUse.includes('wassersteinLoss') ? 'gradientPenalty' : 'r1Penalty',
      'a lower learning rate of the discriminator',
    );
    say('diverging loss', seen, advice);
  }
  // if all fakes are the same, only rounding is left, which rises at times
  const isRising = recent.diversity > Math.max(1.05 * mean.diversity, MIN_DIVERSITY / 8);
  if (areAlike(trends.diversity, steps) && recent.diversity < MIN_DIVERSITY && !isRising) {
    const seen = `in random directions their variance is ${percent(recent.diversity ** 4)} of the data's, and does not rise.`;
    const parts = ['minibatchStddev in the discriminator', 'a lower learning rate of the generator'];
    const advice = advise('r1Penalty', 'nonSaturatingLoss', 'relativisticLoss', ...parts);
    say('mode collapse', 'The generated examples are too much alike:', seen, advice);
  }
  const course = trends.distance.since(steps / 2);
  if (looks >= FIRST_LOOKS && Math.min(...course) > MAX_DISTANCE && distance > 0.8 * course[0]!) {
    const seen = `The generated examples are ${short(distance)} times as far from the data as one point at their mean is, and come no closer.`;
    const advice = advise('r1Penalty', 'lower learning rates', 'a generator that can give the range of the data');
    say('far from the data', seen, advice);
  }
  if (mean.discriminatorLoss < MIN_LOSS && recent.discriminatorLoss < MIN_LOSS) {
    const seen = `The discriminator's loss is ${percent(recent.discriminatorLoss)} of that of one that knows nothing: it tells every example apart.`;
    const advice = advise('r1Penalty', 'augment', 'smoothedLoss', 'a lower learning rate of the discriminator');
    say('discriminator too strong', seen, logits, advice);
  }
  if (mean.slope < MIN_SLOPE && recent.slope < MIN_SLOPE) {
    const seen = `The slope of the generator's loss is ${percent(recent.slope)} of that at logits of 0: the generator hardly moves.`;
    const advice = advise('nonSaturatingLoss', 'hingeLoss', 'wassersteinLoss with gradientPenalty', 'instanceNoise');
    say('vanishing gradient', seen, logits, advice);
  }
  const swing = Math.sqrt(scatter.generatorLoss);
  if (swing > MAX_SCATTER) {
    const seen = `The generator's loss swings by ${short(swing)} times its value at logits of 0: the two networks chase each other.`;
    const advice = advise('a lower learning rate', 'a beta1 of 0 or 0.5', 'r1Penalty', 'average');
    say('oscillation', seen, logits, advice);
  }
  return verdicts;
}

/** Makes the function that writes a verdict's advice, which omits what is already in use. */
function adviser(inUse: GameFacts['inUse']) {
  return (...names: string[]): string => {
    const left = names.filter((name) => !inUse.includes(name));
    return `Try ${left.slice(0, -1).join(', ')}${left.length > 1 ? ' or ' : ''}${left.at(-1)!}.`;
  };
}

/**
 * Whether the fakes were too similar throughout the last quarter of the steps, or in more than a third of the last half: collapsed fakes
 * may spread now and then.
 */
function areAlike(diversity: Trend, steps: number): boolean {
  const share = (since: number): number => {
    const values = diversity.since(since);
    return values.filter((value) => value < MIN_DIVERSITY).length / values.length;
  };
  return share(steps - Math.min(steps / 4, 400)) === 1 || share(steps / 2) > 0.35;
}

type Signs = Readonly<Record<(typeof SIGNS)[number], number>>;

/** The rows of the evidence, by the names of their columns. */
function signsIn(evidence: ArrayLike<number>): [recent: Signs, mean: Signs, scatter: Signs] {
  return [0, 1, 2].map((row) =>
    Object.fromEntries(SIGNS.map((name, column) => [name, evidence[row * SIGNS.length + column]!])),
  ) as [Signs, Signs, Signs];
}

function percent(share: number): string {
  return `${(100 * share).toPrecision(2)}%`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(2)));
}
