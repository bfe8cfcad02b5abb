// The lab's own verdicts, from measures of the samples; the library judges the training itself.
import type { Coverage } from '../data/modes.js';
import type { Measures } from '../training/messages.js';
import type { Experiment } from './experiment.js';
import type { DataName } from './fields.js';
import { isOfPictures } from './pictures.js';

/** Updates before which nothing is judged, and before which samples may be anywhere. */
const [SETTLED, ANYWHERE] = [400, 200];
/** Measures in a row that must agree. */
const IN_A_ROW = 3;
/** Measures in a row that must agree on clouds: a healthy GAN can lose some in one measure. */
const OF_CLOUDS = 2;
/** The share of the distance after half as many updates below which samples come closer. */
const CLOSER = 0.8;
/**
 * The energy distance, of that of one point at the mean of the data, above which clouds can be left out: samples in four of the eight clouds of
 * the ring are at 0.054 or more, and 99 of 100 random halves of the grid's clouds at 0.03. Samples between the clouds, at 0.01, leave none out.
 */
const LEFT_OUT = 0.03;
/** The same, above which a run with a low learning rate has hardly begun; healthy runs are below 0.04 after 400 updates. */
const HARDLY_BEGUN = 0.3;
/** The learning rate from which on slow learning has another reason. */
export const LOW_RATE = 1e-4;

/** What is wrong with a run. */
export interface Verdict {
  readonly kind: string;
  readonly message: string;
}

/**
 * The library's verdicts that stand, and those of the measures: clouds that a GAN or a drifting generator leaves out, and samples further from
 * the data than a single point at their mean, or hardly closer because the learning rate is low.
 *
 * @param shown - the coverage that the page shows, which the verdict must not contradict; that of the last measure by default
 */
export function withMeasures(
  { family, rate, data }: Pick<Experiment, 'family' | 'rate' | 'data'>,
  given: readonly Verdict[],
  measures: readonly Measures[],
  shown?: Coverage,
): readonly Verdict[] {
  const standing = given.filter((verdict) => !isOfScale(verdict, data));
  const latest = measures.slice(-IN_A_ROW).filter(({ step }) => step >= ANYWHERE);
  const last = latest.filter(({ step }) => step >= SETTLED);
  const [newest] = latest.slice(-1);
  if (newest === undefined) return standing;
  const { step, modes, energyDistance, ofPoint } = newest;
  const isNew = (...kinds: string[]): boolean => !standing.some(({ kind }) => kinds.includes(kind));
  const found = [...standing];
  const canLeaveOut = family === 'gan' || family === 'drifting';
  const isLeftOut = (one: Coverage | undefined): boolean => one !== undefined && 2 * one.covered <= one.all;
  const counted = shown ?? modes;
  // samples may reach the data, or one cloud after the other, later
  const before = measures.find((one) => 2 * one.step >= step) ?? newest;
  const isNearer = energyDistance < before.energyDistance;
  const isRising = isNearer && (modes?.covered ?? 0) > (before.modes?.covered ?? 0);
  const comesCloser = energyDistance < CLOSER * before.energyDistance;
  const isBeyond = (share: number, those: readonly Measures[]): boolean =>
    those.every((one) => !(one.energyDistance <= share * (one.ofPoint ?? Infinity)));
  const ofClouds = last.slice(-OF_CLOUDS);
  const isPoor = ofClouds.every((one) => isLeftOut(one.modes)) && isBeyond(LEFT_OUT, ofClouds);
  if (
    canLeaveOut &&
    isPoor &&
    ofClouds.length === OF_CLOUDS &&
    isLeftOut(counted) &&
    !isRising &&
    isNew('mode collapse')
  ) {
    const message = `After ${step} updates ${counted!.covered} of ${counted!.all} clouds have samples.`;
    found.push({ kind: 'clouds left out', message });
  }
  const isFar = latest.length === IN_A_ROW && isBeyond(1, latest);
  const isSlow =
    latest.length === IN_A_ROW && newest.step >= SETTLED && isBeyond(HARDLY_BEGUN, latest) && rate <= LOW_RATE;
  const kind = isFar ? 'far from the data' : isSlow ? 'slow learning' : '';
  if (kind !== '' && !comesCloser && isNew('far from the data', 'mode collapse', 'diverging loss')) {
    const message =
      `After ${step} updates the energy distance from the samples to the data is ${energyDistance.toPrecision(2)}; ` +
      `that of a single point at the mean of the data is ${ofPoint!.toPrecision(2)}.`;
    found.push({ kind, message });
  }
  return found;
}

/** Whether a verdict is about the scale of pictures, which the lab itself has scaled: those on white have a high mean, and nobody can change it. */
export const isOfScale = ({ kind }: Verdict, data: DataName): boolean =>
  kind === 'data out of scale' && isOfPictures(data);
