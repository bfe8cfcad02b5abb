// The lab's own verdicts, from measures of the samples; the library judges the training itself.
import type { Coverage } from '../data/modes.js';
import type { Measures } from '../training/messages.js';
import type { Experiment } from './experiment.js';

/** Updates before which nothing is judged. */
const SETTLED = 400;
/** Measures in a row that must agree. */
const IN_A_ROW = 3;
/** The share of the distance after half as many updates below which samples come closer. */
const CLOSER = 0.8;

/** What is wrong with a run. */
export interface Verdict {
  readonly kind: string;
  readonly message: string;
}

/**
 * The library's verdicts that stand, and those of the measures: clouds that a GAN leaves out, and samples further from the data than a
 * single point at their mean.
 *
 * @param shown - the coverage that the page shows, which the verdict must not contradict; that of the last measure by default
 */
export function withMeasures(
  { family }: Pick<Experiment, 'family'>,
  standing: readonly Verdict[],
  measures: readonly Measures[],
  shown?: Coverage,
): readonly Verdict[] {
  const last = measures.slice(-IN_A_ROW).filter(({ step }) => step >= SETTLED);
  const [newest] = last.slice(-1);
  if (newest === undefined) return standing;
  const { step, modes, energyDistance, ofPoint } = newest;
  const isNew = (...kinds: string[]): boolean => !standing.some(({ kind }) => kinds.includes(kind));
  const found = [...standing];
  const isLeftOut = (one: Coverage | undefined): boolean => one !== undefined && 2 * one.covered <= one.all;
  const counted = shown ?? modes;
  // samples may reach the data, or one cloud after the other, later
  const before = measures.find((one) => 2 * one.step >= step) ?? newest;
  const isRising = (modes?.covered ?? 0) > (before.modes?.covered ?? 0);
  const comesCloser = energyDistance < CLOSER * before.energyDistance;
  if (family === 'gan' && isLeftOut(modes) && isLeftOut(counted) && !isRising && isNew('mode collapse')) {
    const message = `After ${step} updates ${counted!.covered} of ${counted!.all} clouds have samples.`;
    found.push({ kind: 'clouds left out', message });
  }
  const isFar = last.length === IN_A_ROW && last.every((one) => !(one.energyDistance <= (one.ofPoint ?? Infinity)));
  if (isFar && !comesCloser && isNew('far from the data', 'mode collapse', 'diverging loss')) {
    const message =
      `After ${step} updates the energy distance from the samples to the data is ${energyDistance.toPrecision(2)}; ` +
      `that of a single point at the mean of the data is ${ofPoint!.toPrecision(2)}.`;
    found.push({ kind: 'far from the data', message });
  }
  return found;
}
