// The lab's own verdicts, from measures of the samples and from losses; the library judges the training itself.
import type { Coverage } from '../data/modes.js';
import type { Measures } from '../training/messages.js';
import { defaultsOf, type Experiment } from './experiment.js';
import type { DataName } from './fields.js';
import { judgeLosses, type Losses } from './judge-losses.js';
import { isOfPictures } from './pictures.js';

/** Updates before which clouds are not judged, before which samples may be bad, and before which they may be anywhere. */
const [SETTLED, IMPROVING, ANYWHERE] = [400, 500, 200];
/** Measures in a row that must agree. */
const IN_A_ROW = 3;
/** Measures in a row that must agree on clouds, on pictures, whose measures are rare, and on samples that get worse. */
const FEW = 2;
/** The share of the distance after half as many updates below which samples come closer. */
const CLOSER = 0.8;
/**
 * The energy distance, of that of one point at the mean of the data, above which clouds can be left out: samples in four of the eight clouds of
 * the ring are at 0.054 or more, and 99 of 100 random halves of the grid's clouds at 0.03. Samples between the clouds, at 0.01, leave none out.
 */
const LEFT_OUT = 0.03;
/** The same, above which samples that do not come closer are bad; healthy runs are below 0.04 after 400 updates. */
const BAD = 0.1;
/** The same, above which they are bad even if they come closer. */
const VERY_BAD = 0.5;
/** The distance, of that of data to other data, above which the same holds for pictures; a VAE of clothes begins at 10. */
const BAD_PICTURES = 12;
/** The share of the distance after half as many updates above which pictures come no closer. */
const NO_CLOSER_PICTURES = 0.9;
/** Samples have become worse if they were this many times closer before, and are now beyond these distances. */
const [WORSE, WORSE_POINTS, WORSE_PICTURES] = [4, 0.05, 20];
/** Samples below this distance, of that of one point, show that the prior fits. */
const GOOD = 0.05;
/** The share of the recipe's learning rate up to which a run may be slow because of it. */
const LOW_SHARE = 0.2;
/** The learning rate below which all runs are slow. */
export const LOW_RATE = 1e-4;
/** The beta below which the latents of a VAE are hardly bound to the prior. */
const LOW_BETA = 0.1;
/** A denoiser has hardly begun while its samples are no closer than this share of the untrained one's; those are noise about as wide as the data. */
const HARDLY_BEGUN = 0.6;

/** What is wrong with a run. */
export interface Verdict {
  readonly kind: string;
  readonly message: string;
}

/**
 * The library's verdicts that stand, and those of the measures: clouds that a GAN or a drifting generator leaves out; samples that are far from
 * the data, stay bad, get worse, or learn too slowly for the length of the run; and losses that say so.
 *
 * @param shown - the coverage that the page shows, which the verdict must not contradict; that of the last measure by default
 * @param losses - the reports so far
 */
export function withMeasures(
  experiment: Experiment,
  given: readonly Verdict[],
  measures: readonly Measures[],
  shown?: Coverage,
  losses?: Losses,
): readonly Verdict[] {
  const newest = measures.at(-1);
  const found = given.filter((verdict) => !isOfScale(verdict, experiment.data) && !isRefuted(verdict, newest));
  const add = (verdict: Verdict | undefined): void => {
    if (verdict === undefined) return;
    const isSaid = ({ kind }: Verdict): boolean =>
      SAME.some((kinds) => kinds.includes(kind) && kinds.includes(verdict.kind));
    if (!found.some(isSaid)) found.push(verdict);
  };
  add(judgeLosses(experiment, losses));
  if (newest === undefined || newest.step < ANYWHERE) return found;
  const ofSamples = isOfPictures(experiment.data) ? judgePictures(measures) : judgePoints(experiment, measures);
  // a slow run has not left out clouds, but not reached them
  if (ofSamples?.kind === 'slow learning') add(ofSamples);
  add(judgeClouds(experiment, measures, shown));
  add(ofSamples);
  return found;
}

/** Verdicts of which one is enough. */
const SAME: readonly (readonly string[])[] = [
  ['clouds left out', 'clouds missed', 'mode collapse', 'slow learning'],
  [
    ...['far from the data', 'mode collapse', 'diverging loss', 'slow learning', 'prior does not fit'],
    ...['not coming closer', 'samples got worse', 'posterior collapse', 'clouds left out', 'clouds missed'],
  ],
];

/** Clouds without samples. */
function judgeClouds(
  { family }: Experiment,
  measures: readonly Measures[],
  shown: Coverage | undefined,
): Verdict | undefined {
  if (family !== 'gan' && family !== 'drifting') return undefined;
  const last = measures.slice(-FEW).filter(({ step }) => step >= SETTLED);
  const newest = measures.at(-1)!;
  const counted = shown ?? newest.modes;
  const isLeftOut = (one: Coverage | undefined): boolean => one !== undefined && 2 * one.covered <= one.all;
  const isPoor = last.every((one) => isLeftOut(one.modes) && isBeyond(LEFT_OUT, one));
  const before = halfwayOf(measures);
  // samples may reach one cloud after the other
  const isRising =
    newest.energyDistance < before.energyDistance && (newest.modes?.covered ?? 0) > (before.modes?.covered ?? 0);
  if (!isPoor || last.length < FEW || !isLeftOut(counted) || isRising) return undefined;
  const { covered, all } = counted!;
  const message = `After ${newest.step} updates ${covered} of ${all} clouds have samples.`;
  return { kind: covered === 0 ? 'clouds missed' : 'clouds left out', message };
}

/** Samples of points that are far from the data. */
function judgePoints(
  { family, data, rate, beta, steps }: Experiment,
  measures: readonly Measures[],
): Verdict | undefined {
  const newest = measures.at(-1)!;
  const before = halfwayOf(measures);
  const latest = measures.slice(-IN_A_ROW).filter(({ step }) => step >= ANYWHERE);
  const areAllBeyond = (share: number, from: number): boolean =>
    latest.length === IN_A_ROW && newest.step >= from && latest.every((one) => isBeyond(share, one));
  const { energyDistance: now, step, ofPoint } = newest;
  const isCloser = now < CLOSER * before.energyDistance;
  const verdict = (kind: string): Verdict => ({
    kind,
    message:
      `After ${step} updates the energy distance from the samples to the data is ${now.toPrecision(2)}; ` +
      `that of a single point at the mean of the data is ${ofPoint!.toPrecision(2)}.`,
  });
  // the distance falls as a power of the updates
  const power = Math.log(now / before.energyDistance) / Math.log(step / before.step);
  const atEnd = now * Math.max(1, steps / step) ** Math.min(0, power || 0);
  const isLow = rate <= Math.max(LOW_RATE, LOW_SHARE * defaultsOf(family, data).rate);
  const isAtNoise = family === 'diffusion' && !(atEnd < HARDLY_BEGUN * measures[0]!.energyDistance);
  const isSlow =
    isLow && (areAllBeyond(BAD, ANYWHERE) || isAtNoise) && (atEnd > BAD * (ofPoint ?? Infinity) || isAtNoise);
  if (isSlow && !areAllBeyond(1, ANYWHERE)) return latest.length === IN_A_ROW ? verdict('slow learning') : undefined;
  const ofPrior = family === 'vae' && beta < LOW_BETA ? 'prior does not fit' : undefined;
  if (areAllBeyond(1, ANYWHERE) && !isCloser) return verdict('far from the data');
  if (areAllBeyond(VERY_BAD, IMPROVING)) return verdict(ofPrior ?? 'far from the data');
  if (isWorse(measures, (one) => isBeyond(WORSE_POINTS, one), FEW)) return verdict('samples got worse');
  if (!areAllBeyond(BAD, IMPROVING) || isCloser) return undefined;
  return verdict(ofPrior ?? 'not coming closer');
}

/** Samples of pictures that are far from the data. */
function judgePictures(measures: readonly Measures[]): Verdict | undefined {
  const newest = measures.at(-1)!;
  const times = ({ energyDistance, baseline }: Measures): number => energyDistance / baseline;
  const verdict = (kind: string): Verdict => ({
    kind,
    message: `After ${newest.step} updates the samples are ${times(newest).toPrecision(2)} times as far from the data as other data are.`,
  });
  // a game of pictures jumps between good and bad ones
  const isTooFar = (one: Measures): boolean => !(times(one) < WORSE_PICTURES);
  const from = Math.max(0, measures.length - IN_A_ROW);
  if (measures.some((_, i) => i >= from && isWorse(measures.slice(0, i + 1), isTooFar, 1)))
    return verdict('samples got worse');
  const latest = measures.slice(-FEW);
  const isBad = latest.length === FEW && latest.every((one) => !(times(one) <= BAD_PICTURES));
  const isCloser = newest.energyDistance < NO_CLOSER_PICTURES * halfwayOf(measures).energyDistance;
  return isBad && !isCloser ? verdict('not coming closer') : undefined;
}

/** Whether the last measures are bad, and several times as far as the best one before them. */
function isWorse(measures: readonly Measures[], isBad: (one: Measures) => boolean, count: number): boolean {
  const best = Math.min(...measures.slice(0, -count).map(({ energyDistance }) => energyDistance));
  const latest = measures.slice(-count);
  return (
    latest.every((one) => one.step >= ANYWHERE && isBad(one) && !(one.energyDistance < WORSE * best)) &&
    Number.isFinite(best)
  );
}

/** Whether samples are farther from the data than a share of the distance of one point at their mean; infinitely far if they are not finite. */
const isBeyond = (share: number, { energyDistance, ofPoint = Infinity }: Measures): boolean =>
  !(energyDistance <= share * ofPoint);

/** The first measure after half as many updates as the last one's. */
const halfwayOf = (measures: readonly Measures[]): Measures =>
  measures.find(({ step }) => 2 * step >= measures.at(-1)!.step)!;

/** Whether a verdict is about the scale of pictures, which the lab itself has scaled: those on white have a high mean, and nobody can change it. */
export const isOfScale = ({ kind }: Verdict, data: DataName): boolean =>
  kind === 'data out of scale' && isOfPictures(data);

/** Whether good samples show that a verdict on the prior is wrong. */
const isRefuted = ({ kind }: Verdict, newest: Measures | undefined): boolean =>
  kind === 'prior does not fit' && newest?.ofPoint !== undefined && !isBeyond(GOOD, newest);
